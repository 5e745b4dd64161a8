import type { Thread } from "../../machine/index.js";
import type { HistoryEvent } from "../../run/ports.js";

/**
 * ARNs of the map runs that an execution is done with, by its history.
 *
 * @param root Where it goes on: what failed and is redriven is not over.
 */
export function mapRunsOver(events: readonly HistoryEvent[], root?: Thread): ReadonlySet<string> {
  const over = ended(events, ["MapRunSucceeded", "MapRunFailed", "MapRunAborted"]);
  if (root !== undefined) for (const mapRunArn of taken(root)) over.delete(mapRunArn);
  return over;
}

/** ARNs of those that succeeded. */
export function mapRunsSucceeded(events: readonly HistoryEvent[]): ReadonlySet<string> {
  return ended(events, ["MapRunSucceeded"]);
}

function ended(events: readonly HistoryEvent[], how: readonly string[]): Set<string> {
  const started = new Map<number, string>();
  const found = new Set<string>();
  for (const { id, type, previousEventId, details } of events) {
    const begun = (details?.[1] as { mapRunArn?: string } | undefined)?.mapRunArn;
    if (begun !== undefined) started.set(id, begun);
    const mapRunArn = how.includes(type) ? started.get(previousEventId) : undefined;
    if (mapRunArn !== undefined) found.add(mapRunArn);
  }
  return found;
}

/** Map runs that a thread, or one under it, takes up again. */
function* taken({ output, visit }: Thread): Generator<string> {
  if (output !== undefined || visit === null || visit.exitOutput !== undefined) return;
  if (visit.mapRunArn !== undefined && visit.failure === undefined && !visit.succeeded) yield visit.mapRunArn;
  for (const child of visit.children.values()) yield* taken(child);
}
