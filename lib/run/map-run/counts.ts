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

/** The counts of a map run in step: of items, and of the children that cover them. */
export class MapRunCounts {
  readonly items = newCounts();
  readonly executions = newCounts();

  // The three steps of every child, without a look-up by name: that is what they would mostly cost a run of millions.

  /** Counts a child that begins, and the items it covers. */
  begun(items: number): void {
    this.items.total += items;
    this.items.running += items;
    this.executions.total += 1;
    this.executions.running += 1;
  }

  /** Counts a child that has run to its end. */
  ended(status: ChildRecord["status"], items: number): void {
    this.items.running -= items;
    this.executions.running -= 1;
    if (status !== "SUCCEEDED") return this.add(COUNT_OF[status], items);
    this.items.succeeded += items;
    this.executions.succeeded += 1;
  }

  /** Counts a child whose result has been handed on. */
  written(items: number): void {
    this.items.resultsWritten += items;
    this.executions.resultsWritten += 1;
  }

  /** Counts a child, and the items it covers. */
  add(field: keyof Counts, items: number): void {
    this.items[field] += items;
    this.executions[field] += 1;
  }

  /** Takes a child, and the items it covers, back; never below 0. */
  remove(field: keyof Counts, items: number): void {
    this.items[field] = Math.max(0, this.items[field] - items);
    this.executions[field] = Math.max(0, this.executions[field] - 1);
  }

  /** Takes all children back. */
  clear(field: keyof Counts): void {
    this.items[field] = this.executions[field] = 0;
  }
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
