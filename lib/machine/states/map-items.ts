import { isObject, type Json, type JsonObject } from "../../json.js";
import type { Effect, StepIo } from "../effects.js";
import { evaluate } from "../evaluate.js";
import { type CompiledPath, compilePath, type JsonataTemplate } from "../expressions/index.js";
import { StateFailure } from "../failure.js";
import type { Frame, MapItem } from "../frame.js";
import type { QueryLanguage } from "../program.js";
import { jsonataBindings, StateScope } from "../state-scope.js";
import type { Flow } from "./flow.js";
import { jsonataField } from "./flow-jsonata.js";

/** Where a Map without an ItemReader finds its items: ItemsPath, Items, or its input. */
export class Items {
  readonly #path: CompiledPath | null;
  readonly #template: JsonataTemplate | null;
  readonly #expression: string;
  readonly #jsonata: boolean;

  constructor(path: CompiledPath | null, template: JsonataTemplate | null, expression: string, jsonata: boolean) {
    this.#path = path;
    this.#template = template;
    this.#expression = expression;
    this.#jsonata = jsonata;
  }

  /** Goes on with an array or an object. */
  read(frame: Frame, io: StepIo, flow: Flow, then: (items: Json) => Effect): Effect {
    if (this.#template !== null) {
      const request = { template: this.#template, bindings: jsonataBindings(frame, io) };
      return evaluate(frame, [request], ([value]) => then(this.#check(value as Json)));
    }
    const input = flow.effectiveInput(frame, io);
    return then(this.#check(this.#path === null ? input.value : this.#path.read(new StateScope(input, frame, io))));
  }

  /** The items as an inline Map iterates them: elements, or key and value pairs. */
  list(items: Json): readonly MapItem[] {
    return isObject(items)
      ? Object.entries(items).map(([key, value], index) => ({ index, value: { Key: key, Value: value }, key }))
      : (items as readonly Json[]).map((value, index) => ({ index, value }));
  }

  #check(value: Json): Json {
    if (Array.isArray(value)) return value;
    if (!this.#jsonata && isObject(value)) return value;
    const type = value === null ? "null" : typeof value;
    if (this.#template !== null) {
      throw new StateFailure(
        "States.QueryEvaluationError",
        `The JSONata expression '${this.#expression}' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was '${type}' for value: ${JSON.stringify(value)}`,
      );
    }
    if (this.#jsonata) {
      throw new StateFailure("States.QueryEvaluationError", `Map state input must be an array but was: ${JSON.stringify(value)}`);
    }
    const path = this.#path?.text ?? "$";
    throw new StateFailure("States.Runtime", `Reference path "${path}" must point to array.`);
  }
}

export function compileItems(definition: JsonObject, language: QueryLanguage): Items {
  if (language === "JSONata") {
    const items = definition["Items"];
    const expression = typeof items === "string" ? items.replace(/^\{%|%\}$/g, "").trim() : "";
    return new Items(null, jsonataField(definition, "Items"), expression, true);
  }
  const path = definition["ItemsPath"];
  return new Items(typeof path === "string" ? compilePath(path) : null, null, "", false);
}
