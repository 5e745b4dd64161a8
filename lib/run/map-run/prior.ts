import type { ChildRecord } from "../items.js";
import type { HistoryEvent } from "../ports.js";

/** How a child of a map run ended. */
export type EndedChild = Pick<
  ChildRecord,
  "output" | "error" | "cause" | "startDate" | "stopDate" | "endedIn" | "redriveCount" | "redriveDate"
> & {
  readonly status: Exclude<ChildRecord["status"], "PENDING">;
  /** Of a map run that is redriven: it ended in this very attempt, in an earlier process. */
  readonly thisAttempt?: boolean;
};

/** What an earlier process or an earlier attempt left of a child. */
export type PriorChild =
  /** It stays as it ended. In a redrive: it succeeded, or it cannot be redriven. */
  | { readonly kind: "ended"; readonly child: EndedChild }
  /**
   * It goes on from its history: where it was, or, in a redrive, with what failed. No events: it begins anew, as EXPRESS
   * ones do.
   */
  | {
      readonly kind: "unfinished";
      readonly events: readonly HistoryEvent[];
      /** Redrives of this child, this one included. Default: what the events tell. */
      readonly redriveCount?: number | undefined;
      /** How it ended before: what it stays at when its turn does not come. Absent: it never ended. */
      readonly child?: EndedChild | undefined;
    };

/**
 * The children that an earlier process or attempt of a map run had, by index. A block of them at a time is asked for, in
 * order, and each at most once, so that memory does not grow with their number.
 */
export interface PriorChildren {
  /** Makes children `from` up to and without `to` ready to be taken. A rejection fails the map run as its reader would. */
  load(from: number, to: number): Promise<void>;
  /** Undefined for one that was never started. */
  take(index: number): PriorChild | undefined;
}

/** A map run that goes on. */
export interface PriorRun {
  readonly children: PriorChildren;
  /** Epoch ms at which the map run began. */
  readonly startDate: number;
  /** Redrives of the map run, this one included; 0 when there was none. */
  readonly redriveCount: number;
  /** Only in a redrive: children that did not succeed, and their items. */
  readonly pendingRedrive?: { readonly items: number; readonly executions: number } | undefined;
}
