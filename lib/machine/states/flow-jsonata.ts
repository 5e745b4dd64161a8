import { isObject, type Json, type JsonObject, JsonText } from "../../json.js";
import type { Effect, StepIo } from "../effects.js";
import { evaluate } from "../evaluate.js";
import { compileJsonataTemplate, type JsonataTemplate } from "../expressions/index.js";
import type { Frame } from "../frame.js";
import { jsonataBindings } from "../state-scope.js";
import { asAssignments, exit } from "./exit.js";
import type { Flow, PassThrough } from "./flow.js";
import type { State } from "./state.js";
import { expressionOf } from "./unexpected-result.js";

/** A template of a field; null when the field is absent. */
export function jsonataField(definition: JsonObject, field: string): JsonataTemplate | null {
  const value = definition[field];
  return value === undefined ? null : compileJsonataTemplate(value, field);
}

class JsonataFlow implements Flow {
  readonly #arguments: JsonataTemplate | null;
  readonly #output: JsonataTemplate | null;
  readonly #assign: JsonataTemplate | null;
  readonly passThrough: PassThrough | null;
  readonly payloadOnly: boolean;
  readonly unchanging: boolean;

  constructor(definition: JsonObject) {
    this.#arguments = jsonataField(definition, "Arguments");
    this.#output = jsonataField(definition, "Output");
    this.#assign = jsonataField(definition, "Assign");
    this.unchanging = this.#arguments === null && this.#output === null && this.#assign === null;
    this.payloadOnly = this.#assign === null && expressionOf(definition["Output"]) === "$states.result.Payload";
    this.passThrough = passThrough(definition["Arguments"]);
  }

  effectiveInput(frame: Frame): JsonText {
    return frame.input;
  }

  begin(frame: Frame, io: StepIo, then: (input: JsonText) => Effect): Effect {
    if (this.#arguments === null) return then(frame.input);
    const request = { template: this.#arguments, bindings: jsonataBindings(frame, io) };
    return evaluate(frame, [request], ([value]) => then(JsonText.of(value as Json)));
  }

  finish(frame: Frame, io: StepIo, result: JsonText | undefined, next: State | null): Effect {
    const bindings = jsonataBindings(frame, io, result === undefined ? {} : { result });
    return jsonataExit(frame, io, bindings, this.#assign, this.#output, result ?? frame.input, next);
  }
}

/** Evaluates Assign and Output, both from the values at entry, and leaves the state. */
export function jsonataExit(
  frame: Frame,
  io: StepIo,
  bindings: ReturnType<typeof jsonataBindings>,
  assignTemplate: JsonataTemplate | null,
  outputTemplate: JsonataTemplate | null,
  otherwise: JsonText,
  next: State | null,
): Effect {
  const templates = [assignTemplate, outputTemplate].filter((template) => template !== null);
  const requests = templates.map((template) => ({ template, bindings }));
  return evaluate(frame, requests, (values) => {
    const assigned = assignTemplate === null ? null : asAssignments(values[0]);
    const output = outputTemplate === null ? otherwise : JsonText.of(values[values.length - 1] as Json);
    return exit(frame, io, output, assigned, next);
  });
}

function passThrough(args: Json | undefined): PassThrough | null {
  if (!isObject(args) || Object.keys(args).length !== 2) return null;
  const functionName = args["FunctionName"];
  if (typeof functionName !== "string" || expressionOf(functionName) !== undefined) return null;
  return expressionOf(args["Payload"]) === "$states.input" ? { functionName, takesNull: true } : null;
}

export function compileJsonataFlow(definition: JsonObject): Flow {
  return new JsonataFlow(definition);
}
