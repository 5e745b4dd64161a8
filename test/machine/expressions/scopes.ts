import fc from "fast-check";
import type { Json, JsonObject } from "../../../lib/json.js";
import type { JsonataBindings } from "../../../lib/machine/expressions/index.js";
import { StateFailure } from "../../../lib/machine/failure.js";
import type { Scope, Variables } from "../../../lib/machine/scope.js";

export function variablesOf(own: { readonly [name: string]: Json }, outer: Variables | null = null): Variables {
  return { own: new Map(Object.entries(own)), outer };
}

/** A scope over `data` with fixed chance. */
export function scopeOf(
  data: Json,
  more: { readonly context?: JsonObject; readonly variables?: { readonly [name: string]: Json } } = {},
): Scope {
  return {
    data,
    context: () => more.context ?? {},
    variables: more.variables === undefined ? null : variablesOf(more.variables),
    random: () => 0.5,
    uuid: () => "8a6f2f0e-6e0f-4a62-9d0c-3f6f3d6f0a11",
  };
}

export function bindingsOf(
  states: { readonly input?: Json; readonly result?: Json; readonly errorOutput?: Json; readonly context?: Json },
  variables: { readonly [name: string]: Json } = {},
): JsonataBindings {
  const { input = {}, context = {}, ...rest } = states;
  return {
    states: { input, context: () => context, ...rest },
    variables: variablesOf(variables),
    random: () => 0.5,
    uuid: () => "8a6f2f0e-6e0f-4a62-9d0c-3f6f3d6f0a11",
  };
}

/** The StateFailure that `run` throws or rejects with, as `[error, reason]`. */
export function failureOf(run: () => unknown): readonly [string, string | undefined] {
  try {
    run();
  } catch (error) {
    if (error instanceof StateFailure) return [error.error, error.reason];
    throw error;
  }
  throw new Error("nothing was thrown");
}

export async function rejectionOf(promise: Promise<unknown>): Promise<readonly [string, string | undefined]> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  return failureOf(() => {
    if ("error" in outcome) throw outcome.error;
  });
}

const names = fc.constantFrom("a", "b", "c", "d e", "constructor", "__proto__", "length", "0");

/** JSON with few names, so that paths often meet something; objects may have `__proto__` as a member of their own. */
export const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Json>(null, true, false, 0, -1, 1.5, "", "x"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc
      .uniqueArray(fc.tuple(names, tie("value")), { maxLength: 3, selector: ([name]) => name })
      .map((entries): Json => JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`)}}`)),
  ),
})).value;

export const memberName = names;

/** A name as a step in brackets. */
export function bracket(name: string): string {
  return `['${name.replace(/['\\]/g, "\\$&")}']`;
}
