import type { Json } from "../json.js";
import type { Effect } from "./effects.js";
import type { JsonataBindings, JsonataTemplate } from "./expressions/index.js";
import type { Frame } from "./frame.js";

/** A JSONata template and what it is evaluated against. */
export interface EvaluationRequest {
  readonly template: JsonataTemplate;
  readonly bindings: JsonataBindings;
}

/** The work of a frame that waits for JSONata: how it goes on. Not durable: a resumed run enters the state again. */
export class Evaluation {
  readonly proceed: (values: readonly Json[]) => Effect;
  constructor(then: (values: readonly Json[]) => Effect) {
    this.proceed = then;
  }
}

/** Evaluates at once what is plain enough, and asks the driver for the rest (JSONata itself is asynchronous). */
export function evaluate(
  frame: Frame,
  requests: readonly EvaluationRequest[],
  then: (values: readonly Json[]) => Effect,
): Effect {
  const values: Json[] = [];
  for (const { template, bindings } of requests) {
    if (template.now === null) {
      frame.work = new Evaluation(then);
      return { kind: "evaluate", requests };
    }
    values.push(template.now(bindings));
  }
  return then(values);
}
