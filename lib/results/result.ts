import { isObject, type Json } from "../json.js";
import { batchResults, failureOf, type ItemFailure, type ItemStatus } from "../local/item-results.js";
import { onOneLine } from "../run/read/value-scan.js";

/** How a child execution ended, as result files tell it. Texts are JSON. */
export interface ChildResult {
  readonly status: ItemStatus;
  /** Of the child; only in records of executions. */
  readonly name?: string | undefined;
  /** Only in records of executions. */
  readonly input?: string | undefined;
  /** Only when SUCCEEDED. */
  readonly output?: string | undefined;
  readonly error?: ItemFailure | undefined;
}

/** How an item ended. Texts are JSON on one line. */
export interface Result extends ChildResult {
  /** Items it covers: more than 1 only for a batch whose output does not tell its items apart. */
  readonly count: number;
  /**
   * Position among the items, from 0, where the order of the results is known; among the values where FLATTEN has spliced
   * arrays that are no outcomes.
   */
  readonly index?: number | undefined;
}

/** The results of the items of a child: those of a batch one by one, where its output tells them apart. */
export function resultsOf(child: ChildResult): readonly Result[] {
  const items = child.input === undefined ? undefined : itemsOfBatch(child.input);
  if (items !== undefined) return ofBatch(child, items);
  const outcomes = child.input === undefined && child.output !== undefined ? outcomesOf(child.output) : undefined;
  if (outcomes === undefined) return [{ ...child, ...oneLine(child), count: 1 }];
  return unfolded(child.output as string, outcomes.length).map((result) => ({ ...result, name: child.name }));
}

/** Items that a child covers: undefined for a text that does not tell, as an output alone. */
export function itemsOfBatch(input: string): readonly Json[] | undefined {
  if (!/^\s*\{\s*"(?:Items|BatchInput)"/.test(input)) return undefined;
  const value = JSON.parse(input) as Json;
  if (!isObject(value) || !Array.isArray(value["Items"])) return undefined;
  const isBatch = Object.keys(value).every((key) => key === "Items" || key === "BatchInput");
  return isBatch ? (value["Items"] as readonly Json[]) : undefined;
}

function ofBatch(child: ChildResult, items: readonly Json[]): readonly Result[] {
  const { name, status, error, output, input } = child;
  const inputs = items.map((item) => JSON.stringify(item));
  if (output === undefined) return inputs.map((text) => ({ status, error, name, input: text, count: 1 }));
  const results = unfolded(output, items.length);
  const [only] = results;
  // The batch as a whole is what such a result is of.
  if (only !== undefined && only.count > 1) return [{ ...only, name, input: onOneLine(input ?? "") }];
  return results.map((result, at) => ({ ...result, name, input: inputs[at] }));
}

function unfolded(output: string, count: number): Result[] {
  return batchResults(output, 0, count).map(({ index: _, ...result }) => ({ ...result, ...oneLine(result) }));
}

function oneLine({ input, output }: { input?: string | undefined; output?: string | undefined }) {
  return {
    ...(input === undefined ? {} : { input: onOneLine(input) }),
    ...(output === undefined ? {} : { output: onOneLine(output) }),
  };
}

/** The outcomes of a batch, as `task()` gives them; undefined when the text is anything else. */
export function outcomesOf(output: string): readonly Json[] | undefined {
  if (!/^\s*\[\s*\{\s*"status"/.test(output)) return undefined;
  const value = JSON.parse(output) as Json;
  return Array.isArray(value) && value.every(isOutcome) ? value : undefined;
}

/** Whether a value is an outcome of `task()`, and nothing else by chance. */
function isOutcome(value: Json): boolean {
  if (!isObject(value)) return false;
  const keys = Object.keys(value).sort().join();
  switch (value["status"]) {
    case "succeeded":
      return keys === "output,status";
    case "failed":
      return keys === "error,status" && isObject(value["error"]) && typeof value["error"]["message"] === "string";
    default:
      return value["status"] === "unprocessed" && keys === "status";
  }
}

/** An outcome that stands alone, as FLATTEN writes those of a batch; undefined for any other text. */
export function outcomeAlone(text: string): ChildResult | undefined {
  if (!/^\s*\{\s*"status"/.test(text)) return undefined;
  const value = JSON.parse(text) as Json;
  if (!isOutcome(value)) return undefined;
  const [result] = unfolded(`[${text}]`, 1);
  return result;
}

/** A record of an execution, as the transformation NONE writes it; undefined for any other value. */
export function childOfRecord(value: Json): ChildResult | undefined {
  if (!isObject(value)) return undefined;
  const { Status: status, Name: name, Input: input, Output: output, Error: error, Cause: cause } = value;
  if (status === "PENDING" && typeof input === "string") {
    return { status: "UNPROCESSED", input, error: { name: "Unprocessed", message: "not started" } };
  }
  const isRecord = typeof name === "string" && typeof value["ExecutionArn"] === "string" && isStatus(status);
  if (!isRecord || (status === "SUCCEEDED") !== (typeof output === "string")) return undefined;
  const known = { name, ...(typeof input === "string" ? { input } : {}) };
  if (typeof output === "string") return { ...known, status, output };
  const failure = failureOf(textOf(error) ?? NAMES[status], textOf(cause));
  return { ...known, status, error: failure };
}

const STATUSES: readonly ItemStatus[] = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];

/** Names of errors for children that have none. */
const NAMES: Readonly<Record<string, string>> = { TIMED_OUT: "States.Timeout", ABORTED: "Aborted" };

function isStatus(status: Json | undefined): status is ItemStatus {
  return STATUSES.includes(status as ItemStatus);
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
