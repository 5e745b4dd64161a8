import type { ChildRecord } from "../items.js";

/** Counts of items or of child executions. `total` grows while items are read. */
export interface Counts {
  pending: number;
  running: number;
  succeeded: number;
  failed: number;
  timedOut: number;
  aborted: number;
  total: number;
  resultsWritten: number;
  /** Of a redrive: those that did not succeed and could not be redriven. */
  failuresNotRedrivable: number;
  /** Of a redrive: those that have not succeeded and whose turn has not come yet; 0 at the end. */
  pendingRedrive: number;
}

export function newCounts(): Counts {
  return {
    pending: 0,
    running: 0,
    succeeded: 0,
    failed: 0,
    timedOut: 0,
    aborted: 0,
    total: 0,
    resultsWritten: 0,
    failuresNotRedrivable: 0,
    pendingRedrive: 0,
  };
}

/** The count that a record of each status belongs to. */
export const COUNT_OF = {
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "timedOut",
  ABORTED: "aborted",
  PENDING: "pending",
} as const satisfies Readonly<Record<ChildRecord["status"], keyof Counts>>;
