import type { ExecutionOutcome } from "../run/execution.js";
import type { Invoker } from "../run/ports.js";
import { failureOf, type ItemFailure, type ItemResult, type ItemStatus } from "./item-results.js";

/** Failures of one kind: same error name, an example of what it said. */
export interface FailureGroup {
  readonly name: string;
  readonly count: number;
  /** The first one, in item order of ending. */
  readonly example: { readonly index: number; readonly message: string; readonly stack?: string | undefined };
}

/** What a run came to. */
export interface RunSummary {
  readonly status: ExecutionOutcome["status"];
  /** Why the execution did not succeed. */
  readonly error?: ItemFailure | undefined;
  readonly items: {
    readonly total: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly timedOut: number;
    readonly aborted: number;
    readonly unprocessed: number;
  };
  /** Largest group first. */
  readonly failures: readonly FailureGroup[];
  readonly durationMs: number;
  readonly itemsPerSecond: number;
  readonly workers: number;
  /** Part of the workers' time that was spent in handlers, 0 to 1. */
  readonly utilisation: number;
}

/** Counts item results as they come. Memory grows with the kinds of errors, not with the items. */
export class Tally {
  readonly #counts: Record<ItemStatus, number> = {
    SUCCEEDED: 0,
    FAILED: 0,
    TIMED_OUT: 0,
    ABORTED: 0,
    UNPROCESSED: 0,
  };
  readonly #groups = new Map<string, { count: number; example: FailureGroup["example"] }>();

  /** Items that succeeded need no result to be counted. */
  addSucceeded(count: number): void {
    this.#counts.SUCCEEDED += count;
  }

  add(result: ItemResult): void {
    this.#counts[result.status] += result.count;
    if (result.error === undefined) return;
    const group = this.#groups.get(result.error.name);
    if (group !== undefined) {
      group.count += result.count;
      return;
    }
    const { message, stack } = result.error;
    const example = { index: result.index, message, ...(stack === undefined ? {} : { stack }) };
    this.#groups.set(result.error.name, { count: result.count, example });
  }

  get items(): RunSummary["items"] {
    const { SUCCEEDED: succeeded, FAILED: failed, TIMED_OUT: timedOut, ABORTED: aborted } = this.#counts;
    const unprocessed = this.#counts.UNPROCESSED;
    return {
      total: succeeded + failed + timedOut + aborted + unprocessed,
      succeeded,
      failed,
      timedOut,
      aborted,
      unprocessed,
    };
  }

  get failures(): readonly FailureGroup[] {
    const groups = [...this.#groups].map(([name, { count, example }]) => ({ name, count, example }));
    return groups.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  }
}

/**
 * @param durationMs Of the whole run.
 * @param usage Of the workers: how many, and how long they were in handlers in all.
 */
export function summaryOf(
  outcome: ExecutionOutcome,
  { items, failures }: Tally,
  durationMs: number,
  { busyMs, workers }: Invoker["usage"],
): RunSummary {
  return {
    status: outcome.status,
    ...errorOf(outcome),
    items,
    failures,
    durationMs,
    itemsPerSecond: durationMs === 0 ? 0 : (items.total / durationMs) * 1000,
    workers,
    utilisation: durationMs === 0 ? 0 : Math.min(1, busyMs / (durationMs * workers)),
  };
}

/** A run that was stopped by its user needs no error to say so. */
function errorOf(outcome: ExecutionOutcome): Pick<RunSummary, "error"> {
  if (outcome.status === "SUCCEEDED") return {};
  const { status, error, cause } = outcome;
  if (status === "ABORTED" && error === undefined && cause === undefined) return {};
  return { error: failureOf(error ?? status, cause) };
}
