import type { HistoryEvent } from "../../run/ports.js";

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
