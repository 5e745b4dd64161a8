import type { ExecutionSnapshot } from "../../aws/snapshot.js";
import type { Progress } from "../../local/session-options.js";

/** The map runs of an execution as one progress; undefined as long as there is none. */
export function progressOf({ mapRuns, startDate }: ExecutionSnapshot, now: number): Progress | undefined {
  if (mapRuns.length === 0) return undefined;
  const sum = (count: (items: ExecutionSnapshot["mapRuns"][number]["items"]) => number) =>
    mapRuns.reduce((total, { items }) => total + count(items), 0);
  const total = sum((items) => items.total);
  return {
    done: sum(({ succeeded, failed, timedOut, aborted }) => succeeded + failed + timedOut + aborted),
    failed: sum(({ failed, timedOut }) => failed + timedOut),
    running: sum(({ running }) => running),
    // Items are counted while they are read.
    total: undefined,
    expected: total,
    elapsedMs: Math.max(0, now - startDate),
  };
}
