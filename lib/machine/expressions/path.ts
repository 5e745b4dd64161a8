import type { Json } from "../../json.js";
import { DefinitionError, StateFailure } from "../failure.js";
import { type Evaluate, lookUp, type Scope } from "../scope.js";

/** A compiled JSONPath. */
export interface CompiledPath {
  readonly text: string;
  readonly isRoot: boolean;
  readonly root: "data" | "context" | { readonly variable: string };
  readonly keys: readonly string[] | null;
  readonly definite: boolean;
  readonly read: Evaluate;
  find(scope: Scope): { found: boolean; value: Json };
}

export function compilePath(text: string): CompiledPath {
  const match = /^\$(\$|[A-Za-z_]\w*)?((?:\.[\w-]+|\[\d+\])*)$/.exec(text.trim());
  if (match === null) throw new DefinitionError(`Value is not a valid JSONPath: ${text}`);
  const root = match[1] === undefined ? "data" : match[1] === "$" ? "context" : { variable: match[1] };
  const keys = [...(match[2] ?? "").matchAll(/[\w-]+/g)].map((part) => part[0]);
  const get = (scope: Scope): Json | undefined => {
    let at: Json | undefined =
      root === "data" ? scope.data : root === "context" ? scope.context() : lookUp(scope.variables, root.variable);
    for (const key of keys) {
      if (typeof at !== "object" || at === null) return undefined;
      at = (at as Record<string, Json>)[key];
    }
    return at;
  };
  return {
    text,
    isRoot: text === "$",
    root,
    keys,
    definite: true,
    read: (scope) => {
      const value = get(scope);
      if (value === undefined) throw new StateFailure("States.Runtime", `Invalid path '${text}' : No results for path: $`);
      return value;
    },
    find: (scope) => {
      const value = get(scope);
      return value === undefined ? { found: false, value: null } : { found: true, value };
    },
  };
}
