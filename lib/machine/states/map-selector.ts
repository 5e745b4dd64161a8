import type { Json, JsonObject, JsonText } from "../../json.js";
import type { Effect, StepIo } from "../effects.js";
import { evaluate } from "../evaluate.js";
import {
  type CompiledTemplate,
  compileJsonataTemplate,
  compileTemplate,
  type JsonataTemplate,
} from "../expressions/index.js";
import type { Frame, MapItem } from "../frame.js";
import type { CompileContext } from "../program.js";
import { jsonataBindings, StateScope } from "../state-scope.js";
import type { Flow } from "./flow.js";
import type { SelectedItem } from "./map-run-request.js";

/** The ItemSelector: makes the input of a child of an item. Evaluated once an item, before batching. */
export interface Selector {
  /** True when it is asynchronous and must be evaluated for all items before an inline Map starts. */
  readonly ahead: boolean;
  one(frame: Frame, io: StepIo, flow: Flow, item: MapItem): Json;
  all(frame: Frame, io: StepIo, items: readonly MapItem[], then: (inputs: readonly Json[]) => Effect): Effect;
  /** For a map run, which evaluates it long after the step that asked for the run. */
  forMapRun(frame: Frame, io: StepIo, flow: Flow): (item: SelectedItem) => Json | Promise<Json>;
}

export function compileSelector(definition: JsonObject, context: CompileContext): Selector | null {
  const field = definition["ItemSelector"] === undefined ? "Parameters" : "ItemSelector";
  const selector = definition[field];
  if (selector === undefined) return null;
  return context.language === "JSONata"
    ? new JsonataSelector(compileJsonataTemplate(selector, field))
    : new JsonPathSelector(compileTemplate(selector, `${context.path}/${field}`));
}

class JsonPathSelector implements Selector {
  readonly ahead = false;
  readonly #template: CompiledTemplate;

  constructor(template: CompiledTemplate) {
    this.#template = template;
  }

  one(frame: Frame, io: StepIo, flow: Flow, item: MapItem): Json {
    return this.#evaluate(flow.effectiveInput(frame, io), frame, io, item);
  }

  all(_frame: Frame, _io: StepIo, _items: readonly MapItem[], _then: (inputs: readonly Json[]) => Effect): Effect {
    throw new Error("A JSONPath selector is evaluated as iterations start");
  }

  forMapRun(frame: Frame, io: StepIo, flow: Flow): (item: SelectedItem) => Json {
    const input = flow.effectiveInput(frame, io);
    return (item) => this.#evaluate(input, frame, io, item);
  }

  #evaluate(input: JsonText, frame: Frame, io: StepIo, item: MapItem): Json {
    return this.#template.evaluate(new StateScope(input, frame, io, item));
  }
}

class JsonataSelector implements Selector {
  readonly ahead: boolean;
  readonly #template: JsonataTemplate;

  constructor(template: JsonataTemplate) {
    this.#template = template;
    this.ahead = template.now === null;
  }

  one(frame: Frame, io: StepIo, _flow: Flow, item: MapItem): Json {
    const { now } = this.#template;
    if (now === null) throw new Error("An asynchronous selector is evaluated ahead");
    return now(jsonataBindings(frame, io, { item }));
  }

  all(frame: Frame, io: StepIo, items: readonly MapItem[], then: (inputs: readonly Json[]) => Effect): Effect {
    const requests = items.map((item) => ({
      template: this.#template,
      bindings: jsonataBindings(frame, io, { item }),
    }));
    return evaluate(frame, requests, then);
  }

  forMapRun(frame: Frame, io: StepIo): (item: SelectedItem) => Json | Promise<Json> {
    const { now } = this.#template;
    return (item) => {
      const bindings = jsonataBindings(frame, io, { item });
      return now === null ? this.#template.evaluate(bindings) : now(bindings);
    };
  }
}
