import { readBytes } from "../../adapters/store/file-body.js";
import { checkRead } from "../../adapters/store/versionless.js";
import type { ObjectInfo, ObjectStore, ReadOptions } from "../../run/ports.js";
import type { Buckets } from "./buckets.js";
import { Digests } from "./digests.js";
import type { ObjectMetadata } from "./metadata.js";
import type { Objects, StoredObject } from "./objects.js";
import { PartDigests } from "./part-digests.js";

/** Objects whose metadata is read together. */
const BATCH = 64;

/** The objects of the endpoint for the readers, writers and tasks of the engine. */
export function engineStore(objects: Objects, buckets: Buckets, region: string): ObjectStore {
  const head = async (bucket: string, key: string, reading: ReadOptions | undefined) => {
    const object = await objects.head(bucket, key);
    checkRead(reading, bucket, key);
    return object;
  };
  return {
    head: async (bucket, key, reading) => infoOf(await head(bucket, key, reading)),
    async get(bucket, key, range, reading) {
      const object = await head(bucket, key, reading);
      const end = Math.min(range?.end ?? object.size, object.size);
      return { ...infoOf(object), body: readBytes(object.path, range?.start ?? 0, end) };
    },
    async put(bucket, key, { contentType, inParts = false } = {}) {
      await buckets.need(bucket);
      const draft = await objects.begin(bucket, key);
      const digests = inParts ? new PartDigests() : new Digests(undefined);
      const headers = contentType === undefined ? {} : { "content-type": contentType };
      return {
        async write(chunk) {
          const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
          digests.update(bytes);
          await draft.write(bytes);
        },
        close: async () => infoOf(await draft.commit({ ...(await endOf(digests)), headers, user: {} })),
        abort: () => draft.abort(),
      };
    },
    async *list(bucket, prefix, reading) {
      checkRead(reading, bucket);
      let batch: ObjectInfo[] = [];
      for await (const info of objects.list(bucket, prefix)) {
        if (batch.push(info) < BATCH) continue;
        yield* (await objects.describe(bucket, batch)).map(infoOf);
        batch = [];
      }
      yield* (await objects.describe(bucket, batch)).map(infoOf);
    },
    remove: (bucket, key) => objects.remove(bucket, key),
    async createBucket(bucket) {
      if (!(await buckets.exists(bucket))) await buckets.create(bucket, region);
    },
    buckets: () => buckets.list(),
  };
}

async function endOf(digests: PartDigests | Digests): Promise<Pick<ObjectMetadata, "etag" | "parts">> {
  return digests instanceof PartDigests ? digests.end() : { etag: (await digests.end()).md5.toString("hex") };
}

function infoOf({ key, size, etag, modified }: StoredObject): ObjectInfo {
  return { key, size, etag: `"${etag}"`, lastModified: modified };
}
