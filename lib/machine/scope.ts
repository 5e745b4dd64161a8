import type { Json, JsonObject } from "../json.js";

/** The variables that a scope can see: its own, then those of the scopes around it. */
export interface Variables {
  readonly own: ReadonlyMap<string, Json>;
  readonly outer: Variables | null;
}

/** What an expression is evaluated against. */
export interface Scope {
  /** What `$` is. */
  readonly data: Json;
  /** What `$$` is; made only when it is asked for. */
  context(): JsonObject;
  readonly variables: Variables | null;
  /** Uniform in [0, 1). */
  random(): number;
  /** A version 4 UUID. */
  uuid(): string;
}

/** A compiled path, template, intrinsic or plain value. May throw StateFailure. */
export type Evaluate = (scope: Scope) => Json;

/** Finds a variable, from the inside out. */
export function lookUp(variables: Variables | null, name: string): Json | undefined {
  for (let at = variables; at !== null; at = at.outer) {
    const value = at.own.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}
