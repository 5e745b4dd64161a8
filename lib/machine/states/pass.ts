import { type JsonObject, JsonText } from "../../json.js";
import type { Effect, StepIo } from "../effects.js";
import type { Frame } from "../frame.js";
import type { CompileContext } from "../program.js";
import { State } from "./state.js";

/** Pass: its result is `Result`, or what InputPath and Parameters make of the input. */
export class PassState extends State {
  readonly #result: JsonText | null;

  constructor(name: string, definition: JsonObject, context: CompileContext) {
    super(name, definition, context);
    const result = context.language === "JSONPath" ? definition["Result"] : undefined;
    this.#result = result === undefined ? null : JsonText.of(result);
  }

  start(frame: Frame, io: StepIo): Effect {
    return this.flow.begin(frame, io, (input) => this.flow.finish(frame, io, this.#result ?? input, this.next));
  }
}
