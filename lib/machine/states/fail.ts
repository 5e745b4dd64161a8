import type { Json, JsonObject } from "../../json.js";
import type { Effect, StepIo } from "../effects.js";
import { evaluate } from "../evaluate.js";
import { compileJsonataTemplate, compileValue, type JsonataTemplate } from "../expressions/index.js";
import { StateFailure } from "../failure.js";
import type { Frame } from "../frame.js";
import type { CompileContext } from "../program.js";
import type { Evaluate } from "../scope.js";
import { jsonataBindings, StateScope } from "../state-scope.js";
import { State } from "./state.js";

/** Fail: ends its block with an error. It has no Exited event. */
export class FailState extends State {
  readonly #template: JsonataTemplate | null;
  readonly #error: Evaluate;
  readonly #cause: Evaluate;

  constructor(name: string, definition: JsonObject, context: CompileContext) {
    super(name, definition, context);
    const { Error: error, Cause: cause } = definition;
    this.#template =
      context.language === "JSONata"
        ? compileFields({
            ...(error === undefined ? {} : { Error: error }),
            ...(cause === undefined ? {} : { Cause: cause }),
          })
        : null;
    this.#error = field(definition, "Error");
    this.#cause = field(definition, "Cause");
  }

  start(frame: Frame, io: StepIo): Effect {
    if (this.#template === null) {
      const scope = new StateScope(frame.input, frame, io);
      return fail(frame, this.#error(scope), this.#cause(scope));
    }
    const request = { template: this.#template, bindings: jsonataBindings(frame, io) };
    return evaluate(frame, [request], ([value]) => {
      const { Error: error, Cause: cause } = value as { Error?: Json; Cause?: Json };
      return fail(frame, error ?? null, cause ?? null);
    });
  }
}

/** The fields of a Fail state are each a field of the state, not members of one: causes name them so. */
function compileFields(fields: JsonObject): JsonataTemplate {
  const parts = Object.entries(fields).map(([name, value]) => [name, compileJsonataTemplate(value, name)] as const);
  const now = parts.every(([, part]) => part.now !== null)
    ? (bindings: Parameters<JsonataTemplate["evaluate"]>[0]) =>
        Object.fromEntries(parts.map(([name, part]) => [name, part.now?.(bindings) ?? null]))
    : null;
  return {
    constant: parts.every(([, part]) => part.constant),
    now,
    async evaluate(bindings) {
      const values: [string, Json][] = [];
      for (const [name, part] of parts) values.push([name, await part.evaluate(bindings)]);
      return Object.fromEntries(values);
    },
  };
}

function field(definition: JsonObject, name: "Error" | "Cause"): Evaluate {
  const path = definition[`${name}Path`];
  if (typeof path === "string") return compileValue(path, `${name}Path`);
  const literal = definition[name] ?? null;
  return () => literal;
}

function fail(frame: Frame, error: Json, cause: Json): Effect {
  const text = (value: Json) => (typeof value === "string" ? value : JSON.stringify(value));
  frame.live = false;
  return {
    kind: "fail",
    failure: new StateFailure(error === null ? "" : text(error), cause === null ? undefined : text(cause), {
      fatal: false,
    }),
  };
}
