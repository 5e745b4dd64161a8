import { type ItemChunk, ItemReaderError, type ItemSource } from "../items.js";
import type { ObjectStore } from "../ports.js";
import { type CsvOptions, readCsv } from "./csv.js";
import { readJson } from "./json.js";
import { readJsonLines } from "./json-lines.js";
import { readListing } from "./listing.js";
import { athenaFiles, readInventory } from "./manifest.js";
import { bytesOf, type ObjectName, uriOf, withReaderErrors } from "./object-bytes.js";

/** What an ItemReader with its ReaderConfig comes to once its paths are resolved. */
export interface ReaderConfig {
  readonly resource: "getObject" | "listObjectsV2";
  readonly bucket: string;
  /** For getObject. */
  readonly key?: string | undefined;
  /** For listObjectsV2; all keys when absent. */
  readonly prefix?: string | undefined;
  /** For getObject; the current version when absent. Not with `PARQUET`. */
  readonly versionId?: string | undefined;
  /** The account that the bucket must belong to; any when absent. */
  readonly expectedBucketOwner?: string | undefined;
  /** What an object holds; `JSON` when absent. `MANIFEST` is the older way to say `manifestType: "S3_INVENTORY"`. */
  readonly inputType?: "JSON" | "JSONL" | "CSV" | "PARQUET" | "MANIFEST" | undefined;
  /** The object lists others: the items are what those hold. With `ATHENA_DATA` they are of the `inputType`. */
  readonly manifestType?: "S3_INVENTORY" | "ATHENA_DATA" | undefined;
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

const PARQUET_INVENTORY = "the inventory is in Parquet: it is read here, but Step Functions reads inventories in CSV";

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
  const { bucket, key = "", prefix = "", versionId, expectedBucketOwner } = config;
  if (config.resource === "getObject") {
    return readObject(config, { bucket, key, versionId, expectedBucketOwner }, store, options);
  }
  if (config.transformation === "LOAD_AND_FLATTEN") return readListed(config, prefix, store, options);
  return withReaderErrors(readListing(store, bucket, prefix, { expectedBucketOwner }), `s3://${bucket}`);
}

/** The items of every listed object, one object after the other. */
async function* readListed(
  config: ReaderConfig,
  prefix: string,
  store: ObjectStore,
  options: ReaderOptions,
): AsyncGenerator<ItemChunk, void, void> {
  const { bucket, expectedBucketOwner } = config;
  const objects = withReaderErrors(store.list(bucket, prefix, { expectedBucketOwner }), `s3://${bucket}`);
  for await (const { key, size } of objects) {
    // The console marks a folder by an empty object whose key ends in a slash. It holds nothing to load.
    if (size === 0 && key.endsWith("/")) continue;
    yield* readData(config, { bucket, key, expectedBucketOwner }, store, options);
  }
}

async function* readObject(
  config: ReaderConfig,
  object: ObjectName,
  store: ObjectStore,
  options: ReaderOptions,
): AsyncGenerator<ItemChunk, void, void> {
  const { inputType, manifestType = inputType === "MANIFEST" ? "S3_INVENTORY" : undefined } = config;
  if (manifestType === "S3_INVENTORY") {
    yield* readInventory(store, object, {
      csv: (source) => csvOptions(config, source, options),
      onParquet: (source) => options.onWarning?.(PARQUET_INVENTORY, { source, line: 1 }),
    });
  } else if (manifestType === "ATHENA_DATA") {
    for await (const file of athenaFiles(store, object)) yield* readData(config, file, store, options);
  } else {
    yield* readData(config, object, store, options);
  }
}

/** The items that one object holds. */
function readData(
  { inputType, itemsPointer = "", ...config }: ReaderConfig,
  object: ObjectName,
  store: ObjectStore,
  options: ReaderOptions,
): ItemSource {
  const source = uriOf(object);
  switch (inputType) {
    case "JSONL":
      return readJsonLines(bytesOf(store, object), source);
    case "CSV": {
      const headers = config.csvHeaderLocation === "GIVEN" ? (config.csvHeaders ?? []) : undefined;
      return readCsv(bytesOf(store, object), source, { ...csvOptions(config, source, options), headers });
    }
    case "PARQUET":
      return withReaderErrors(readParquetFile(store, object), source);
    default:
      return readJson(bytesOf(store, object), source, itemsPointer);
  }
}

async function* readParquetFile(store: ObjectStore, object: ObjectName): AsyncGenerator<ItemChunk, void, void> {
  if (object.versionId !== undefined) {
    throw new ItemReaderError("VersionId cannot be used with the InputType PARQUET", uriOf(object));
  }
  const { readParquet } = await import("./parquet.js");
  yield* readParquet(store, object);
}

function csvOptions(
  { csvDelimiter = "COMMA" }: Pick<ReaderConfig, "csvDelimiter">,
  source: string,
  { onWarning }: ReaderOptions,
): Omit<CsvOptions, "headers"> {
  return {
    delimiter: csvDelimiter,
    onHeadersAlone() {
      // Seen in error handling of people who run on AWS; neither documented nor recorded.
      onWarning?.(
        "there are headers and no rows: no items here, but on AWS the map run may fail with States.ItemReaderFailed",
        {
          source,
          line: 1,
        },
      );
    },
    onRaggedRows(rows, line) {
      const which = rows === 1 ? "a row has" : `this row and ${rows - 1} more have`;
      onWarning?.(`${which} not as many cells as there are headers; missing cells are "", extra ones are dropped`, {
        source,
        line,
      });
    },
  };
}
