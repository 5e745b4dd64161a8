import type { Effect, StepIo } from "./effects.js";
import { NEXT } from "./effects.js";
import type { Frame } from "./frame.js";
import { recover } from "./recover.js";
import type { Thread, Visit } from "./thread.js";

/**
 * Puts a frame that has just been made where a thread of an interrupted execution stood, and goes on from there: with the
 * answer or the failure that is known, or else with the current attempt from its beginning.
 */
export function goOn(frame: Frame, thread: Thread, io: StepIo): Effect {
  const { visit } = thread;
  frame.lastEventId = thread.lastEventId;
  if (thread.variables.size > 0) frame.variables = { own: thread.variables, outer: frame.outer };
  if (visit === null) {
    frame.restored = null;
    return NEXT;
  }
  place(frame, visit);
  const { answer, failure } = visit;
  // Branches, iterations and map runs are taken up where the state makes them.
  if (visit.children.size === 0 && visit.mapRunArn === undefined) frame.restored = null;
  if (failure !== undefined) return recover(frame, failure, at(io, visit.failedAt));
  if (answer !== undefined) return frame.state.flow.finish(frame, io, answer, frame.state.next);
  frame.lastEventId = visit.attemptFrom;
  // What sleeps sleeps until the time that it would have.
  return frame.state.start(frame, visit.state.type === "Wait" ? at(io, visit.begunAt ?? io.now) : io);
}

function place(frame: Frame, visit: Visit): void {
  frame.state = visit.state;
  frame.input = visit.input;
  frame.enteredEventId = visit.enteredEventId;
  frame.beforeEnteredEventId = visit.beforeEnteredEventId;
  frame.enteredAt = visit.enteredAt;
  frame.retryCount = visit.retryCount;
  frame.retriesByRetrier = visit.retriesByRetrier;
}

/** The same at another time. */
function at(io: StepIo, now: number): StepIo {
  return {
    now,
    keepsHistory: io.keepsHistory,
    recall: io.recall,
    record: (type, previousEventId, details) => io.record(type, previousEventId, details),
    random: () => io.random(),
    uuid: () => io.uuid(),
    newTaskToken: (activityArn) => io.newTaskToken(activityArn),
  };
}
