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
import { unexpectedResult } from "./unexpected-result.js";

/**
 * Where a Map without an ItemReader finds its items: ItemsPath, Items, or its input. Objects are iterated by their pairs,
 * except by an inline Map in JSONata, as recorded.
 */
export class Items {
  readonly #path: CompiledPath | null;
  readonly #template: JsonataTemplate | null;
  /** The field `Items` as it is written. */
  readonly #field: Json | undefined;
  readonly #language: QueryLanguage;
  readonly #takesObjects: boolean;

  constructor(definition: JsonObject, language: QueryLanguage, distributed: boolean) {
    const { ItemsPath: path, Items: field } = definition;
    const jsonata = language === "JSONata";
    this.#path = !jsonata && typeof path === "string" ? compilePath(path) : null;
    this.#template = jsonata ? jsonataField(definition, "Items") : null;
    this.#field = field;
    this.#language = language;
    this.#takesObjects = !jsonata || distributed;
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
    if (this.#takesObjects && isObject(value)) return value;
    if (this.#template !== null) throw unexpectedResult(this.#field, "Items", "array", value);
    if (this.#language === "JSONata") {
      throw new StateFailure(
        "States.QueryEvaluationError",
        `Map state input must be an array but was: ${JSON.stringify(value)}`,
      );
    }
    const path = this.#path?.text ?? "$";
    throw new StateFailure("States.Runtime", `Reference path "${path}" must point to array.`);
  }
}
