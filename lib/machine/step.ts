import { type Effect, type Signal, type StepIo, WAIT } from "./effects.js";
import type { Evaluation } from "./evaluate.js";
import { type Frame, isChild } from "./frame.js";
import { goOn } from "./go-on.js";
import { raised, recover } from "./recover.js";

/**
 * Moves one frame on by one signal and says what has to happen next. Pure but for the frame it is given (and the
 * frames it makes): time, chance and history come through `io`, and it never waits.
 */
export function step(frame: Frame, signal: Signal, io: StepIo): Effect {
  try {
    switch (signal.kind) {
      case "enter":
        return frame.restored === null ? enter(frame, io) : goOn(frame, frame.restored, io);
      case "woke":
        // Of the states that sleep only Wait has work of its own then; the others begin again after a retry's delay.
        return frame.work === null ? frame.state.start(frame, io) : frame.state.resume(frame, signal, io);
      case "evaluated": {
        const { proceed } = frame.work as Evaluation;
        frame.work = null;
        return proceed(signal.values);
      }
      case "childSucceeded":
      case "childFailed":
        // Several may end in one turn: when one of them has ended the attempt, the others come from no child any more.
        return isChild(frame, signal.child) ? frame.state.resume(frame, signal, io) : WAIT;
      case "evaluationFailed":
        throw signal.failure;
      default:
        return frame.state.resume(frame, signal, io);
    }
  } catch (error) {
    return recover(frame, raised(frame, error, io), io);
  }
}

function enter(frame: Frame, io: StepIo): Effect {
  const { state } = frame;
  frame.enteredAt = io.now;
  frame.retryCount = 0;
  frame.retriesByRetrier = null;
  frame.caught = false;
  if (io.keepsHistory) {
    frame.beforeEnteredEventId = frame.lastEventId;
    frame.enteredEventId = io.record(state.enteredEvent, frame.lastEventId, [
      "stateEnteredEventDetails",
      { name: state.name, input: frame.input.text, inputDetails: { truncated: false } },
    ]);
    frame.lastEventId = frame.enteredEventId;
  }
  return state.start(frame, io);
}
