import { describe, expect, it } from "vitest";
import { validate } from "../../../lib/definition/validate.js";
import type { Json, JsonObject } from "../../../lib/json.js";

function findings(rule: JsonObject, QueryLanguage = "JSONPath"): string[] {
  const States = { A: { Type: "Choice", Choices: [{ Next: "B", ...rule }] }, B: { Type: "Succeed" } };
  return validate({ QueryLanguage, StartAt: "A", States } as Json).map(({ location, message }) => {
    return `${location.replace("/States/A/Choices[0]", "")} ${message}`;
  });
}

describe("a Choice rule", () => {
  it.each<[JsonObject]>([
    [{ Variable: "$.a", StringEquals: "x" }],
    [{ Variable: "$$.Execution.Name", StringMatches: "x*" }],
    [{ Variable: "$a", NumericGreaterThanEqualsPath: "$.b" }],
    [{ Variable: "$.a", TimestampLessThan: "2026-01-01T00:00:00Z" }],
    [{ Variable: "$.a", IsPresent: false, Comment: "c", Assign: { "x.$": "$.a" } }],
    [{ And: [{ Variable: "$.a", IsNull: true }, { Not: { Or: [{ Variable: "$.b", BooleanEquals: true }] } }] }],
  ])("may be %j", (rule) => {
    expect(findings(rule)).toEqual([]);
  });

  it.each<[JsonObject, string]>([
    [{}, " A choice rule needs one comparison, or And, Or, Not"],
    [{ StringEquals: "x" }, " These fields are required: [Variable]"],
    [
      { Variable: "$.a", IsNull: true, IsString: true },
      " There should only be one of the following fields: [IsNull, IsString]",
    ],
    [{ Variable: "$.a", StringEqual: "x" }, " Field 'StringEqual' is not supported"],
    [{ Variable: "$.a", StringMatchesPath: "$.x" }, " Field 'StringMatchesPath' is not supported"],
    [{ Variable: "$.a", NumericEquals: "1" }, "/NumericEquals Expected value of type Number"],
    [{ Variable: "$.a", StringEquals: 1 }, "/StringEquals Expected value of type String"],
    [{ Variable: "$.a", BooleanEquals: "true" }, "/BooleanEquals Expected value of type Boolean"],
    [{ Variable: "$.a", TimestampEquals: "now" }, "/TimestampEquals String does not match RFC3339 timestamp"],
    [{ Variable: "a", IsNull: true }, "/Variable Value is not a valid JSONPath"],
    [{ And: [] }, "/And Value cannot be empty"],
    [{ Not: [] }, "/Not Expected value of type Object"],
    [{ Not: { Variable: "$.a", IsNull: true, Next: "B" } }, "/Not Field 'Next' is not supported"],
    [
      { Condition: true, Variable: "$.a", IsNull: true },
      " The QueryLanguage is set to 'JSONPath', but field 'Condition' is only supported for the 'JSONata' QueryLanguage",
    ],
  ])("may not be %j", (rule, expected) => {
    expect(findings(rule)).toContain(expected);
  });

  it("must lead somewhere", () => {
    const States = {
      A: { Type: "Choice", Default: "B", Choices: [{ Variable: "$", IsNull: true }] },
      B: { Type: "Succeed" },
    };
    expect(validate({ StartAt: "A", States })).toMatchObject([
      { message: "These fields are required: [Next]", location: "/States/A/Choices[0]" },
    ]);
  });

  it("is a condition in JSONata", () => {
    expect(findings({ Condition: "{% true %}", Output: 1, Assign: { a: 1 } }, "JSONata")).toEqual([]);
    expect(findings({ Condition: true }, "JSONata")).toEqual([]);
    expect(findings({ Condition: "true" }, "JSONata")).toEqual(["/Condition Expected value of type Boolean"]);
    expect(findings({}, "JSONata")).toEqual([" These fields are required: [Condition]"]);
  });

  it("is needed by a Choice state", () => {
    const States = { A: { Type: "Choice", Choices: [], Default: "B" }, B: { Type: "Succeed" } };
    expect(validate({ StartAt: "A", States })).toMatchObject([
      { message: "Value cannot be empty", location: "/States/A/Choices" },
    ]);
  });
});
