import { isObject, type Json, type JsonObject } from "../../json.js";
import { type ItemChunk, ItemReaderError } from "../items.js";
import type { ObjectStore } from "../ports.js";
import { type CsvOptions, readCsv } from "./csv.js";
import { findSyntaxMistake, placeOf } from "./json-syntax.js";
import { bytesOf, type ObjectName, textOf, uriOf, withReaderErrors } from "./object-bytes.js";
import { decodeLines } from "./text.js";

/** How the files of an inventory are read. */
export interface InventoryOptions {
  /** Those in CSV, their headers apart. */
  readonly csv: (source: string) => Omit<CsvOptions, "headers">;
  /** Called with the URI of the manifest when they are in Parquet, which Step Functions is not said to read. */
  readonly onParquet: (source: string) => void;
}

/**
 * The objects that an S3 inventory lists, in the order of its files. Items have the fields of the inventory's schema, all
 * strings and as they stand there: keys in a CSV inventory are URL-encoded.
 */
export async function* readInventory(
  store: ObjectStore,
  manifest: ObjectName,
  options: InventoryOptions,
): AsyncGenerator<ItemChunk, void, void> {
  const { bucket, files, headers } = inventoryOf(await textOf(store, manifest), uriOf(manifest));
  if (headers === undefined) options.onParquet(uriOf(manifest));
  for (const { key, md5 } of files) {
    const file = fileOf(manifest, bucket, key);
    if (headers === undefined) {
      const { readParquet } = await import("./parquet.js");
      yield* withReaderErrors(readParquet(store, file, { asStrings: true }), uriOf(file));
    } else {
      yield* readInventoryFile(store, file, md5, { ...options.csv(uriOf(file)), headers });
    }
  }
}

/** A CSV file of an inventory. Its checksum is known at its end. */
async function* readInventoryFile(
  store: ObjectStore,
  file: ObjectName,
  md5: string | undefined,
  options: CsvOptions,
): AsyncGenerator<ItemChunk, void, void> {
  const { createHash } = await import("node:crypto");
  const hash = createHash("md5");
  yield* readCsv(
    bytesOf(store, file, (chunk) => hash.update(chunk)),
    uriOf(file),
    options,
  );
  if (md5 === undefined || hash.digest("hex") === md5.toLowerCase()) return;
  throw new ItemReaderError("The file is not the one of the inventory: its MD5 checksum is another", uriOf(file));
}

interface Inventory {
  readonly bucket: string;
  readonly files: readonly { readonly key: string; readonly md5: string | undefined }[];
  /** Absent: the files are Parquet and name their columns. */
  readonly headers: readonly string[] | undefined;
}

function inventoryOf(text: string, source: string): Inventory {
  const manifest = parseManifest(text, source);
  const fail = (why: string) => new ItemReaderError(`Not a manifest of an S3 inventory: ${why}`, source);
  const { destinationBucket, fileFormat, fileSchema, files } = manifest;
  if (typeof destinationBucket !== "string") throw fail("destinationBucket is missing");
  if (!Array.isArray(files)) throw fail("files is missing");
  const format = typeof fileFormat === "string" ? fileFormat.toUpperCase() : undefined;
  if (format === "ORC") {
    throw new ItemReaderError("An S3 inventory in ORC cannot be read; CSV and Parquet can", source);
  }
  if (format !== "CSV" && format !== "PARQUET") throw fail("fileFormat is neither CSV nor Parquet");
  if (format === "CSV" && typeof fileSchema !== "string") throw fail("fileSchema is missing");
  return {
    bucket: destinationBucket.replace(/^arn:[^:]*:s3:::/, ""),
    files: files.map((file: Json, index) => {
      const { key, MD5checksum: md5 } = isObject(file) ? file : {};
      if (typeof key !== "string") throw fail(`files[${index}] has no key`);
      return { key, md5: typeof md5 === "string" && md5 !== "" ? md5 : undefined };
    }),
    headers: format === "CSV" ? String(fileSchema).split(/\s*,\s*/) : undefined,
  };
}

function parseManifest(text: string, source: string): JsonObject {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (cause) {
    const { offset, message } = findSyntaxMistake(text);
    throw new ItemReaderError(message, source, { ...placeOf(text, offset), cause });
  }
  if (isObject(value)) return value;
  throw new ItemReaderError("Not a manifest of an S3 inventory: it is no object", source);
}

/** The data files that a manifest of Athena lists, in order: one URI a line, as UNLOAD, CTAS and INSERT INTO write it. */
export async function* athenaFiles(store: ObjectStore, manifest: ObjectName): AsyncGenerator<ObjectName, void, void> {
  let number = 0;
  for await (const text of decodeLines(bytesOf(store, manifest))) {
    for (const raw of text.replace(/\n$/, "").split("\n")) {
      number++;
      const line = raw.trim().replace(/^"(.*)"$/, "$1");
      if (line === "") continue;
      const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(line) ?? [];
      if (bucket === undefined || key === undefined) {
        const message = `Not a line of an Athena manifest, which is s3://bucket/key: ${JSON.stringify(line.slice(0, 80))}`;
        throw new ItemReaderError(message, uriOf(manifest), { line: number });
      }
      yield fileOf(manifest, bucket, key);
    }
  }
}

/** A file that a manifest names. What is asked of the owner of the manifest's bucket holds for its files in that bucket. */
function fileOf({ bucket: home, expectedBucketOwner }: ObjectName, bucket: string, key: string): ObjectName {
  return bucket === home ? { bucket, key, expectedBucketOwner } : { bucket, key };
}
