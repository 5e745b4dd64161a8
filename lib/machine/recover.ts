import type { Json } from "../json.js";
import type { Effect, StepIo } from "./effects.js";
import { StateFailure } from "./failure.js";
import { abandon, type Frame } from "./frame.js";
import { retryDelay, takes } from "./retry.js";

/**
 * What becomes of a failure of the current state: a retry after a delay, a jump to a catcher, or the end of the frame.
 * Retriers are scanned in order and the first that takes the error is the one that counts, even when it is used up.
 */
export function recover(frame: Frame, failure: StateFailure, io: StepIo): Effect {
  abandonChildren(frame);
  frame.work = null;
  frame.restored = null;
  if (frame.caught) return end(frame, failure, io);
  return retry(frame, failure, io) ?? jump(frame, failure, io) ?? end(frame, failure, io);
}

/**
 * The failure that an error thrown by the current state's own work is, with the place in its cause; a size limit speaks
 * for itself. Throws on what is no StateFailure.
 */
export function raised(frame: Frame, error: unknown, io: StepIo): StateFailure {
  if (!(error instanceof StateFailure)) throw error;
  if (error.error === "States.DataLimitExceeded") return error;
  const place = `An error occurred while executing the state '${frame.state.name}' (entered at the event id #${frame.enteredEventId}). `;
  const failure = new StateFailure(error.error, place + (error.reason ?? ""), { fatal: error.fatal });
  if (failure.error === "States.QueryEvaluationError" && io.keepsHistory) recordEvaluationFailed(frame, failure, io);
  return failure;
}

/** The jump to the catcher that takes a failure; null when none does. A failure on the way ends the frame. */
function jump(frame: Frame, failure: StateFailure, io: StepIo): Effect | null {
  const catcher = frame.state.catchers.find(({ errors }) => takes(errors, failure));
  if (catcher === undefined) return null;
  frame.caught = true;
  try {
    return catcher.jump(frame, failure, io);
  } catch (error) {
    return end(frame, raised(frame, error, io), io);
  }
}

function retry(frame: Frame, failure: StateFailure, io: StepIo): Effect | null {
  const { retriers } = frame.state;
  const index = retriers.findIndex((retrier) => takes(retrier.errors, failure));
  const retrier = retriers[index];
  if (retrier === undefined) return null;
  frame.retriesByRetrier ??= new Array<number>(retriers.length).fill(0);
  const attempt = (frame.retriesByRetrier[index] ?? 0) + 1;
  if (attempt > retrier.maxAttempts) return null;
  frame.retriesByRetrier[index] = attempt;
  frame.retryCount += 1;
  return { kind: "sleep", until: io.now + retryDelay(retrier, attempt, () => io.random()) * 1000 };
}

/** Ends the frame. A Map or Parallel says so in the history, unless the engine itself gave up on it. */
function end(frame: Frame, failure: StateFailure, io: StepIo): Effect {
  const { failedEvent } = frame.state;
  if (failedEvent !== null && !failure.fatal && io.keepsHistory) {
    frame.lastEventId = io.record(failedEvent, frame.lastEventId);
  }
  frame.live = false;
  return { kind: "fail", failure };
}

/** The event points to the one before the state was entered, as recorded on AWS. */
function recordEvaluationFailed(frame: Frame, failure: StateFailure, io: StepIo): void {
  const cause = failure.reason ?? "";
  const location = /.*specified for the field '([^']*)'/s.exec(cause)?.[1];
  frame.lastEventId = io.record("EvaluationFailed", frame.beforeEnteredEventId, [
    "evaluationFailedEventDetails",
    { cause, error: failure.error, ...(location === undefined ? {} : { location }), state: frame.state.name },
  ]);
}

/** The error output a catcher receives: `{Error, Cause}`; a plain timeout has an empty cause. */
export function errorOutput(failure: StateFailure): Json {
  return { Error: failure.error, Cause: failure.reason ?? "" };
}

function abandonChildren(frame: Frame): void {
  const children = (frame.work as { children?: Iterable<Frame> } | null)?.children;
  if (children !== undefined) for (const child of children) abandon(child);
}
