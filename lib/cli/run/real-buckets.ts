import type { S3Connection } from "../../adapters/store/s3-client.js";
import type { BucketOptions } from "../../local/local-store.js";
import type { ObjectStore } from "../../run/ports.js";
import { usage } from "./flags.js";

/**
 * Where buckets are: folders, and for `s3://BUCKET` that bucket of S3 itself, in its own name or in another one. Throws
 * FanoutError when S3 cannot be reached for want of the SDK, credentials or a Region.
 */
export async function placesOf(
  given: Readonly<Record<string, string>>,
  connection: S3Connection,
): Promise<Required<Pick<BucketOptions, "buckets" | "stores" | "itemFiles">>> {
  const real = Object.entries(given).filter(([, place]) => place.startsWith("s3://"));
  const buckets = Object.fromEntries(Object.entries(given).filter(([, place]) => !place.startsWith("s3://")));
  const names = real.map(([bucket, uri]) => [bucket, bucketOf(bucket, uri)] as const);
  if (names.length === 0) return { buckets, stores: {}, itemFiles: {} };
  const s3 = await openS3(connection);
  return {
    buckets,
    stores: Object.fromEntries(names.map(([bucket, name]) => [bucket, inBucket(s3, name)])),
    itemFiles: Object.fromEntries(
      names.map(([bucket, name]) => [bucket, { name: `s3://${name}`, isFile: false, isBucket: true }]),
    ),
  };
}

/** S3 itself. The SDK is loaded only for those who ask for it. */
export async function openS3(connection: S3Connection): Promise<ObjectStore> {
  const { s3Store } = await import("../../adapters/store/s3.js");
  // What Node's version will mean for the SDK one day is no business of this command.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  return await s3Store(connection);
}

function bucketOf(bucket: string, uri: string): string {
  const name = /^s3:\/\/([^/]+)\/?$/.exec(uri)?.[1];
  if (name === undefined) throw usage(`--s3 ${bucket}=${uri}: a bucket of S3 is s3://BUCKET, without a key`);
  return name;
}

/** A store that has all in one bucket, whatever the bucket is called by those who use it. */
function inBucket(store: ObjectStore, name: string): ObjectStore {
  return {
    head: (_bucket, key, options) => store.head(name, key, options),
    get: (_bucket, key, range, options) => store.get(name, key, range, options),
    put: (_bucket, key, options) => store.put(name, key, options),
    list: (_bucket, prefix, options) => store.list(name, prefix, options),
    remove: async (_bucket, key) => store.remove?.(name, key),
  };
}
