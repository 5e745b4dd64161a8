import jsonata from "jsonata";
import { isObject, type Json } from "../../json.js";
import { StateFailure } from "../failure.js";
import type { Variables } from "../scope.js";

/** What a JSONata expression can see. */
export interface JsonataBindings {
  readonly states: {
    readonly input: Json;
    readonly context: () => Json;
    readonly result?: Json;
    readonly errorOutput?: Json;
  };
  readonly variables: Variables | null;
  random(): number;
  uuid(): string;
}

export interface JsonataExpression {
  readonly source: string;
  readonly field: string;
  readonly now: ((bindings: JsonataBindings) => Json) | null;
  evaluate(bindings: JsonataBindings): Promise<Json>;
}

export interface JsonataTemplate {
  readonly constant: boolean;
  readonly now: ((bindings: JsonataBindings) => Json) | null;
  evaluate(bindings: JsonataBindings): Promise<Json>;
}

export function isJsonata(text: string): boolean {
  return text.startsWith("{%") && text.endsWith("%}");
}

export function compileJsonata(text: string, field: string): JsonataExpression {
  const source = text.slice(2, -2).trim();
  const expression = jsonata(source);
  return {
    source,
    field,
    now: null,
    async evaluate(b) {
      const names: Record<string, unknown> = { states: { ...b.states, context: b.states.context() } };
      for (let at = b.variables; at !== null; at = at.outer)
        for (const [name, value] of at.own) names[name] ??= value;
      const value: unknown = await expression.evaluate(undefined, names);
      if (value === undefined)
        throw new StateFailure(
          "States.QueryEvaluationError",
          `The JSONata expression '${source}' specified for the field '${field}' returned nothing (undefined).`,
        );
      return JSON.parse(JSON.stringify(value)) as Json;
    },
  };
}

export function compileJsonataTemplate(value: Json, field: string): JsonataTemplate {
  if (typeof value === "string" && isJsonata(value)) {
    const expression = compileJsonata(value, field);
    return { constant: false, now: null, evaluate: (b) => expression.evaluate(b) };
  }
  if (isObject(value)) {
    const fields = Object.entries(value).map(
      ([key, one]) => [key, compileJsonataTemplate(one, `${field}/${key}`)] as const,
    );
    return {
      constant: fields.every(([, one]) => one.constant),
      now: null,
      async evaluate(b) {
        const out: Record<string, Json> = {};
        for (const [key, one] of fields) out[key] = await one.evaluate(b);
        return out;
      },
    };
  }
  return { constant: true, now: () => value, evaluate: async () => value };
}
