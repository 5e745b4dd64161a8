import { isObject, type Json, type JsonObject, JsonText } from "../../json.js";
import type { Effect, StepIo } from "../effects.js";
import {
  type CompiledTemplate,
  compilePath,
  compileReferencePath,
  compileTemplate,
  type ReferencePath,
} from "../expressions/index.js";
import type { Frame } from "../frame.js";
import type { Evaluate } from "../scope.js";
import { StateScope } from "../state-scope.js";
import { asAssignments, EMPTY_OBJECT, exit } from "./exit.js";
import type { Flow, PassThrough } from "./flow.js";
import type { State } from "./state.js";

/** How a path field changes a document: not at all, to nothing (`null`), or to what the path reads. */
type PathField = "keep" | "discard" | Evaluate;

function pathField(value: Json | undefined): PathField {
  if (value === undefined || value === "$") return "keep";
  if (value === null) return "discard";
  return compilePath(String(value)).read;
}

function apply(field: PathField, document: JsonText, frame: Frame, io: StepIo): JsonText {
  if (field === "keep") return document;
  return field === "discard" ? EMPTY_OBJECT : JsonText.of(field(new StateScope(document, frame, io)));
}

class JsonPathFlow implements Flow {
  readonly #input: PathField;
  readonly #parameters: CompiledTemplate | null;
  readonly #resultSelector: CompiledTemplate | null;
  readonly #resultPath: "replace" | "discard" | ReferencePath;
  readonly #output: PathField;
  readonly #assign: CompiledTemplate | null;
  readonly passThrough: PassThrough | null;
  readonly payloadOnly: boolean;
  readonly unchanging: boolean;

  constructor(definition: JsonObject, path: string) {
    const template = (field: string) =>
      definition[field] === undefined ? null : compileTemplate(definition[field], `${path}/${field}`);
    this.#input = pathField(definition["InputPath"]);
    // In a Map, Parameters is the old name of ItemSelector, which the Map itself evaluates.
    this.#parameters = definition["Type"] === "Map" ? null : template("Parameters");
    this.#resultSelector = template("ResultSelector");
    const resultPath = definition["ResultPath"];
    this.#resultPath =
      resultPath === undefined || resultPath === "$"
        ? "replace"
        : resultPath === null
          ? "discard"
          : compileReferencePath(String(resultPath));
    this.#output = definition["OutputPath"] === undefined ? "keep" : pathField(definition["OutputPath"]);
    this.#assign = template("Assign");
    const plain = this.#resultSelector === null && this.#resultPath === "replace" && this.#assign === null;
    this.unchanging = plain && this.#input === "keep" && this.#parameters === null && this.#output === "keep";
    this.payloadOnly = plain && definition["OutputPath"] === "$.Payload";
    this.passThrough = this.#input === "keep" ? passThrough(definition["Parameters"]) : null;
  }

  effectiveInput(frame: Frame, io: StepIo): JsonText {
    return apply(this.#input, frame.input, frame, io);
  }

  begin(frame: Frame, io: StepIo, then: (input: JsonText) => Effect): Effect {
    const input = this.effectiveInput(frame, io);
    if (this.#parameters === null) return then(input);
    return then(JsonText.of(this.#parameters.evaluate(new StateScope(input, frame, io))));
  }

  finish(frame: Frame, io: StepIo, result: JsonText | undefined, next: State | null): Effect {
    const own = result ?? this.effectiveInput(frame, io);
    const assigned = this.#assign === null ? null : asAssignments(this.#evaluate(this.#assign, own, frame, io));
    if (result === undefined) return exit(frame, io, apply(this.#output, own, frame, io), assigned, next);
    const selected =
      this.#resultSelector === null ? result : JsonText.of(this.#evaluate(this.#resultSelector, result, frame, io));
    const combined = this.#combine(frame.input, selected);
    return exit(frame, io, apply(this.#output, combined, frame, io), assigned, next);
  }

  #evaluate(template: CompiledTemplate, data: JsonText, frame: Frame, io: StepIo): Json {
    return template.evaluate(new StateScope(data, frame, io));
  }

  #combine(rawInput: JsonText, result: JsonText): JsonText {
    if (this.#resultPath === "replace") return result;
    if (this.#resultPath === "discard") return rawInput;
    return JsonText.of(this.#resultPath.write(rawInput.value, result.value));
  }
}

function passThrough(parameters: Json | undefined): PassThrough | null {
  if (!isObject(parameters) || Object.keys(parameters).length !== 2) return null;
  const functionName = parameters["FunctionName"];
  return typeof functionName === "string" && parameters["Payload.$"] === "$"
    ? { functionName, takesNull: false }
    : null;
}

export function compileJsonPathFlow(definition: JsonObject, path: string): Flow {
  return new JsonPathFlow(definition, path);
}
