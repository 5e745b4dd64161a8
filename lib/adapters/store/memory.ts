import { createHash } from "node:crypto";
import type { ObjectInfo, ObjectStore, ReadOptions } from "../../run/ports.js";
import { noSuchBucket, noSuchKey } from "./errors.js";
import { compareKeys } from "./key-order.js";
import { checkRead } from "./versionless.js";

interface StoredObject extends ObjectInfo {
  readonly content: Buffer;
}

/** Bytes handed out at once; small enough that readers see chunk borders in tests of ordinary size. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Objects in memory. A put makes the bucket it names; `{ bucket: {} }` makes an empty one.
 *
 * @param contents What is there from the start: bucket -> key -> content.
 * @param now Epoch ms for `lastModified`.
 */
export function memoryStore(
  contents: Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>> = {},
  now: () => number = Date.now,
): ObjectStore {
  const buckets = new Map<string, Map<string, StoredObject>>();
  const created = new Map<string, number>();
  const bucketOf = (name: string): Map<string, StoredObject> => {
    const bucket = buckets.get(name) ?? new Map<string, StoredObject>();
    if (!buckets.has(name)) created.set(name, now());
    buckets.set(name, bucket);
    return bucket;
  };

  const save = (bucket: string, key: string, content: Buffer): ObjectInfo => {
    const etag = `"${createHash("md5").update(content).digest("hex")}"`;
    const object = { key, size: content.length, etag, lastModified: now(), content };
    bucketOf(bucket).set(key, object);
    return infoOf(object);
  };
  const find = (bucket: string, key: string, reading: ReadOptions | undefined): StoredObject => {
    const objects = buckets.get(bucket);
    if (objects === undefined) throw noSuchBucket(bucket);
    const object = objects.get(key);
    if (object === undefined) throw noSuchKey(bucket, key);
    checkRead(reading, bucket, key);
    return object;
  };

  for (const [bucket, objects] of Object.entries(contents)) {
    bucketOf(bucket);
    for (const [key, content] of Object.entries(objects)) save(bucket, key, Buffer.from(content));
  }

  return {
    head: async (bucket, key, reading) => infoOf(find(bucket, key, reading)),
    async get(bucket, key, range, reading) {
      const object = find(bucket, key, reading);
      return { ...infoOf(object), body: chunksOf(object.content.subarray(range?.start ?? 0, range?.end)) };
    },
    async put(bucket, key) {
      const chunks: Buffer[] = [];
      return {
        write: async (chunk) => {
          chunks.push(Buffer.from(chunk));
        },
        close: async () => save(bucket, key, Buffer.concat(chunks)),
        abort: async () => {},
      };
    },
    async *list(bucket, prefix, reading) {
      const objects = buckets.get(bucket);
      if (objects === undefined) throw noSuchBucket(bucket);
      checkRead(reading, bucket);
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(compareKeys);
      for (const key of keys) {
        const object = objects.get(key);
        if (object !== undefined) yield infoOf(object);
      }
    },
    async remove(bucket, key) {
      if (!buckets.has(bucket)) throw noSuchBucket(bucket);
      buckets.get(bucket)?.delete(key);
    },
    async createBucket(bucket) {
      bucketOf(bucket);
    },
    async buckets() {
      return [...created].map(([name, at]) => ({ name, created: at })).sort((a, b) => compareKeys(a.name, b.name));
    },
  };
}

function infoOf({ key, size, etag, lastModified }: ObjectInfo): ObjectInfo {
  return { key, size, etag, lastModified };
}

async function* chunksOf(content: Buffer): AsyncIterable<Uint8Array> {
  for (let at = 0; at < content.length; at += CHUNK_BYTES) yield content.subarray(at, at + CHUNK_BYTES);
}
