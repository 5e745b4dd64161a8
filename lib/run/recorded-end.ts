import { JsonText } from "../json.js";
import type { ExecutionOutcome } from "./execution.js";
import type { HistoryEvent } from "./ports.js";

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
