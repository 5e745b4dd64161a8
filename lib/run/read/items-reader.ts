import { type ItemChunk, ItemReaderError, type ItemSource } from "../items.js";
import { type ObjectStore, ObjectStoreError } from "../ports.js";
import { readJsonLines } from "./json-lines.js";

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
  /** Called for things that AWS passes over in silence and a person would want to know: one line each. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * The items of an ItemReader. Nothing is read before the first chunk is asked for; ending the iteration closes what is
 * open. Throws ItemReaderError from the iteration.
 */
export async function* readItems(
  config: ReaderConfig,
  store: ObjectStore,
  options: ReaderOptions = {},
): AsyncGenerator<ItemChunk, void, void> {
  void options;
  const source = `s3://${config.bucket}/${config.key ?? ""}`;
  try {
    const { body } = await store.get(config.bucket, config.key ?? "");
    yield* readJsonLines(body, source);
  } catch (error) {
    if (error instanceof ObjectStoreError) throw new ItemReaderError(error.message, source, { cause: error });
    throw error;
  }
}
