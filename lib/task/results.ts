import { type GatheredResult, gatheredOf } from "./gathered.js";
import { valuesOfArray, valuesOfLines } from "./json-values.js";
import { openTexts, type S3Module } from "./s3-text.js";

/**
 * What a gather function is invoked with: the results themselves or where their manifest is; or the result of a Map state
 * with a ResultWriter, as it is.
 */
export type GatherInput =
  | { readonly results: readonly unknown[] }
  | { readonly mapRunArn: string; readonly bucket: string; readonly key: string }
  | {
      readonly MapRunArn: string;
      readonly ResultWriterDetails: { readonly Bucket: string; readonly Key: string };
    };

export interface GatherOptions {
  /** The module `@aws-sdk/client-s3`, where it is bundled. Default: the one that Lambda's runtime or the project has. */
  readonly s3?: S3Module;
}

/** How many items ended how. */
export interface GatherSummary {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly unprocessed: number;
}

/** The results of a fan-out, to be iterated as often as is wanted; each iteration reads them anew. */
export interface Gathered<Out = unknown, In = unknown> extends AsyncIterable<GatheredResult<Out, In>> {
  /** Outputs of the items that succeeded. */
  outputs(): AsyncIterable<Out>;
  /** The items that did not succeed. */
  failures(): AsyncIterable<Exclude<GatheredResult<Out, In>, { status: "succeeded" }>>;
  /** Counts all items. */
  summary(): Promise<GatherSummary>;
}

/**
 * The results of a fan-out in its gather function, with memory that does not grow with their number:
 *
 *     export const handler = async (event) => {
 *       for await (const result of results<Count>(event)) ...
 *     };
 *
 * Those of files come as they are there: what succeeded, what failed, what was never begun, each in item order. The
 * iteration rejects when a file cannot be read.
 */
export function results<Out = unknown, In = unknown>(
  event: GatherInput,
  options: GatherOptions = {},
): Gathered<Out, In> {
  const read = () => readAll(event, options) as AsyncGenerator<GatheredResult<Out, In>, void, void>;
  return {
    [Symbol.asyncIterator]: read,
    async *outputs() {
      for await (const result of read()) if (result.status === "succeeded") yield result.output;
    },
    async *failures() {
      for await (const result of read()) if (result.status !== "succeeded") yield result;
    },
    async summary() {
      const counts = { total: 0, succeeded: 0, failed: 0, unprocessed: 0 };
      for await (const { status } of read()) {
        counts.total += 1;
        counts[status] += 1;
      }
      return counts;
    },
  };
}

async function* readAll(event: GatherInput, { s3 }: GatherOptions): AsyncGenerator<GatheredResult, void, void> {
  if ("results" in event) {
    // Records among outputs are of children that failed, which have no output.
    for (const value of event.results) yield* gatheredOf(value, ({ Output }) => Output === undefined);
    return;
  }
  const { mapRunArn, bucket, key } = placeOf(event);
  const texts = await openTexts(s3);
  const name = mapRunArn.split(":")[6];
  const isOwn = ({ StateMachineArn }: { readonly StateMachineArn?: unknown }) =>
    String(StateMachineArn).split(":")[6] === name;
  let manifest = "";
  for await (const text of texts.texts(bucket, key)) manifest += text;
  const { ResultFiles } = JSON.parse(manifest) as { ResultFiles: Readonly<Record<string, readonly { Key: string }[]>> };
  for (const files of ["SUCCEEDED", "FAILED", "PENDING"]) {
    for (const { Key } of ResultFiles[files] ?? []) {
      const text = texts.texts(bucket, Key);
      const values = Key.endsWith(".jsonl") ? valuesOfLines(text) : valuesOfArray(text);
      for await (const value of values) yield* gatheredOf(value, isOwn);
    }
  }
}

function placeOf(event: Exclude<GatherInput, { results: readonly unknown[] }>) {
  if ("bucket" in event) return event;
  const { Bucket, Key } = event.ResultWriterDetails;
  return { mapRunArn: event.MapRunArn, bucket: Bucket, key: Key };
}
