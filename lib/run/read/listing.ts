import type { ItemChunk } from "../items.js";
import type { ObjectInfo, ObjectStore, ReadOptions } from "../ports.js";

/** Objects of one chunk, which is also what one page of ListObjectsV2 holds. */
const CHUNK_OBJECTS = 1000;

/** The objects of a bucket as items, in key order, in the shape and spelling that a map run gets them in. */
export async function* readListing(
  store: ObjectStore,
  bucket: string,
  prefix: string,
  options?: ReadOptions,
): AsyncGenerator<ItemChunk, void, void> {
  const source = `s3://${bucket}`;
  let items: string[] = [];
  for await (const object of store.list(bucket, prefix, options)) {
    if (items.push(formatObject(object)) < CHUNK_OBJECTS) continue;
    yield { items, source };
    items = [];
  }
  if (items.length > 0) yield { items, source };
}

function formatObject({ etag, key, lastModified, size }: ObjectInfo): string {
  const seconds = formatDouble(Math.floor(lastModified / 1000));
  const [Etag, Key] = [JSON.stringify(etag), JSON.stringify(key)];
  return `{"Etag":${Etag},"Key":${Key},"LastModified":${seconds},"Size":${size},"StorageClass":"STANDARD"}`;
}

/** A whole number as Java prints a double: `1.790204286E9`, and without exponent below ten million, `0.0`. */
export function formatDouble(value: number): string {
  if (Math.abs(value) < 1e7) return value.toFixed(1);
  const [digits = "", exponent = ""] = value.toExponential().split("e+");
  return `${digits.includes(".") ? digits : `${digits}.0`}E${exponent}`;
}
