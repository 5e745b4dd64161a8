import { buffer } from "node:stream/consumers";
import { ItemReaderError } from "../items.js";
import { type ObjectStore, ObjectStoreError, type ReadOptions } from "../ports.js";

/** An object and what a reading of it asks for. */
export interface ObjectName extends ReadOptions {
  readonly bucket: string;
  readonly key: string;
}

/** How a person and `$$.Map.Item.Source` name an object. */
export function uriOf({ bucket, key }: ObjectName): string {
  return `s3://${bucket}/${key}`;
}

/** The content of an object, unpacked when its key ends in `.gz`, `.zst` or `.zstd`. Throws ItemReaderError. */
export function bytesOf(
  store: ObjectStore,
  object: ObjectName,
  onPacked?: (chunk: Uint8Array) => void,
): AsyncIterable<Uint8Array> {
  return withReaderErrors(contentOf(store, object, onPacked), uriOf(object));
}

async function* contentOf(
  store: ObjectStore,
  { bucket, key, ...options }: ObjectName,
  onPacked: ((chunk: Uint8Array) => void) | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  const { body } = await store.get(bucket, key, undefined, options);
  yield* unpacked(onPacked === undefined ? body : followed(body, onPacked), key);
}

/** Unpacks what is called `name`, by its extension. Throws ObjectStoreError for what is not packed so, or not whole. */
export async function* unpacked(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array, void, void> {
  if (/\.gz$/i.test(name)) yield* (await import("./gunzip.js")).gunzip(bytes);
  else if (/\.zstd?$/i.test(name)) yield* (await import("./unzstd.js")).unzstd(bytes);
  else yield* bytes;
}

async function* followed(
  bytes: AsyncIterable<Uint8Array>,
  onChunk: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of bytes) {
    onChunk(chunk);
    yield chunk;
  }
}

/** The text of an object that lists others. */
export async function textOf(store: ObjectStore, object: ObjectName): Promise<string> {
  const bytes = await buffer(bytesOf(store, object));
  return bytes.toString("utf8").replace(/^\ufeff/, "");
}

/** Passes values on and turns the errors of a store into those of a reader. */
export async function* withReaderErrors<T>(values: AsyncIterable<T>, source: string): AsyncGenerator<T, void, void> {
  try {
    yield* values;
  } catch (cause) {
    throw cause instanceof ObjectStoreError ? new ItemReaderError(cause.message, source, { cause }) : cause;
  }
}
