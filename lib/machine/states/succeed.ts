import type { Effect, StepIo } from "../effects.js";
import type { Frame } from "../frame.js";
import { State } from "./state.js";

/** Succeed: ends its block with its output. */
export class SucceedState extends State {
  start(frame: Frame, io: StepIo): Effect {
    return this.flow.finish(frame, io, undefined, null);
  }
}
