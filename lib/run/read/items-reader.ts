import { type ItemChunk, ItemReaderError, type ItemSource } from "../items.js";
import { type ObjectStore, ObjectStoreError } from "../ports.js";
import { type CsvOptions, readCsv } from "./csv.js";
import { readJson } from "./json.js";
import { readJsonLines } from "./json-lines.js";
import { readListing } from "./listing.js";

/** What an ItemReader with its ReaderConfig comes to once its paths are resolved. */
export interface ReaderConfig {
  readonly resource: "getObject" | "listObjectsV2";
  readonly bucket: string;
  /** For getObject. */
  readonly key?: string | undefined;
  /** For listObjectsV2; all keys when absent. */
  readonly prefix?: string | undefined;
  /** What an object holds; `JSON` when absent. */
  readonly inputType?: "JSON" | "JSONL" | "CSV" | undefined;
  /** `FIRST_ROW` when absent. */
  readonly csvHeaderLocation?: "FIRST_ROW" | "GIVEN" | undefined;
  /** Required with `GIVEN`. */
  readonly csvHeaders?: readonly string[] | undefined;
  /** `COMMA` when absent. */
  readonly csvDelimiter?: "COMMA" | "PIPE" | "SEMICOLON" | "SPACE" | "TAB" | undefined;
  /** JSON Pointer to the array or object to iterate; JSON only. */
  readonly itemsPointer?: string | undefined;
  /** With `LOAD_AND_FLATTEN` the items are what the listed objects hold, not the objects. */
  readonly transformation?: "NONE" | "LOAD_AND_FLATTEN" | undefined;
  /** Items to read at most; 0 or absent: all. */
  readonly maxItems?: number | undefined;
}

/** What a reader may tell besides items. */
export interface ReaderOptions {
  /**
   * Called for what AWS passes over in silence and a person would want to know: one line, without the place, which
   * comes beside it.
   */
  readonly onWarning?: ((message: string, place: { source: string; line: number }) => void) | undefined;
}

/**
 * The items of an ItemReader. Nothing is read before the first chunk is asked for; ending the iteration closes what is
 * open. The iteration throws ItemReaderError.
 */
export async function* readItems(
  config: ReaderConfig,
  store: ObjectStore,
  options: ReaderOptions = {},
): AsyncGenerator<ItemChunk, void, void> {
  const limit = config.maxItems || Number.POSITIVE_INFINITY;
  let left = limit;
  for await (const chunk of chunksOf(config, store, options)) {
    if (chunk.items.length < left) {
      left -= chunk.items.length;
      yield chunk;
    } else {
      yield { ...chunk, items: chunk.items.slice(0, left), keys: chunk.keys?.slice(0, left) };
      return;
    }
  }
}

function chunksOf(config: ReaderConfig, store: ObjectStore, options: ReaderOptions): ItemSource {
  const { bucket, key = "", prefix = "" } = config;
  if (config.resource === "getObject") return readObject(config, key, store, options);
  if (config.transformation === "LOAD_AND_FLATTEN") return readListed(config, prefix, store, options);
  return withReaderErrors(readListing(store, bucket, prefix), `s3://${bucket}`);
}

/** The items of every listed object, one object after the other. */
async function* readListed(
  config: ReaderConfig,
  prefix: string,
  store: ObjectStore,
  options: ReaderOptions,
): AsyncGenerator<ItemChunk, void, void> {
  const objects = withReaderErrors(store.list(config.bucket, prefix), `s3://${config.bucket}`);
  for await (const { key, size } of objects) {
    // The console marks a folder by an empty object whose key ends in a slash. It holds nothing to load.
    if (size === 0 && key.endsWith("/")) continue;
    yield* readObject(config, key, store, options);
  }
}

async function* readObject(
  config: ReaderConfig,
  key: string,
  store: ObjectStore,
  options: ReaderOptions,
): AsyncGenerator<ItemChunk, void, void> {
  const source = `s3://${config.bucket}/${key}`;
  const bytes = withReaderErrors(readBytes(store, config.bucket, key), source);
  if (config.inputType === "JSONL") yield* readJsonLines(bytes, source);
  else if (config.inputType === "CSV") yield* readCsv(bytes, source, csvOptions(config, source, options));
  else yield* readJson(bytes, source, config.itemsPointer ?? "");
}

function csvOptions(config: ReaderConfig, source: string, { onWarning }: ReaderOptions): CsvOptions {
  const isGiven = config.csvHeaderLocation === "GIVEN";
  return {
    delimiter: config.csvDelimiter ?? "COMMA",
    headers: isGiven ? (config.csvHeaders ?? []) : undefined,
    onRaggedRows(rows, line) {
      const which = rows === 1 ? "a row has" : `this row and ${rows - 1} more have`;
      onWarning?.(`${which} not as many cells as there are headers; missing cells are "", extra ones are dropped`, {
        source,
        line,
      });
    },
  };
}

/** The content of an object, unpacked when its key ends in `.gz`. */
async function* readBytes(store: ObjectStore, bucket: string, key: string): AsyncGenerator<Uint8Array, void, void> {
  const { body } = await store.get(bucket, key);
  if (key.endsWith(".gz")) yield* (await import("./gunzip.js")).gunzip(body);
  else yield* body;
}

/** Passes values on and turns the errors of a store into those of a reader. */
async function* withReaderErrors<T>(values: AsyncIterable<T>, source: string): AsyncGenerator<T, void, void> {
  try {
    yield* values;
  } catch (cause) {
    throw cause instanceof ObjectStoreError ? new ItemReaderError(cause.message, source, { cause }) : cause;
  }
}
