import { isObject, type Json } from "../../json.js";
import { DefinitionError, StateFailure } from "../failure.js";
import type { Evaluate, Scope } from "../scope.js";
import { compileIntrinsic } from "./intrinsics/index.js";
import { setMember } from "./jsonpath/member.js";
import { compilePath } from "./path.js";

/** A compiled payload template: Parameters, ResultSelector, ItemSelector, BatchInput, Assign. */
export interface CompiledTemplate {
  /** Makes the payload. Parts of the template that are constant, and the data that paths find, are shared, not copied. */
  readonly evaluate: Evaluate;
  /** Nothing in the template is evaluated: the payload is the same each time. */
  readonly constant: boolean;
}

/**
 * Compiles a payload template. Each member whose name ends in `.$` holds a path or an intrinsic, and its value goes
 * into the member without the `.$`. `path` is where the template is, such as `/States/X/Parameters`, for the
 * DefinitionError that is thrown when a value is neither.
 */
export function compileTemplate(template: Json, path: string): CompiledTemplate {
  const evaluate = compileNode(template, path);
  return { evaluate: evaluate ?? (() => template), constant: evaluate === null };
}

/**
 * Compiles a field that takes a path or an intrinsic, such as `ErrorPath`. A path that finds nothing throws
 * StateFailure `States.Runtime` that names the field.
 */
export function compileValue(text: string, fieldName: string): Evaluate {
  return compileField(text, fieldName, "");
}

/** Null for a node without anything to evaluate. */
function compileNode(node: Json, path: string): Evaluate | null {
  if (Array.isArray(node)) return compileArray(node, path);
  return isObject(node) ? compileObject(Object.entries(node), path) : null;
}

function compileArray(items: readonly Json[], path: string): Evaluate | null {
  const compiled = items.map((item) => compileNode(item, path));
  if (compiled.every((one) => one === null)) return null;
  const evaluates = compiled.map((one, index) => one ?? constant(items[index] ?? null));
  return (scope) => evaluates.map((evaluate) => evaluate(scope));
}

function compileObject(members: readonly (readonly [string, Json])[], path: string): Evaluate | null {
  const names: string[] = [];
  const compiled: (Evaluate | null)[] = [];
  for (const [name, value] of members) {
    const dynamic = name.endsWith(".$");
    names.push(dynamic ? name.slice(0, -2) : name);
    compiled.push(dynamic ? compileMember(name, value, path) : compileNode(value, path));
  }
  if (compiled.every((one) => one === null)) return null;
  const evaluates = compiled.map((one, index) => one ?? constant(members[index]?.[1] ?? null));
  return (scope) => {
    const payload: Record<string, Json> = {};
    for (let index = 0; index < names.length; index += 1) {
      setMember(payload, names[index] as string, (evaluates[index] as Evaluate)(scope));
    }
    return payload;
  };
}

function constant(value: Json): Evaluate {
  return () => value;
}

function compileMember(name: string, value: Json, path: string): Evaluate {
  if (typeof value !== "string") throw invalidField(name, path);
  return compileField(value, name, path);
}

function compileField(text: string, field: string, path: string): Evaluate {
  try {
    return text.trimStart().startsWith("$") ? compilePathField(text, field) : compileIntrinsic(text);
  } catch (error) {
    throw error instanceof DefinitionError ? invalidField(field, path) : error;
  }
}

function compilePathField(text: string, field: string): Evaluate {
  const { get, root } = compilePath(text);
  const fromData = root === "data";
  return (scope) => {
    const value = get(scope);
    if (value !== undefined && (value !== null || !fromData || scope.data !== null)) return value;
    throw new StateFailure("States.Runtime", fromData && scope.data === null ? NO_DATA : notFound(text, field, scope));
  };
}

/** A template cannot read from null at all, not even `$`. */
const NO_DATA = "Unable to apply Path transformation to null or empty input.";

function notFound(text: string, field: string, scope: Scope): string {
  const input = JSON.stringify(scope.data);
  return `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${input}'`;
}

function invalidField(field: string, path: string): DefinitionError {
  return new DefinitionError(
    `The value for the field '${field}' must be a valid JSONPath or a valid intrinsic function call`,
    path,
  );
}
