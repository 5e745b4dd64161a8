import { isObject, type Json } from "../../json.js";
import type { Evaluate } from "../scope.js";
import { compileIntrinsic } from "./intrinsics/index.js";
import { compilePath } from "./path.js";

/** A compiled payload template. */
export interface CompiledTemplate {
  readonly evaluate: Evaluate;
  /** No field of it is evaluated: the value is the same each time. */
  readonly constant: boolean;
  /** It gives back `$` unchanged. */
  readonly identity: boolean;
}

export function compileTemplate(template: Json, path: string): CompiledTemplate {
  const evaluate = node(template, path);
  return { evaluate: evaluate ?? (() => template), constant: evaluate === null, identity: false };
}

function node(template: Json, path: string): Evaluate | null {
  if (!isObject(template)) return null;
  const fields = Object.entries(template).map(([key, value]) =>
    key.endsWith(".$") && typeof value === "string"
      ? ([key.slice(0, -2), compileValue(value, key)] as const)
      : ([key, node(value, path) ?? (() => value)] as const),
  );
  return (scope) => {
    const out: Record<string, Json> = {};
    for (const [key, evaluate] of fields) out[key] = evaluate(scope);
    return out;
  };
}

export function compileValue(text: string, _fieldName: string): Evaluate {
  return text.startsWith("$") ? compilePath(text).read : compileIntrinsic(text);
}
