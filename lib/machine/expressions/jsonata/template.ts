import { isObject, type Json } from "../../../json.js";
import { DefinitionError } from "../../failure.js";
import { compileJsonata, isJsonata, type JsonataBindings } from "../jsonata.js";
import { setMember } from "../jsonpath/member.js";

/** A compiled value that may hold expressions at any depth: Output, Arguments, Assign ... */
export interface JsonataTemplate {
  /** It holds no expression: the value is the same each time. */
  readonly constant: boolean;
  /** Gives the value at once, when every expression in it can; null otherwise. Throws as `evaluate`. */
  readonly now: ((bindings: JsonataBindings) => Json) | null;
  /** Gives the value. Parts without expressions are shared. Rejects with StateFailure `States.QueryEvaluationError`. */
  evaluate(bindings: JsonataBindings): Promise<Json>;
}

/**
 * Compiles a value. Each string in it that is wholly `{% ... %}` is an expression. `field` is its name in the state,
 * such as `Output`; causes name the parts as `Output/a/b[0]`. Throws DefinitionError.
 */
export function compileJsonataTemplate(value: Json, field: string): JsonataTemplate {
  if (typeof value === "string") return compileText(value, field);
  if (Array.isArray(value)) {
    const parts = value.map((item: Json, index) => compileJsonataTemplate(item, `${field}[${index}]`));
    return compileParts(value, parts, (values) => values);
  }
  if (!isObject(value)) return constantTemplate(value);
  const names = Object.keys(value);
  const parts = Object.entries(value).map(([name, one]) => compileJsonataTemplate(one, `${field}/${name}`));
  return compileParts(value, parts, (values) => toObject(names, values));
}

function toObject(names: readonly string[], values: readonly Json[]): Json {
  const object: Record<string, Json> = {};
  for (const [index, name] of names.entries()) setMember(object, name, values[index] as Json);
  return object;
}

function constantTemplate(value: Json): JsonataTemplate {
  return { constant: true, now: () => value, evaluate: async () => value };
}

function compileText(text: string, field: string): JsonataTemplate {
  if (isJsonata(text)) {
    const expression = compileJsonata(text, field);
    return { constant: false, now: expression.now, evaluate: (bindings) => expression.evaluate(bindings) };
  }
  if (text.startsWith("{%") || text.endsWith("%}")) {
    throw new DefinitionError(
      `The field '${field}' is not a JSONata expression, which begins with '{%' and ends with '%}', but looks like one`,
    );
  }
  return constantTemplate(text);
}

function compileParts(
  value: Json,
  parts: readonly JsonataTemplate[],
  gather: (values: readonly Json[]) => Json,
): JsonataTemplate {
  if (parts.every((part) => part.constant)) return constantTemplate(value);
  const nows = parts.map((part) => part.now).filter((now) => now !== null);
  const now =
    nows.length === parts.length ? (bindings: JsonataBindings) => gather(nows.map((one) => one(bindings))) : null;
  return {
    constant: false,
    now,
    async evaluate(bindings) {
      const values: Json[] = [];
      for (const part of parts) {
        values.push(part.now === null ? await part.evaluate(bindings) : part.now(bindings));
      }
      return gather(values);
    },
  };
}
