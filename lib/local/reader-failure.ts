import { createReadStream, readFileSync, statSync } from "node:fs";
import { FanoutError } from "../errors.js";
import type { ItemReaderError } from "../run/items.js";
import { ObjectStoreError } from "../run/ports.js";
import { findSyntaxMistake, placeOf } from "../run/read/json-syntax.js";
import { unpacked } from "../run/read/object-bytes.js";
import { decodeLines } from "../run/read/text.js";

/** Largest JSON file that is read once more to say where in it the mistake is, in bytes. */
const LOCATED_SIZE = 64 * 1024 * 1024;

/** What an items file is on this machine: its path, or words such as `standard input` where it is none. */
export interface ItemsFile {
  readonly name: string;
  readonly isFile: boolean;
  /** It is a whole bucket of S3, of which `name` is the URI. */
  readonly isBucket?: boolean | undefined;
  /** The bucket that it is in; absent for a file that stands for itself. */
  readonly bucket?: string | undefined;
}

/** A reader's error for a person: the file on this machine with line and column, or that there is none. */
export async function readerFailure(error: ItemReaderError, file: ItemsFile): Promise<FanoutError> {
  const { cause } = error;
  if (cause instanceof ObjectStoreError && (cause.code === "NoSuchBucket" || cause.code === "NoSuchKey")) {
    const { bucket, name } = file;
    if (name.startsWith("s3://")) return new FanoutError("FANOUT_FILE_NOT_FOUND", cause.message, { cause: error });
    const hint = bucket === undefined ? "" : ` (--s3 ${bucket}=DIR names another folder for the bucket)`;
    const message = `items cannot be read: there is no such file${hint}`;
    return new FanoutError("FANOUT_FILE_NOT_FOUND", message, { location: { file: file.name }, cause: error });
  }
  const place = error.line === undefined ? await locate(error, file).catch(() => undefined) : error;
  const { message: said, line, column } = place ?? error;
  const message = said.replaceAll(error.source, file.name);
  return new FanoutError("FANOUT_ITEMS_INVALID", message, {
    location: {
      // What S3 says begins with the name.
      ...(message.startsWith(`${file.name} (`) ? {} : { file: file.name }),
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
    },
    cause: error,
  });
}

interface Place {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The place of an item that is not JSON, which the reader does not know. Undefined where it cannot be found. */
async function locate({ item }: ItemReaderError, { name, isFile }: ItemsFile): Promise<Place | undefined> {
  if (item === undefined || !isFile) return undefined;
  if (/\.(jsonl|ndjson)(\.gz|\.zstd?)?$/i.test(name)) return locateLine(name, item);
  if (!/\.json$/i.test(name) || statSync(name).size > LOCATED_SIZE) return undefined;
  const text = readFileSync(name, "utf8");
  const { offset, message } = findSyntaxMistake(text);
  return { ...placeOf(text, offset), message };
}

/**
 * The first line that is not JSON. It is not counted to: blank lines are no items, and where several objects are read the
 * items before it may be in others.
 */
async function locateLine(file: string, item: number): Promise<Place | undefined> {
  let line = 0;
  for await (const lines of decodeLines(unpacked(createReadStream(file), file))) {
    for (const text of lines.replace(/\n$/, "").split("\n")) {
      line += 1;
      if (text.trim() === "" || isJson(text)) continue;
      const { offset, message } = findSyntaxMistake(text);
      return { line, column: offset + 1, message: `item ${item} is not valid JSON: ${message}` };
    }
  }
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
