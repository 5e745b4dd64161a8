import { FanoutError } from "../errors.js";
import { isObject, type Json } from "../json.js";
import { type ItemChunk, ItemReaderError } from "../run/items.js";
import { ObjectStoreError } from "../run/ports.js";
import { readJson } from "../run/read/json.js";
import { readJsonLines } from "../run/read/json-lines.js";
import { bytesOf, uriOf } from "../run/read/object-bytes.js";
import type { ListedFile } from "./manifest.js";
import { type ResultFolder, unreadable } from "./place.js";
import { type ChildResult, childOfRecord, outcomeAlone } from "./result.js";

/**
 * The children that a file of results tells of, some thousand at a time. Throws FANOUT_RESULTS_INVALID, with the place, for
 * what is not JSON or no result.
 */
export async function* childrenOf(
  folder: ResultFolder,
  file: ListedFile,
): AsyncGenerator<readonly ChildResult[], void, void> {
  const name = folder.nameOf(file);
  // An attempt of a redrive that had no success may leave an empty file.
  if (file.size === 0) return;
  let records: boolean | undefined;
  let count = 0;
  try {
    for await (const { items } of chunksOf(folder, file)) {
      const children: ChildResult[] = [];
      for (const text of items) {
        const value = parse(text, name, count);
        records ??= file.class !== "SUCCEEDED" || isRecordOf(value, folder.manifest.mapRunArn);
        const child = records ? childOfRecord(value) : (outcomeAlone(text) ?? { status: "SUCCEEDED", output: text });
        if (child === undefined) throw invalid(name, `result ${count} is no record of an execution`);
        children.push(child);
        count += 1;
      }
      yield children;
    }
  } catch (error) {
    throw explained(error, name);
  }
}

function chunksOf({ store, bucket, keyOf }: ResultFolder, file: ListedFile): AsyncIterable<ItemChunk> {
  const object = { bucket, key: keyOf(file) };
  const bytes = bytesOf(store, object);
  if (file.format === "JSONL") return readJsonLines(bytes, uriOf(object));
  return readJson(arrayOnly(bytes, uriOf(object)), uriOf(object), "");
}

/** An object could be iterated as well, and an empty one would pass for no results. */
async function* arrayOnly(bytes: AsyncIterable<Uint8Array>, source: string): AsyncGenerator<Uint8Array, void, void> {
  let begun = false;
  for await (const chunk of bytes) {
    const first: number = begun ? -1 : chunk.findIndex((byte) => byte > SPACE);
    if (first !== -1 && chunk[first] === OPEN_BRACE) throw new ItemReaderError("is no array of results", source);
    begun ||= first !== -1;
    yield chunk;
  }
}

const SPACE = 0x20;
const OPEN_BRACE = 0x7b;

/** A task may well return what it was told of some execution; a record is one of a child of the map run itself. */
function isRecordOf(value: Json, mapRunArn: string): boolean {
  if (childOfRecord(value) === undefined || !isObject(value)) return false;
  return String(value["StateMachineArn"]).split(":")[6] === mapRunArn.split(":")[6];
}

function parse(text: string, name: string, at: number): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw invalid(name, `result ${at} is not valid JSON`, cause);
  }
}

function explained(error: unknown, name: string): unknown {
  if (!(error instanceof ItemReaderError)) return unreadable(error, name);
  if (error.cause instanceof ObjectStoreError) return unreadable(error.cause, name);
  const { message, line, column } = error;
  const place = line === undefined || column === undefined ? {} : { line, column };
  return new FanoutError("FANOUT_RESULTS_INVALID", message, { location: { file: name, ...place }, cause: error });
}

function invalid(file: string, message: string, cause?: unknown): FanoutError {
  const options = { location: { file }, ...(cause === undefined ? {} : { cause }) };
  return new FanoutError("FANOUT_RESULTS_INVALID", message, options);
}
