import { JsonText } from "../../json.js";
import type { ExecutionOutcome } from "../../run/execution.js";
import type { HistoryEvent } from "../../run/ports.js";

/** How an execution ended, by its history; undefined when it did not. */
export function recordedEnd(events: readonly HistoryEvent[]): ExecutionOutcome | undefined {
  const last = events.at(-1);
  const details = (last?.details?.[1] ?? {}) as { output?: string; error?: string; cause?: string };
  const { output = "null", error, cause } = details;
  switch (last?.type) {
    case "ExecutionSucceeded":
      return { status: "SUCCEEDED", output: new JsonText(output) };
    case "ExecutionFailed":
      return { status: "FAILED", error, cause };
    case "ExecutionTimedOut":
      // The description of an execution whose time is up does not have the error that its history names.
      return { status: "TIMED_OUT" };
    case "ExecutionAborted":
      return { status: "ABORTED", error, cause };
    default:
      return undefined;
  }
}

const OVER: ReadonlySet<string> = new Set(["MapRunSucceeded", "MapRunFailed", "MapRunAborted"]);

/** ARNs of the map runs that an execution is done with, by its history. */
export function mapRunsOver(events: readonly HistoryEvent[]): ReadonlySet<string> {
  const started = new Map<number, string>();
  const over = new Set<string>();
  for (const { id, type, previousEventId, details } of events) {
    const begun = (details?.[1] as { mapRunArn?: string } | undefined)?.mapRunArn;
    if (begun !== undefined) started.set(id, begun);
    const ended = OVER.has(type) ? started.get(previousEventId) : undefined;
    if (ended !== undefined) over.add(ended);
  }
  return over;
}
