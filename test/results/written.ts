import { memoryStore } from "../../lib/adapters/store/memory.js";
import { folderIn } from "../../lib/results/place.js";
import { type ReadResultsOptions, type RunResults, readResults } from "../../lib/results/read.js";
import type { Result } from "../../lib/results/result.js";
import type { ChildRecord } from "../../lib/run/items.js";
import { nameUuid } from "../../lib/run/map-run/family.js";
import type { ObjectStore } from "../../lib/run/ports.js";
import { ResultWriter, type ResultWriterConfig } from "../../lib/run/write/result-writer.js";

export const ID = "0b5c3f2e-0000-4000-8000-000000000000";
export const MAP_RUN_ARN = `arn:aws:states:eu-west-1:000000000000:mapRun:Fan/Tasks:${ID}`;

/** The child at an index as a map run of this machine makes it; without an output it failed. */
export function child(
  index: number,
  input: unknown,
  output?: unknown,
  changes: Partial<ChildRecord> = {},
): ChildRecord {
  const name = nameUuid(`${ID}/${index}`);
  return {
    status: output === undefined ? "FAILED" : "SUCCEEDED",
    index,
    firstItem: index,
    itemCount: 1,
    inputText: JSON.stringify(input),
    output: output === undefined ? undefined : JSON.stringify(output),
    ...(output === undefined ? { error: "RangeError", cause: '{"errorMessage":"no","errorType":"RangeError"}' } : {}),
    name,
    executionArn: `arn:aws:states:eu-west-1:000000000000:execution:Fan/Tasks:${name}`,
    stateMachineArn: "arn:aws:states:eu-west-1:000000000000:stateMachine:Fan/Tasks",
    executionType: "STANDARD",
    startDate: 0,
    stopDate: 1,
    ...changes,
  };
}

/** What a ResultWriter writes of children. */
export async function written(
  children: Iterable<ChildRecord>,
  changes: Partial<ResultWriterConfig> = {},
  store: ObjectStore = memoryStore({ b: {} }),
): Promise<ObjectStore> {
  const writer = new ResultWriter(store, {
    bucket: "b",
    prefix: "results",
    mapRunArn: MAP_RUN_ARN,
    transformation: "NONE",
    outputType: "JSONL",
    ...changes,
  });
  for (const record of children) await writer.add(record);
  await writer.finish();
  return store;
}

export async function openFiles(store: ObjectStore, prefix = "results"): Promise<RunResults> {
  return { kind: "files", folder: await folderIn(store, "b", prefix) };
}

export async function read(run: RunResults, options: ReadResultsOptions = {}): Promise<Result[]> {
  const results: Result[] = [];
  for await (const chunk of readResults(run, options)) results.push(...chunk);
  return results;
}

/** Results without what is not there. */
export function plain(results: readonly Result[]): unknown[] {
  return results.map((result) => JSON.parse(JSON.stringify(result)) as unknown);
}

/** Items as a reader gives them. */
export function source(...items: unknown[]) {
  return { name: "items.jsonl", source: chunks(items.map((item) => JSON.stringify(item))) };
}

async function* chunks(items: readonly string[]) {
  for (let at = 0; at < items.length; at += 3) yield { items: items.slice(at, at + 3), source: "s3://b/items" };
}
