import { stat } from "node:fs/promises";
import type { ObjectInfo, ObjectStore, ReadOptions } from "../../run/ports.js";
import { noSuchKey, readOnly, storeError } from "./errors.js";
import { readBytes } from "./file-body.js";
import { infoOfFile } from "./file-info.js";
import { checkRead } from "./versionless.js";

/** A read-only store with one object, `key`, which is the file at `path` itself. It answers for every bucket. */
export function singleFileStore(key: string, path: string): ObjectStore {
  const head = async (bucket: string, wanted: string, reading?: ReadOptions): Promise<ObjectInfo> => {
    if (wanted !== key) throw noSuchKey(bucket, wanted);
    checkRead(reading, bucket, key);
    try {
      const stats = await stat(path);
      if (stats.isFile()) return infoOfFile(key, stats);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw code === "ENOENT" || code === "ENOTDIR" ? noSuchKey(bucket, key, error) : storeError(error);
    }
    throw noSuchKey(bucket, key);
  };
  return {
    head,
    async get(bucket, wanted, range, reading) {
      const info = await head(bucket, wanted, reading);
      const end = Math.min(range?.end ?? info.size, info.size);
      return { ...info, body: readBytes(path, range?.start ?? 0, end) };
    },
    async put(bucket, wanted) {
      throw readOnly(bucket, wanted);
    },
    async *list(bucket, prefix, reading) {
      checkRead(reading, bucket);
      if (key.startsWith(prefix)) yield await head(bucket, key);
    },
  };
}
