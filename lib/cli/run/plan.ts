import type { SessionOptions } from "../../local/session-options.js";
import type { Tolerance } from "../../run/map-run/tolerance.js";

/** What is to be run, whichever way it was named. */
export interface RunPlan {
  /** What a session needs to know of it. */
  readonly session: Pick<SessionOptions, "application" | "stateMachine" | "input" | "stores" | "itemFiles" | "buckets">;
  /** A task over items, whose results are the result; otherwise that is the output of the state machine. */
  readonly quick: boolean;
  /**
   * How many items may fail, where it is known: a batch that returns failed items has itself succeeded, so the state
   * machine alone does not tell.
   */
  readonly tolerance?: Tolerance | undefined;
  /** Names of the files that a glob has found. */
  readonly listed?: readonly string[] | undefined;
  /** Ends the reading of stdin, which may wait for ever. */
  readonly stopReading: () => void;
}
