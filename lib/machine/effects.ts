import type { Json, JsonText } from "../json.js";
import type { EvaluationRequest } from "./evaluate.js";
import type { StateFailure } from "./failure.js";
import type { Frame } from "./frame.js";
import type { Recall } from "./recall.js";
import type { MapRunRequest } from "./states/map-run-request.js";
import type { TaskRequest } from "./task-request.js";

/** What a frame is told. */
export type Signal =
  /** The frame stands before its current state. */
  | { readonly kind: "enter" }
  /** A sleep is over. */
  | { readonly kind: "woke" }
  /** A task answered: `output` is the result the integration gives. */
  | { readonly kind: "taskSucceeded"; readonly output: JsonText }
  | { readonly kind: "taskFailed"; readonly error: string; readonly cause: string | undefined }
  /** Its time is up, or a heartbeat did not come. */
  | { readonly kind: "taskTimedOut"; readonly heartbeat?: boolean }
  /** The call was taken, and answered with `output`; the task itself waits for a job or for its token. */
  | { readonly kind: "taskSubmitted"; readonly output: JsonText }
  /** The activity of the task is there, or not; a worker took the task. */
  | { readonly kind: "activityScheduled" }
  | { readonly kind: "activityMissing" }
  | { readonly kind: "activityStarted"; readonly workerName: string | undefined }
  /** A JSONata evaluation that could not be done at once. */
  | { readonly kind: "evaluated"; readonly values: readonly Json[] }
  | { readonly kind: "evaluationFailed"; readonly failure: StateFailure }
  /** A child frame ended. */
  | { readonly kind: "childSucceeded"; readonly child: Frame; readonly output: JsonText }
  | { readonly kind: "childFailed"; readonly child: Frame; readonly failure: StateFailure }
  /** The map run this frame asked for has begun, or ended. */
  | { readonly kind: "mapRunStarted"; readonly mapRunArn: string; readonly redriveCount?: number | undefined }
  /** It did not begin: its results could not be written. */
  | { readonly kind: "mapRunRefused"; readonly cause: string | undefined }
  | { readonly kind: "mapRunSucceeded"; readonly result: JsonText }
  | {
      readonly kind: "mapRunFailed";
      readonly error: string;
      readonly cause: string | undefined;
      readonly fatal?: boolean;
    };

/** What a step asks its driver for. */
export type Effect =
  /** The frame moved to its next state: send `enter` when it is its turn. */
  | { readonly kind: "next" }
  /** Nothing to do until a signal arrives. */
  | { readonly kind: "wait" }
  | TaskRequest
  /** Send `woke` at or after `until`, epoch ms. */
  | { readonly kind: "sleep"; readonly until: number }
  /** Answer with `evaluated`, one value a request, or `evaluationFailed`. */
  | { readonly kind: "evaluate"; readonly requests: readonly EvaluationRequest[] }
  /** Start these frames, in order, each with `enter`. */
  | { readonly kind: "spawn"; readonly frames: readonly Frame[] }
  | { readonly kind: "mapRun"; readonly request: MapRunRequest }
  | { readonly kind: "succeed"; readonly output: JsonText }
  | { readonly kind: "fail"; readonly failure: StateFailure };

/** What a frame is told first, and in each state that it comes to. */
export const ENTER: Signal = { kind: "enter" };

export const NEXT: Effect = { kind: "next" };
export const WAIT: Effect = { kind: "wait" };

/** What a step is given besides the frame and the signal. It never waits. */
export interface StepIo {
  /** Epoch ms. */
  readonly now: number;
  /** Whether this execution keeps its history: when false `record` must not be called. */
  readonly keepsHistory: boolean;
  /** What an interrupted execution has recorded of the attempts that begin again; null for any other. */
  readonly recall: Recall | null;
  /** Appends an event and gives its id. Throws HistoryLimit when the execution may not have another. */
  record(type: string, previousEventId: number, details?: readonly [string, object]): number;
  random(): number;
  uuid(): string;
  /** The token of a task that somebody else answers: a worker of `activityArn`, or whoever it is handed to. */
  newTaskToken(activityArn: string | undefined): string;
}
