import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { singleFileStore } from "../adapters/store/single-file.js";
import { FanoutError } from "../errors.js";
import { formatOf } from "../local/quick.js";
import { readerFailure } from "../local/reader-failure.js";
import { type ItemChunk, ItemReaderError, type ItemSource } from "../run/items.js";
import type { ObjectStore } from "../run/ports.js";
import { type ReaderConfig, readItems } from "../run/read/items-reader.js";

/** The items that a run was over: those of a file, or of an object of S3. Throws FanoutError, also while they are read. */
export function itemsAt(
  place: string,
  s3: () => Promise<ObjectStore>,
): { readonly source: ItemSource; readonly name: string } {
  const config = readerConfig(place);
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(place) ?? [];
  if (bucket !== undefined && key !== undefined) {
    return { name: place, source: explained(place, async () => readItems({ ...config, bucket, key }, await s3())) };
  }
  if (statSync(place, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new FanoutError("FANOUT_FILE_NOT_FOUND", "there is no such file", { location: { file: place } });
  }
  const name = basename(place);
  const store = singleFileStore(name, resolve(place));
  return {
    name: place,
    source: explained(place, async () => readItems({ ...config, bucket: "items", key: name }, store)),
  };
}

/** What an ItemReader would have to be told of a file with that extension. */
function readerConfig(place: string): Omit<ReaderConfig, "bucket" | "key"> {
  const format = formatOf(place);
  return {
    resource: "getObject",
    inputType: format.format,
    ...(format.format === "CSV" && format.delimiter !== undefined ? { csvDelimiter: format.delimiter } : {}),
  };
}

async function* explained(name: string, open: () => Promise<ItemSource>): AsyncGenerator<ItemChunk, void, void> {
  try {
    yield* await open();
  } catch (error) {
    if (!(error instanceof ItemReaderError)) throw error;
    throw await readerFailure(error, { name, isFile: !name.startsWith("s3://") });
  }
}
