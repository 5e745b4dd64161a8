import type { Stats } from "node:fs";
import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { BucketInfo, ObjectStore, ReadOptions } from "../../run/ports.js";
import { isMissing, noSuchBucket, noSuchKey, storeError } from "./errors.js";
import { readBytes } from "./file-body.js";
import { infoOfFile } from "./file-info.js";
import { listFolder } from "./file-listing.js";
import { removeFile } from "./file-removal.js";
import { createFile } from "./file-writer.js";
import { findFile } from "./find-file.js";
import { compareKeys } from "./key-order.js";
import { checkRead } from "./versionless.js";

/**
 * Objects as files: a bucket is a folder, and a key is a path below it (see key-path.ts for the few that need escaping),
 * so that results can be read with any tool and any folder of files can be a bucket. A put makes missing folders. On
 * file systems that ignore case, keys that differ only in case are the same.
 *
 * @param options.root Folder that holds the buckets, one folder each.
 * @param options.buckets Buckets that are elsewhere: name -> folder.
 * @param options.account The account that the buckets belong to. Default: 000000000000.
 */
export function fileStore(options: {
  root: string;
  buckets?: Readonly<Record<string, string>>;
  account?: string | undefined;
}): ObjectStore {
  const elsewhere = new Map(Object.entries(options.buckets ?? {}));
  const folderOf = (bucket: string): string => {
    const folder = elsewhere.get(bucket);
    if (folder !== undefined) return folder;
    if (/^\.{0,2}$|[/\\\0]/.test(bucket)) throw noSuchBucket(bucket);
    return join(options.root, bucket);
  };

  const find = async (
    bucket: string,
    key: string,
    reading: ReadOptions | undefined,
  ): Promise<{ path: string; stats: Stats }> => {
    const folder = folderOf(bucket);
    try {
      const found = await findFile(folder, key);
      checkRead(reading, bucket, key, options.account);
      return found;
    } catch (error) {
      if (!isMissing(error)) throw storeError(error);
      throw (await isFolder(folder)) ? noSuchKey(bucket, key, error) : noSuchBucket(bucket, error);
    }
  };

  return {
    head: async (bucket, key, reading) => infoOfFile(key, (await find(bucket, key, reading)).stats),
    async get(bucket, key, range, reading) {
      const { path, stats } = await find(bucket, key, reading);
      const end = Math.min(range?.end ?? stats.size, stats.size);
      return { ...infoOfFile(key, stats), body: readBytes(path, range?.start ?? 0, end) };
    },
    async put(bucket, key) {
      try {
        return await createFile(folderOf(bucket), key);
      } catch (error) {
        throw storeError(error);
      }
    },
    async *list(bucket, prefix, reading) {
      const folder = folderOf(bucket);
      if (!(await isFolder(folder))) throw noSuchBucket(bucket);
      checkRead(reading, bucket, undefined, options.account);
      yield* listFolder(folder, prefix);
    },
    async remove(bucket, key) {
      const folder = folderOf(bucket);
      if (!(await isFolder(folder))) throw noSuchBucket(bucket);
      try {
        await removeFile(folder, key);
      } catch (error) {
        if (!isMissing(error)) throw storeError(error);
      }
    },
    async createBucket(bucket) {
      await mkdir(folderOf(bucket), { recursive: true });
    },
    async buckets() {
      const names = new Set([...elsewhere.keys(), ...(await readdir(options.root).catch(() => []))]);
      const found = await Promise.all([...names].map(async (name) => bucketInfo(name, folderOf(name))));
      return found.filter((info) => info !== undefined).sort((a, b) => compareKeys(a.name, b.name));
    },
  };
}

async function isFolder(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isDirectory() === true;
}

async function bucketInfo(name: string, folder: string): Promise<BucketInfo | undefined> {
  const stats = await stat(folder).catch(() => undefined);
  return stats?.isDirectory() === true ? { name, created: stats.birthtimeMs || stats.ctimeMs } : undefined;
}
