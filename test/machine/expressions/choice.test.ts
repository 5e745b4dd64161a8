import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../lib/json.js";
import { compileChoiceRule } from "../../../lib/machine/expressions/index.js";
import { DefinitionError } from "../../../lib/machine/failure.js";
import { failureOf, json, scopeOf } from "./scopes.js";

const AT = "/States/X/Choices[0]";

/** Whether `operator` with `operand` accepts `value`, by a literal and, where there is one, by a path. */
function holds(operator: string, value: Json, operand: Json): boolean {
  const byValue = compileChoiceRule({ Variable: "$.v", [operator]: operand }, AT)(scopeOf({ v: value }));
  if (!operator.startsWith("Is") && operator !== "StringMatches") {
    const byPath = compileChoiceRule({ Variable: "$.v", [`${operator}Path`]: "$.o" }, AT);
    expect(byPath(scopeOf({ v: value, o: operand }))).toBe(byValue);
  }
  return byValue;
}

const DAY = "2024-02-29T12:00:00Z";

describe("data tests", () => {
  test.each<[string, Json, Json, boolean]>([
    ["StringEquals", "a", "a", true],
    ["StringEquals", "a", "A", false],
    ["StringLessThan", "a", "b", true],
    ["StringLessThan", "Z", "a", true],
    ["StringLessThan", "a", "a", false],
    ["StringLessThanEquals", "a", "a", true],
    ["StringGreaterThan", "ab", "a", true],
    ["StringGreaterThanEquals", "", "a", false],
    ["NumericEquals", 1, 1.0, true],
    ["NumericLessThan", -1, 0, true],
    ["NumericLessThanEquals", 2, 1, false],
    ["NumericGreaterThan", 1e9, 1, true],
    ["NumericGreaterThanEquals", 1, 1, true],
    ["BooleanEquals", true, true, true],
    ["BooleanEquals", false, true, false],
    ["TimestampEquals", DAY, "2024-02-29T13:00:00+01:00", true],
    ["TimestampEquals", DAY, "2024-02-29T12:00:00.000000001Z", false],
    ["TimestampLessThan", DAY, "2024-02-29T12:00:00.000000001Z", true],
    ["TimestampLessThanEquals", DAY, DAY, true],
    ["TimestampGreaterThan", DAY, "2024-02-29T12:00:00Z", false],
    ["TimestampGreaterThanEquals", DAY, "2024-02-28T12:00:00Z", true],
  ])("%s: %j against %j is %j", (operator, value, operand, expected) => {
    expect(holds(operator, value, operand)).toBe(expected);
  });

  test.each<[string, Json]>([
    ["StringEquals", "x"],
    ["StringLessThanEquals", "x"],
    ["StringMatches", "*"],
    ["NumericEquals", 0],
    ["NumericGreaterThanEquals", 0],
    ["BooleanEquals", false],
    ["TimestampGreaterThanEquals", "1970-01-01T00:00:00Z"],
  ])("%s fails for values of another type", (operator, operand) => {
    const others: Json[] = [
      null,
      [],
      {},
      [operand],
      { a: operand },
      ...[0, "", false].filter((one) => typeof one !== typeof operand),
    ];
    for (const value of others) expect(holds(operator, value, operand)).toBe(false);
  });

  test("an operand from a path that has another type fails too", () => {
    const rule = compileChoiceRule({ Variable: "$.v", NumericEqualsPath: "$.o" }, AT);
    expect(rule(scopeOf({ v: 1, o: "1" }))).toBe(false);
  });

  test.each<[string, Json[], Json[]]>([
    ["IsNull", [null], [0, "", false, [], {}]],
    ["IsString", ["", DAY], [null, 1, true, [], {}]],
    ["IsNumeric", [0, 1.5], [null, "1", true, [], {}]],
    ["IsBoolean", [true, false], [null, 0, "true", [], {}]],
    [
      "IsTimestamp",
      [DAY, "2024-02-29T13:00:00.5+01:00"],
      [null, 0, "2024-02-29", "2024-02-29T12:00:00", "2023-02-29T12:00:00Z"],
    ],
    ["IsPresent", [null, 0, "", false, [], {}], []],
  ])("%s", (operator, yes, no) => {
    for (const value of yes) {
      expect(holds(operator, value, true)).toBe(true);
      expect(holds(operator, value, false)).toBe(false);
    }
    for (const value of no) {
      expect(holds(operator, value, true)).toBe(false);
      expect(holds(operator, value, false)).toBe(true);
    }
  });

  test("only IsPresent can ask for what is not there", () => {
    expect(compileChoiceRule({ Variable: "$.no", IsPresent: true }, AT)(scopeOf({}))).toBe(false);
    expect(compileChoiceRule({ Variable: "$.no.such", IsPresent: false }, AT)(scopeOf({}))).toBe(true);
    for (const rule of [
      { Variable: "$.no", StringEquals: "x" },
      { Variable: "$.no", IsNull: true },
      { Variable: "$.v", NumericEqualsPath: "$.no" },
    ]) {
      expect(failureOf(() => compileChoiceRule(rule, AT)(scopeOf({ v: 1 })))).toEqual([
        "States.Runtime",
        "Invalid path '$.no': The choice state's condition path references an invalid value.",
      ]);
    }
  });

  test("reads the context and variables", () => {
    const scope = scopeOf({}, { context: { Execution: { Name: "n" } }, variables: { name: "n" } });
    expect(compileChoiceRule({ Variable: "$$.Execution.Name", StringEqualsPath: "$name" }, AT)(scope)).toBe(true);
  });
});

describe("And, Or and Not", () => {
  const yes: JsonObject = { Variable: "$.v", IsPresent: true };
  const no: JsonObject = { Not: yes };
  const run = (rule: JsonObject): boolean => compileChoiceRule(rule, AT)(scopeOf({ v: 1 }));

  test("are what they are called", () => {
    expect([run({ And: [yes, yes] }), run({ And: [yes, no] })]).toEqual([true, false]);
    expect([run({ Or: [no, yes] }), run({ Or: [no, no] })]).toEqual([true, false]);
    expect(run({ Not: { Not: yes } })).toBe(true);
  });

  test("stop at the first rule that decides", () => {
    const broken: JsonObject = { Variable: "$.missing", StringEquals: "x" };
    expect(run({ And: [no, broken] })).toBe(false);
    expect(run({ Or: [yes, broken] })).toBe(true);
    expect(() => run({ Or: [no, broken] })).toThrow("Invalid path '$.missing'");
  });
});

describe("rules that are wrong", () => {
  test.each<[JsonObject, string, string]>([
    [{ Variable: "$.a" }, AT, "A Choice rule needs an operator"],
    [{ Variable: "$.a", IsNull: true, IsString: true }, AT, "exactly one operator, not IsNull and IsString"],
    [{ StringEquals: "x" }, AT, "needs a Variable"],
    [{ Variable: "$.a[", StringEquals: "x" }, `${AT}/Variable`, "not a valid JSONPath"],
    [{ Variable: "$.a", StringEquals: 1 }, `${AT}/StringEquals`, "Value must be a string"],
    [{ Variable: "$.a", NumericLessThan: "1" }, `${AT}/NumericLessThan`, "Value must be a number"],
    [{ Variable: "$.a", BooleanEquals: "true" }, `${AT}/BooleanEquals`, "Value must be a boolean"],
    [{ Variable: "$.a", TimestampEquals: "yesterday" }, `${AT}/TimestampEquals`, "an RFC 3339 timestamp"],
    [{ Variable: "$.a", IsNull: "true" }, `${AT}/IsNull`, "Value must be a boolean"],
    [{ Variable: "$.a", StringEqualsPath: "x" }, `${AT}/StringEqualsPath`, "not a valid JSONPath"],
    [{ Variable: "$.a", StringMatchesPath: "$.b" }, `${AT}/StringMatchesPath`, "not supported"],
    [{ Variable: "$.a", IsNullPath: "$.b" }, `${AT}/IsNullPath`, "not supported"],
    [{ Variable: "$.a", StringLike: "x" }, `${AT}/StringLike`, "not supported"],
    [{ And: [] }, `${AT}/And`, "not empty"],
    [{ Or: [{ And: [{ Variable: "$.a" }] }] }, `${AT}/Or[0]/And[0]`, "needs an operator"],
    [{ Not: [] }, `${AT}/Not`, "an object"],
  ])("%j", (rule, path, message) => {
    let error: unknown;
    try {
      compileChoiceRule(rule, AT);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(DefinitionError);
    expect(error).toMatchObject({ path, message: expect.stringContaining(message) as string });
  });
});

describe("laws of comparison", () => {
  const kinds: readonly [string, fc.Arbitrary<Json>][] = [
    ["String", fc.string({ unit: "binary" })],
    ["Numeric", fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))],
    [
      "Timestamp",
      fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString()),
    ],
  ];

  test.each(kinds)("%s is a total order", (kind, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, arbitrary, (a, b) => {
        const [less, equal, greater] = ["LessThan", "Equals", "GreaterThan"].map((order) => holds(kind + order, a, b));
        expect([less, equal, greater].filter(Boolean)).toHaveLength(1);
        expect(holds(`${kind}LessThanEquals`, a, b)).toBe(less || equal);
        expect(holds(`${kind}GreaterThanEquals`, a, b)).toBe(greater || equal);
        expect(holds(`${kind}GreaterThan`, b, a)).toBe(less);
        expect(holds(`${kind}Equals`, a, a)).toBe(true);
      }),
    );
  });

  test("every value has exactly one type", () => {
    const types = ["IsNull", "IsString", "IsNumeric", "IsBoolean"];
    fc.assert(
      fc.property(json, (value) => {
        const count = types.filter((type) => holds(type, value, true)).length;
        expect(count).toBe(typeof value === "object" && value !== null ? 0 : 1);
      }),
    );
  });
});
