import type { Json, JsonText } from "../json.js";
import type { StateFailure } from "./failure.js";
import type { CompiledState } from "./program.js";

/**
 * Where one thread of an execution stands, as its history tells: what a Frame is made of again when the execution goes
 * on. Plain data.
 */
export interface Thread {
  /** Position among the children of the state that runs it; 0 for the execution itself. */
  readonly slot: number;
  /** Id of the last event on this thread. */
  lastEventId: number;
  /** The state that was entered last; null before the first one. */
  visit: Visit | null;
  /** Variables assigned so far in this thread's own scope. */
  variables: ReadonlyMap<string, Json>;
  /** Set once it has ended well. */
  output: JsonText | undefined;
  /** Whether it is what made the state around it fail: it is told first. */
  failing: boolean;
}

/** A state that a thread is in. */
export interface Visit {
  readonly state: CompiledState;
  readonly input: JsonText;
  readonly enteredEventId: number;
  readonly beforeEnteredEventId: number;
  /** Epoch ms. */
  readonly enteredAt: number;
  /** Epoch ms at which its work began, from which a Wait counts; undefined: now. */
  begunAt: number | undefined;
  /** Id of the event that the first one of the current attempt follows. */
  attemptFrom: number;
  retryCount: number;
  retriesByRetrier: number[] | null;
  /** What the current attempt came to, where that is known; its retry, its catcher or the state's end is still to come. */
  answer: JsonText | undefined;
  failure: StateFailure | undefined;
  /** Epoch ms of the failure. */
  failedAt: number;
  /** Id of the event that says that the attempt has begun, of the kinds that have one. */
  startedEventId: number;
  /** Whether its branches, iterations or map run have been said to have succeeded. */
  succeeded: boolean;
  /** Whether the state itself has been said to have failed. */
  failed: boolean;
  /** Set when it has been left: only what follows it is not known then. */
  exitOutput: JsonText | undefined;
  /** Branches or iterations of the current attempt, by slot. */
  children: Map<number, Thread>;
  /** Id of the last event of the child that ended well last, and of the event that says so; 0 when none has. */
  lastChildEventId: number;
  lastSucceededEventId: number;
  /** The map run of the current attempt. */
  mapRunArn: string | undefined;
}

export function newThread(slot: number, lastEventId: number): Thread {
  return { slot, lastEventId, visit: null, variables: new Map(), output: undefined, failing: false };
}

export function newVisit(
  state: CompiledState,
  input: JsonText,
  event: { readonly id: number; readonly previousEventId: number; readonly timestamp: number },
): Visit {
  return {
    state,
    input,
    enteredEventId: event.id,
    beforeEnteredEventId: event.previousEventId,
    enteredAt: event.timestamp,
    begunAt: event.timestamp,
    attemptFrom: event.id,
    retryCount: 0,
    retriesByRetrier: null,
    answer: undefined,
    failure: undefined,
    failedAt: 0,
    startedEventId: 0,
    succeeded: false,
    failed: false,
    exitOutput: undefined,
    children: new Map(),
    lastChildEventId: 0,
    lastSucceededEventId: 0,
    mapRunArn: undefined,
  };
}
