import type { Json, JsonObject } from "../../json.js";
import type { Effect, StepIo } from "../effects.js";
import { evaluate } from "../evaluate.js";
import { type CompiledPath, compileJsonataTemplate, compilePath, type JsonataTemplate } from "../expressions/index.js";
import { StateFailure } from "../failure.js";
import type { Frame } from "../frame.js";
import type { QueryLanguage } from "../program.js";
import { jsonataBindings, StateScope } from "../state-scope.js";
import type { Flow } from "./flow.js";

/**
 * A field that is a number, a path to one (`NamePath`), or JSONata: TimeoutSeconds, MaxConcurrency, MaxItems and their
 * like. The value is given as it was found; each user checks it in the words AWS has for that field.
 */
export class Quantity {
  /** True when the definition has no such field. */
  readonly absent: boolean;
  /** The path, for messages; null when the field is not a path. */
  readonly path: CompiledPath | null;
  readonly #literal: Json | undefined;
  readonly #template: JsonataTemplate | null;

  constructor(literal: Json | undefined, path: CompiledPath | null, template: JsonataTemplate | null) {
    this.#literal = literal;
    this.path = path;
    this.#template = template;
    this.absent = literal === undefined && path === null && template === null;
  }

  read(frame: Frame, io: StepIo, flow: Flow, then: (value: Json | undefined) => Effect): Effect {
    if (this.#template !== null) {
      const request = { template: this.#template, bindings: jsonataBindings(frame, io) };
      return evaluate(frame, [request], ([value]) => then(value));
    }
    if (this.path === null) return then(this.#literal);
    return then(this.path.read(new StateScope(flow.effectiveInput(frame, io), frame, io)));
  }
}

export function compileQuantity(definition: JsonObject, name: string, language: QueryLanguage): Quantity {
  const literal = definition[name];
  const path = definition[`${name}Path`];
  if (language === "JSONata") {
    const template = typeof literal === "string" ? compileJsonataTemplate(literal, name) : null;
    return new Quantity(template === null ? literal : undefined, null, template);
  }
  return new Quantity(literal, typeof path === "string" ? compilePath(path) : null, null);
}

/** The failure of a `...Path` field that does not lead to an integer. */
export function notAnInteger(field: string, value: Json, path: string): StateFailure {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return new StateFailure(
    "States.Runtime",
    `The ${field} field refers to value "${text}" which is not a valid integer: ${path}`,
  );
}
