import { isObject, type Json, type JsonObject, JsonText } from "../../json.js";
import type { Effect, StepIo } from "../effects.js";
import {
  type CompiledTemplate,
  compileReferencePath,
  compileTemplate,
  type JsonataTemplate,
  type ReferencePath,
} from "../expressions/index.js";
import type { StateFailure } from "../failure.js";
import type { Frame } from "../frame.js";
import type { CompileContext } from "../program.js";
import { errorOutput } from "../recover.js";
import { jsonataBindings, StateScope } from "../state-scope.js";
import { asAssignments, exit } from "./exit.js";
import { jsonataExit, jsonataField } from "./flow-jsonata.js";
import type { State } from "./state.js";

/** One entry of Catch. It leaves the state for its own Next; the state's OutputPath and Output do not apply. */
export interface Catcher {
  readonly errors: readonly string[];
  readonly nextName: string;
  next: State | null;
  jump(frame: Frame, failure: StateFailure, io: StepIo): Effect;
}

export function compileCatchers(catchers: Json | undefined, context: CompileContext): readonly Catcher[] {
  if (!Array.isArray(catchers)) return [];
  return catchers.filter(isObject).map((entry, index) => {
    return context.language === "JSONata"
      ? new JsonataCatcher(entry)
      : new JsonPathCatcher(entry, `${context.path}/Catch[${index}]`);
  });
}

function names(entry: JsonObject): readonly string[] {
  return Array.isArray(entry["ErrorEquals"]) ? entry["ErrorEquals"].map(String) : [];
}

class JsonPathCatcher implements Catcher {
  readonly errors: readonly string[];
  readonly nextName: string;
  next: State | null = null;
  readonly #resultPath: ReferencePath | "replace" | "discard";
  readonly #assign: CompiledTemplate | null;

  constructor(entry: JsonObject, path: string) {
    this.errors = names(entry);
    this.nextName = String(entry["Next"]);
    const resultPath = entry["ResultPath"];
    if (resultPath === undefined || resultPath === "$") this.#resultPath = "replace";
    else this.#resultPath = resultPath === null ? "discard" : compileReferencePath(String(resultPath));
    this.#assign = entry["Assign"] === undefined ? null : compileTemplate(entry["Assign"], `${path}/Assign`);
  }

  jump(frame: Frame, failure: StateFailure, io: StepIo): Effect {
    const error = JsonText.of(errorOutput(failure));
    const scope = new StateScope(error, frame, io);
    const assigned = this.#assign === null ? null : asAssignments(this.#assign.evaluate(scope));
    return exit(frame, io, this.#output(frame.input, error), assigned, this.next);
  }

  #output(input: JsonText, error: JsonText): JsonText {
    if (this.#resultPath === "replace") return error;
    if (this.#resultPath === "discard") return input;
    return JsonText.of(this.#resultPath.write(input.value, error.value));
  }
}

class JsonataCatcher implements Catcher {
  readonly errors: readonly string[];
  readonly nextName: string;
  next: State | null = null;
  readonly #output: JsonataTemplate | null;
  readonly #assign: JsonataTemplate | null;

  constructor(entry: JsonObject) {
    this.errors = names(entry);
    this.nextName = String(entry["Next"]);
    this.#output = jsonataField(entry, "Output");
    this.#assign = jsonataField(entry, "Assign");
  }

  jump(frame: Frame, failure: StateFailure, io: StepIo): Effect {
    const error = errorOutput(failure);
    const bindings = jsonataBindings(frame, io, { errorOutput: error });
    return jsonataExit(frame, io, bindings, this.#assign, this.#output, JsonText.of(error), this.next);
  }
}
