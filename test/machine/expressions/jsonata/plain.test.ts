import fc from "fast-check";
import jsonata from "jsonata";
import { describe, expect, test } from "vitest";
import type { Json } from "../../../../lib/json.js";
import { compileJsonata } from "../../../../lib/machine/expressions/index.js";
import { bindingsOf, failureOf, json } from "../scopes.js";

/** What the library itself gives, undefined for nothing. */
async function byLibrary(source: string, bindings: Record<string, unknown>): Promise<unknown> {
  const value: unknown = await jsonata(source).evaluate(undefined, bindings);
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function atOnce(source: string, states: { readonly input?: Json; readonly result?: Json }, variables = {}): unknown {
  const { now } = compileJsonata(`{% ${source} %}`, "Output");
  if (now === null) throw new Error(`${source} is not plain`);
  try {
    return now(bindingsOf(states, variables));
  } catch (error) {
    const [name, reason] = failureOf(() => {
      throw error;
    });
    expect(name).toBe("States.QueryEvaluationError");
    expect(reason).toBe(
      `The JSONata expression '${source}' specified for the field 'Output' returned nothing (undefined).`,
    );
    return undefined;
  }
}

describe("plain expressions are evaluated at once", () => {
  test.each<[string, Json]>([
    ["$states.input", { a: { b: [1] } }],
    ["$states.input.a.b", [1]],
    ["$states.result.Payload", "p"],
    ["$states.context.Execution.Name", "n"],
    ["$x", { y: null }],
    ["$x.y", null],
    ["$x.`y`", null],
    ["'text'", "text"],
    ["-1.5", -1.5],
    ["true", true],
    ["null", null],
  ])("%s", (source, expected) => {
    const states = { input: { a: { b: [1] } }, result: { Payload: "p" }, context: { Execution: { Name: "n" } } };
    expect(atOnce(source, states, { x: { y: null } })).toEqual(expected);
  });

  test.each([
    "$states",
    "$x[0]",
    "$x.y[]",
    "$x.*",
    "$x.$y",
    "$x + 1",
    "$sum($x)",
    "[1]",
    "{}",
    "-$x",
    "$x.y[0]",
    "$x{a: b}",
    "$x.y.%",
    "$x^(y)",
  ])("%s is left to the evaluator", (source) => {
    expect(compileJsonata(`{% ${source} %}`, "Output").now).toBeNull();
  });
});

describe("arrays on the way", () => {
  test.each<[string, Json, unknown]>([
    ["a", [], undefined],
    ["a", [{ a: 1 }], 1],
    ["a", [{ a: 1 }, { a: [2, 3] }, {}, 4], [1, 2, 3]],
    ["a", [{ a: [1] }], [1]],
    ["a", [{ a: [] }], []],
    ["a", [{ a: [] }, {}], []],
    ["a", [{ a: [] }, { a: [] }], undefined],
    ["a", [[{ a: 1 }], [[{ a: [2] }]]], [1, 2]],
    ["a", [{ a: [[1, 2]] }, { a: 3 }], [[1, 2], 3]],
    ["a.b", { a: [{ b: 1 }, { b: 2 }] }, [1, 2]],
    ["a.b", { a: [] }, undefined],
    ["a.b", { a: [{ b: null }] }, null],
    ["a.b.c", { a: [{ b: [{ c: 1 }] }, { b: { c: [2] } }] }, [1, 2]],
  ])("%s of %j", async (names, input, expected) => {
    const source = `$states.input.${names}`;
    expect(atOnce(source, { input })).toEqual(expected);
    expect(await byLibrary(source, { states: { input } })).toEqual(expected);
  });
});

describe("for any data a plain path gives what the library gives", () => {
  const name = fc.constantFrom("a", "b", "c", "`d e`", "`0`");

  test("after $states.input", async () => {
    await fc.assert(
      fc.asyncProperty(json, fc.array(name, { maxLength: 4 }), async (input, names) => {
        const source = ["$states.input", ...names].join(".");
        expect(atOnce(source, { input })).toEqual(await byLibrary(source, { states: { input } }));
      }),
      { numRuns: 1500 },
    );
  });

  test("after a variable", async () => {
    await fc.assert(
      fc.asyncProperty(json, fc.array(name, { maxLength: 4 }), async (v, names) => {
        const source = ["$v", ...names].join(".");
        expect(atOnce(source, {}, { v })).toEqual(await byLibrary(source, { v }));
      }),
      { numRuns: 1500 },
    );
  });

  test("and what evaluate gives", async () => {
    await fc.assert(
      fc.asyncProperty(json, fc.array(name, { minLength: 1, maxLength: 3 }), async (result, names) => {
        const source = ["$states.result", ...names].join(".");
        const expression = compileJsonata(`{% ${source} %}`, "Output");
        const slow = await expression.evaluate(bindingsOf({ result })).catch(() => undefined);
        expect(atOnce(source, { result })).toEqual(slow);
      }),
    );
  });
});
