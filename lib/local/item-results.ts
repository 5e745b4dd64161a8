import { isObject, type Json } from "../json.js";
import type { ChildRecord } from "../run/items.js";
import { onOneLine } from "../run/read/value-scan.js";

/** How an item ended. */
export type ItemStatus = "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED" | "UNPROCESSED";

/** An error as a person wants to see it, whichever way it came. */
export interface ItemFailure {
  /** Error name: the class of what was thrown, or a States or Lambda error. */
  readonly name: string;
  readonly message: string;
  /** Stack of the task, where there is one. */
  readonly stack?: string | undefined;
}

/** How one item ended, its output still JSON text. */
export interface ItemResult {
  /** Position among the items, from 0. */
  readonly index: number;
  /** Items it covers: more than 1 only for a batch whose output does not tell its items apart. */
  readonly count: number;
  readonly status: ItemStatus;
  /** JSON text; only when SUCCEEDED. */
  readonly output?: string | undefined;
  readonly error?: ItemFailure | undefined;
}

/**
 * The results of the items that a child covers. A batch's output of one outcome an item, as `task()` gives it, is taken
 * apart; an array of as many values as items too; any other output is one result for the whole batch.
 */
export function itemResults(record: ChildRecord, batched: boolean): readonly ItemResult[] {
  const { firstItem: index, itemCount: count, output } = record;
  if (output === undefined) return failedChild(record);
  return batched ? batchResults(output, index, count) : [{ index, count: 1, status: "SUCCEEDED", output }];
}

/** The results of a batch of `count` items, the first of which is `index`, by what it gave. */
export function batchResults(output: string, index: number, count: number): readonly ItemResult[] {
  const value = JSON.parse(output) as Json;
  if (!Array.isArray(value) || value.length !== count) return [{ index, count, status: "SUCCEEDED", output }];
  return value.map((element, at) => itemOfBatch(element, index + at));
}

function failedChild(record: ChildRecord): readonly ItemResult[] {
  const error = failureOf(record.error, record.cause);
  const status = record.status as ItemStatus;
  return Array.from({ length: record.itemCount }, (_, at) => ({
    index: record.firstItem + at,
    count: 1,
    status,
    error,
  }));
}

function itemOfBatch(value: Json, index: number): ItemResult {
  const succeeded = (output: Json): ItemResult => {
    return { index, count: 1, status: "SUCCEEDED", output: JSON.stringify(output) };
  };
  if (!isObject(value)) return succeeded(value);
  switch (value["status"]) {
    case "succeeded":
      return "output" in value ? succeeded(value["output"] as Json) : succeeded(value);
    case "failed":
      return isObject(value["error"])
        ? { index, count: 1, status: "FAILED", error: outcomeError(value["error"]) }
        : succeeded(value);
    case "unprocessed":
      return { index, count: 1, status: "UNPROCESSED", error: { name: "Unprocessed", message: "not begun in time" } };
    default:
      return succeeded(value);
  }
}

function outcomeError(error: { readonly [key: string]: Json }): ItemFailure {
  const { name, message, stack } = error;
  return { name: String(name), message: String(message), ...(typeof stack === "string" ? { stack } : {}) };
}

/** The error name and cause of an execution, the cause's error document taken apart when it is one. */
export function failureOf(error: string | undefined, cause: string | undefined): ItemFailure {
  const name = error === undefined || error === "" ? "Failed" : error;
  if (cause?.startsWith("{")) {
    try {
      const { errorMessage, trace } = JSON.parse(cause) as { errorMessage?: unknown; trace?: unknown };
      if (typeof errorMessage === "string") {
        return { name, message: errorMessage, ...(Array.isArray(trace) ? { stack: trace.join("\n") } : {}) };
      }
    } catch {
      // A cause may be any text; one that only looks like a document is shown as it is.
    }
  }
  return { name, message: cause ?? "" };
}

/**
 * The results of the items that a child covers as lines of JSON, without the last line break: what `resultLine` makes
 * of each of them, at once for the many that are one item and succeeded.
 */
export function resultLines(record: ChildRecord, batched: boolean, state?: string): string {
  const { output } = record;
  if (output !== undefined && !batched && state === undefined) {
    return `{"index":${record.firstItem},"status":"SUCCEEDED","output":${onOneLine(output)}}`;
  }
  return itemResults(record, batched)
    .map((result) => resultLine(result, state))
    .join("\n");
}

/** A result as a line of JSON, without the line break. */
export function resultLine(result: ItemResult, state?: string): string {
  const where = state === undefined ? "" : `"state":${JSON.stringify(state)},`;
  const items = result.count === 1 ? "" : `"items":${result.count},`;
  const what =
    result.output === undefined ? `"error":${JSON.stringify(result.error)}` : `"output":${onOneLine(result.output)}`;
  return `{${where}"index":${result.index},${items}"status":"${result.status}",${what}}`;
}
