import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Json } from "../../../lib/json.js";
import { compileJsonata, isJsonata } from "../../../lib/machine/expressions/index.js";
import { DefinitionError } from "../../../lib/machine/failure.js";
import { bindingsOf, rejectionOf, variablesOf } from "./scopes.js";

const states = {
  input: { a: [3, 1, 2], o: { x: 1 }, l: [{ n: 1 }, { n: [2, 3] }], s: "text" },
  context: { Execution: { Name: "n" } },
};

function evaluate(source: string, variables: { readonly [name: string]: Json } = {}): Promise<Json> {
  // Its own copy: for an expression that ends in [], the library leaves a mark on the array that it gives.
  return compileJsonata(`{% ${source} %}`, "Output/x").evaluate(bindingsOf(structuredClone(states), variables));
}

async function failure(source: string): Promise<string | undefined> {
  const [error, reason] = await rejectionOf(evaluate(source));
  expect(error).toBe("States.QueryEvaluationError");
  return reason;
}

test.each<[string, boolean]>([
  ["{% 1 %}", true],
  ["{%$x%}", true],
  ["{%%}", true],
  ["{%}", false],
  [" {% 1 %}", false],
  ["{% 1 %} ", false],
  ["{% 1", false],
  ["1", false],
])("%j is an expression: %j", (text, expected) => {
  expect(isJsonata(text)).toBe(expected);
});

describe("values", () => {
  test.each<[string, Json]>([
    ["$states.input.o", { x: 1 }],
    ["$states.input.l.n", [1, 2, 3]],
    ["$states.input.l[n=1]", { n: 1 }],
    ["$states.input.l[]", [{ n: 1 }, { n: [2, 3] }]],
    ["$states.context.Execution.Name & '!'", "n!"],
    ["$states", { input: states.input, context: states.context }],
    ["$sum($states.input.a) + $v", 13],
    ["$v", 7],
    ["$exists($nope) ? 1 : 2", 2],
    ["null", null],
    ["[]", []],
    ["[1]", [1]],
    ["{'a': $nope, 'b': [$nope, 1]}", { b: [1] }],
    ["$map($states.input.a, function($n) { $n * $v })", [21, 7, 14]],
    ["($f := function($n) { $n < 2 ? 1 : $n * $f($n - 1) }; $f(10))", 3628800],
    ["$states.input.o ~> |$|{'y': 2}|", { x: 1, y: 2 }],
    ["$count($states.input.a[$ > 1])", 2],
  ])("%s", async (source, expected) => {
    expect(await evaluate(source, { v: 7 })).toEqual(expected);
  });

  test("inner variables hide outer ones, and variables hide functions", async () => {
    const bindings = {
      ...bindingsOf(states),
      variables: variablesOf({ a: 1 }, variablesOf({ a: 2, b: 3, random: null })),
    };
    expect(await compileJsonata("{% [$a, $b] %}", "x").evaluate(bindings)).toEqual([1, 3]);
    expect(await compileJsonata("{% [$random] %}", "x").evaluate(bindings)).toEqual([null]);
  });

  test("result and errorOutput are there where the state has them", async () => {
    const text = "{% $states.result.r & $states.errorOutput.Error %}";
    expect(
      await compileJsonata(text, "x").evaluate(bindingsOf({ result: { r: 1 }, errorOutput: { Error: "E" } })),
    ).toBe("1E");
  });

  test("the context is made only when it is asked for", async () => {
    const bindings = bindingsOf(states);
    const untouched = {
      ...bindings,
      states: {
        ...bindings.states,
        context: () => {
          throw new Error("asked for");
        },
      },
    };
    expect(await compileJsonata("{% $states.input.a[0] + 1 %}", "x").evaluate(untouched)).toBe(4);
  });

  test("are plain JSON, and the data stays as it was", async () => {
    const before = JSON.stringify(states.input);
    for (const source of [
      "$states.input.l.n",
      "[1..3]",
      "$states.input.a[]",
      "$append($states.input.a, 1)",
      "$sort($states.input.a)",
    ]) {
      const value = (await evaluate(source)) as readonly Json[];
      expect(Object.keys(value)).toEqual(value.map((_, index) => String(index)));
      expect("sequence" in value || "keepSingleton" in value || "cons" in value).toBe(false);
    }
    expect(JSON.stringify(states.input)).toBe(before);
  });

  test("one compiled expression can be evaluated many times at once", async () => {
    const expression = compileJsonata("{% $map([1..3], function($n) { $n + $states.input }) %}", "x");
    const all = await Promise.all([10, 20, 30].map((input) => expression.evaluate(bindingsOf({ input }))));
    expect(all).toEqual([
      [11, 12, 13],
      [21, 22, 23],
      [31, 32, 33],
    ]);
  });
});

describe("functions of the States language", () => {
  test.each<[string, Json]>([
    ["$partition([1..5], 2)", [[1, 2], [3, 4], [5]]],
    ["$partition([1..3], 2.9)", [[1, 2], [3]]],
    ["$range(0, 9, 3)", [0, 3, 6, 9]],
    ["$range(3, 1, -1)", [3, 2, 1]],
    ["$range(2, 1, 1)", []],
    ["$hash('a', 'SHA-1')", createHash("sha1").update("a").digest("hex")],
    [`$parse('{"a": [1]}')`, { a: [1] }],
    ["$random()", 0.5],
    ["$random(42)", 0.7275636800328681],
    ["$random(42) = $random(42.9)", true],
    ["$uuid()", "8a6f2f0e-6e0f-4a62-9d0c-3f6f3d6f0a11"],
    ["$pad('a', 4, 'xy')", "axyx"],
    ["$pad('a', -4)", "   a"],
    ["$pad('abc', 2)", "abc"],
    ["$exists($hash($nope, 'MD5'))", false],
  ])("%s", async (source, expected) => {
    expect(await evaluate(source)).toEqual(expected);
  });

  test("$millis and $now take the time that is given", async () => {
    const bindings = { ...bindingsOf(states), millis: () => Date.UTC(2024, 1, 3, 4, 5, 6, 7) };
    const now = compileJsonata("{% [$now(), $now('[Y]-[M01]'), $string($millis())] %}", "x");
    expect(await now.evaluate(bindings)).toEqual(["2024-02-03T04:05:06.007Z", "2024-02", "1706933106007"]);
  });

  test("$eval is none of them", async () => {
    expect(await failure("$eval('1')")).toContain("T1006: Attempted to invoke a non-function");
  });
});

describe("causes", () => {
  const prefix = (source: string): string => `The JSONata expression '${source}' specified for the field 'Output/x' `;

  test.each<[string, string]>([
    ["$nope", "returned nothing (undefined)."],
    ["$states.input.nope", "returned nothing (undefined)."],
    ["$states.result", "returned nothing (undefined)."],
    ["$filter([1], function($n) { $n > 1 })", "returned nothing (undefined)."],
    ["$fn := function($x) { $x }", "returned an unsupported result type."],
    ["{'a': [$sum]}", "returned an unsupported result type."],
    ["1 / 0", "returned an unsupported result type."],
    ["$unknown(1)", "threw an error during evaluation. T1006: Attempted to invoke a non-function"],
    ["$error('boom')", "threw an error during evaluation. D3137: boom"],
    ["$range(1, 2, 0)", "threw an error during evaluation: Argument 3 of function range must not be 0"],
    [
      "$partition([1], 0)",
      "threw an error during evaluation: Argument 2 of function partition must be a positive integer",
    ],
    ["$parse('{')", "threw an error during evaluation: Argument 1 of function parse is not JSON"],
    [
      "$hash('a', 'x')",
      "threw an error during evaluation: Argument 2 of function hash is not a supported algorithm: x",
    ],
  ])("%s", async (source, why) => {
    expect(await failure(source)).toBe(prefix(source) + why);
  });
});

describe("an expression cannot run or grow without end", () => {
  test.each<[string, string]>([
    ["($f := function($n) { $f($n + 1) }; $f(1))", "steps"],
    ["($f := function($n) { 1 + $f($n + 1) }; $f(1))", "nested"],
    ["$map([1..900000], function($a) { $map([1..900000], function($b) { $a }) })", "steps"],
    ["[1..2000].([1..2000].(1))", "steps"],
    ["$reduce([1..60], function($a, $n) { $append($a, $a) }, [1, 2])", "array that is too long"],
    ["$reduce([1..60], function($a, $n) { $a & $a }, 'ab')", "string that is too long"],
    ["$pad('', 1e9)", "more than 1000000 characters"],
    ["$range(0, 1e9, 1)", "more than 1000000 items"],
    ["[1..5000000]", "array that is too long"],
  ])("%s", async (source, why) => {
    expect(await failure(source)).toContain(why);
  });
});

describe("expressions that are wrong", () => {
  test.each(["1 +", "", "'open", "$x[", "{'a':}", "$match('a', /b"])("%j does not parse", (source) => {
    expect(() => compileJsonata(`{% ${source} %}`, "x")).toThrow(DefinitionError);
    expect(() => compileJsonata(`{% ${source} %}`, "x")).toThrow("is not valid. S0");
  });

  test.each([
    "$",
    "$$",
    "name",
    "a.b",
    "*",
    "**.a",
    "$sum(a)",
    "$x[$$.a]",
    "[1, {'a': b}]",
    "$x ? y : 1",
    "-n",
    "(a; 1)",
  ])("%s needs an input document", (source) => {
    expect(() => compileJsonata(`{% ${source} %}`, "x")).toThrow("there is no input document");
  });

  test.each([
    "$states.input.l[$ = 1]",
    "$states.input.l[n = 1]",
    "$states.input.l.(n & $)",
    "$states.input.l^(n)",
    "$states.input.l{n: $}",
    "$x.*",
    "$x.**",
    "$x.a.%.b",
    "$map($x, function($v) { $v })",
    "$x ~> |a|{'b': c}|",
    "$x[0]",
  ])("%s does not", (source) => {
    expect(() => compileJsonata(`{% ${source} %}`, "x")).not.toThrow();
  });
});

test("a compiled expression knows its text and its field", () => {
  expect(compileJsonata("{%\n $x \n%}", "Assign/y")).toMatchObject({ source: "$x", field: "Assign/y" });
});
