import type { ObjectInfo, ObjectStore, ReadOptions } from "../../run/ports.js";
import { noSuchKey, readOnly } from "./errors.js";
import { compareKeys } from "./key-order.js";
import { checkRead } from "./versionless.js";

/**
 * A read-only store whose objects are made while they are read, such as items that code hands over as an iterable. It
 * answers for every bucket. A size cannot be known before the content is: it is given as 0.
 *
 * @param objects Key -> function that begins the content anew for each reader.
 */
export function generatedObjects(
  objects: Readonly<Record<string, () => AsyncIterable<Uint8Array>>>,
  now: () => number = Date.now,
): ObjectStore {
  const makers = new Map(Object.entries(objects));
  const made = now();
  const infoOf = (key: string): ObjectInfo => ({ key, size: 0, etag: `"${"0".repeat(32)}"`, lastModified: made });
  const makerOf = (bucket: string, key: string, reading: ReadOptions | undefined) => {
    const maker = makers.get(key);
    if (maker === undefined) throw noSuchKey(bucket, key);
    checkRead(reading, bucket, key);
    return maker;
  };
  return {
    async head(bucket, key, reading) {
      makerOf(bucket, key, reading);
      return infoOf(key);
    },
    async get(bucket, key, range, reading) {
      const content = makerOf(bucket, key, reading)();
      return { ...infoOf(key), body: range === undefined ? content : part(content, range.start, range.end) };
    },
    async put(bucket, key) {
      throw readOnly(bucket, key);
    },
    async *list(bucket, prefix, reading) {
      checkRead(reading, bucket);
      for (const key of [...makers.keys()].sort(compareKeys)) if (key.startsWith(prefix)) yield infoOf(key);
    },
  };
}

async function* part(content: AsyncIterable<Uint8Array>, start: number, end = Infinity): AsyncIterable<Uint8Array> {
  let at = 0;
  for await (const chunk of content) {
    const piece = chunk.subarray(Math.max(0, start - at), Math.max(0, end - at));
    if (piece.length > 0) yield piece;
    at += chunk.length;
    if (at >= end) return;
  }
}
