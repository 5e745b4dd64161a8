import { join, resolve } from "node:path";
import type { BucketOptions } from "./local-store.js";
import { STATE_FOLDER } from "./state-folder.js";

/**
 * The environment variable that tells `results()` of `fanout/task`, which cannot ask S3 for them, where the buckets of a
 * local run are.
 */
export function bucketEnvironment({ s3Root, buckets = {}, itemFiles = {} }: BucketOptions): { FANOUT_BUCKETS: string } {
  const folders = Object.entries(buckets).map(([bucket, folder]) => [bucket, resolve(folder)] as const);
  const real = Object.entries(itemFiles).flatMap(([bucket, { name, isBucket }]) => (isBucket ? [[bucket, name]] : []));
  const places: Record<string, string> = Object.fromEntries([...folders, ...real]);
  return { FANOUT_BUCKETS: JSON.stringify({ root: resolve(s3Root ?? join(STATE_FOLDER, "s3")), places }) };
}
