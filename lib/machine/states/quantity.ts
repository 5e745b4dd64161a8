import type { Json, JsonObject } from "../../json.js";
import type { Effect, StepIo } from "../effects.js";
import { evaluate } from "../evaluate.js";
import { type CompiledPath, compileJsonataTemplate, compilePath, type JsonataTemplate } from "../expressions/index.js";
import { StateFailure } from "../failure.js";
import type { Frame } from "../frame.js";
import type { QueryLanguage } from "../program.js";
import { jsonataBindings, StateScope } from "../state-scope.js";
import type { Flow } from "./flow.js";
import { unexpectedResult } from "./unexpected-result.js";

/**
 * A field that is a number, a path to one (`NamePath`), or JSONata: TimeoutSeconds, MaxConcurrency, MaxItems and their
 * like. A path may also lead to the digits of a number, as recorded.
 */
export class Quantity {
  readonly name: string;
  /** True when the definition has no such field. */
  readonly absent: boolean;
  readonly #literal: Json | undefined;
  readonly #path: CompiledPath | null;
  readonly #template: JsonataTemplate | null;

  constructor(name: string, literal: Json | undefined, path: CompiledPath | null, template: JsonataTemplate | null) {
    this.name = name;
    this.absent = literal === undefined && path === null;
    this.#literal = literal;
    this.#path = path;
    this.#template = template;
  }

  /** The number that the definition gives; undefined where there is none, or it has to be worked out. */
  get constant(): number | undefined {
    const isPlain = this.#path === null && this.#template === null;
    return isPlain && typeof this.#literal === "number" ? this.#literal : undefined;
  }

  /** Goes on with an integer; undefined when the field is absent. */
  integer(frame: Frame, io: StepIo, flow: Flow, then: (value: number | undefined) => Effect): Effect {
    return this.#read(frame, io, flow, (value) => {
      if (value === undefined) return then(undefined);
      const number = digits(value, /^[+-]?\d+$/);
      if (typeof number !== "number" || !Number.isInteger(number)) throw this.#notA("integer", value);
      return then(number);
    });
  }

  /** Goes on with a number, which may have a fraction; undefined when the field is absent. */
  number(frame: Frame, io: StepIo, flow: Flow, then: (value: number | undefined) => Effect): Effect {
    return this.#read(frame, io, flow, (value) => {
      if (value === undefined) return then(undefined);
      const number = digits(value, /^[+-]?\d+(\.\d+)?$/);
      if (typeof number !== "number") throw this.#notA("number", value);
      return then(number);
    });
  }

  #read(frame: Frame, io: StepIo, flow: Flow, then: (value: Json | undefined) => Effect): Effect {
    if (this.#template !== null) {
      const request = { template: this.#template, bindings: jsonataBindings(frame, io) };
      return evaluate(frame, [request], ([value]) => then(value));
    }
    if (this.#path === null) return then(this.#literal);
    return then(this.#path.read(new StateScope(flow.effectiveInput(frame, io), frame, io)));
  }

  #notA(type: "integer" | "number", value: Json): StateFailure {
    if (this.#template !== null) return unexpectedResult(this.#literal, this.name, type, value);
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const field = this.#path === null ? this.name : `${this.name}Path`;
    return new StateFailure(
      "States.Runtime",
      `The ${field} field refers to value "${text}" which is not a valid ${type}: ${this.#path?.text ?? text}`,
    );
  }
}

function digits(value: Json, form: RegExp): Json {
  return typeof value === "string" && form.test(value) ? Number(value) : value;
}

export function compileQuantity(definition: JsonObject, name: string, language: QueryLanguage): Quantity {
  const literal = definition[name];
  const path = definition[`${name}Path`];
  if (language === "JSONata") {
    const template = typeof literal === "string" ? compileJsonataTemplate(literal, name) : null;
    return new Quantity(name, literal, null, template);
  }
  return new Quantity(name, literal, typeof path === "string" ? compilePath(path) : null, null);
}
