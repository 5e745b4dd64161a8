import type { JsonObject, JsonText } from "../../json.js";
import type { Effect, StepIo } from "../effects.js";
import type { Frame } from "../frame.js";
import type { CompileContext } from "../program.js";
import { compileJsonataFlow } from "./flow-jsonata.js";
import { compileJsonPathFlow } from "./flow-jsonpath.js";
import type { State } from "./state.js";

/** The way data takes through a state, the same for all kinds; one implementation per query language. */
export interface Flow {
  /**
   * Makes what the state works on: InputPath then Parameters, or Arguments (the raw input when there are none), and
   * goes on with it.
   */
  begin(frame: Frame, io: StepIo, then: (input: JsonText) => Effect): Effect;
  /** The effective input without Parameters: InputPath, or the raw input. */
  effectiveInput(frame: Frame, io: StepIo): JsonText;
  /**
   * Makes the state's output of its result and leaves the state: Assign, ResultSelector, ResultPath and OutputPath, or
   * Assign and Output. `result` undefined: the kind has none, and `$` of Assign is the effective input.
   */
  finish(frame: Frame, io: StepIo, result: JsonText | undefined, next: State | null): Effect;
  /** True when Parameters hands the whole, untouched input on as a lambda Payload and names a constant function. */
  readonly passThrough: PassThrough | null;
  /** True when the state works on its raw input, and its result is its output. */
  readonly unchanging: boolean;
  /** True when of a lambda result nothing but its Payload is used, as the whole output. */
  readonly payloadOnly: boolean;
}

/** A lambda:invoke whose payload is the state's raw input: its text is never parsed. */
export interface PassThrough {
  readonly functionName: string;
  /** False when an input of null is a failure, as for a path, which cannot read from null. */
  readonly takesNull: boolean;
}

export function compileFlow(definition: JsonObject, context: CompileContext): Flow {
  return context.language === "JSONata"
    ? compileJsonataFlow(definition)
    : compileJsonPathFlow(definition, context.path);
}
