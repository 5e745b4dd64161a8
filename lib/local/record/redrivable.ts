import type { RunLeft } from "../../adapters/journal/disk/scan.js";
import type { HistoryEvent } from "../../run/ports.js";
import { recordedEnd } from "../../run/recorded-end.js";
import { UNREDRIVABLE_EVENTS } from "../../run/restore.js";

/** How often an execution has been redriven, by its history. */
export function redrivesIn(events: readonly HistoryEvent[]): number {
  return events.reduce((sum, { type }) => sum + (type === "ExecutionRedriven" ? 1 : 0), 0);
}

/** Why a run cannot be redriven, in the words of AWS; undefined when it can. A redrive that has not ended goes on. */
export function redriveRefusal(left: RunLeft | undefined): string | undefined {
  const events = left?.events ?? [];
  const end = recordedEnd(events);
  if (end?.status === "SUCCEEDED") return "Execution is SUCCEEDED and cannot be redriven";
  if (end === undefined) return redrivesIn(events) > 0 ? undefined : "Execution is RUNNING and cannot be redriven";
  return events.length < UNREDRIVABLE_EVENTS ? undefined : "Execution has exceeded the maximum history event limit";
}
