import { describe, expect, it } from "vitest";
import { validate } from "../../../lib/definition/validate.js";
import type { JsonObject } from "../../../lib/json.js";

const Resource = "arn:aws:states:::lambda:invoke";

function findings(fields: JsonObject): string[] {
  const States = { A: { Type: "Task", Resource, End: true, ...fields }, B: { Type: "Succeed" } };
  return validate({ StartAt: "A", States })
    .filter(({ code }) => code !== "MISSING_TRANSITION_TARGET")
    .map(({ location, message }) => `${location.replace("/States/A", "")} ${message}`);
}

describe("Retry", () => {
  it("takes every value in its range, and no entry at all", () => {
    expect(findings({ Retry: [] })).toEqual([]);
    const least = {
      ErrorEquals: ["E"],
      IntervalSeconds: 1,
      MaxAttempts: 0,
      BackoffRate: 1,
      MaxDelaySeconds: 1,
      JitterStrategy: "NONE",
    };
    const most = {
      ErrorEquals: ["States.ALL"],
      IntervalSeconds: 99_999_999,
      MaxAttempts: 99_999_999,
      BackoffRate: 9.5,
      MaxDelaySeconds: 31_622_400,
      JitterStrategy: "FULL",
    };
    expect(findings({ Retry: [least, most] })).toEqual([]);
  });

  it.each<[JsonObject, string]>([
    [{ ErrorEquals: [] }, "/ErrorEquals Value cannot be empty"],
    [{ ErrorEquals: "E" }, "/ErrorEquals Expected value of type Array"],
    [{ ErrorEquals: [1] }, "/ErrorEquals[0] Expected value of type String"],
    [{ IntervalSeconds: 0 }, "/IntervalSeconds Minimum value is 1"],
    [{ IntervalSeconds: 1.5 }, "/IntervalSeconds Expected value of type Integer"],
    [{ IntervalSeconds: 100_000_000 }, "/IntervalSeconds Maximum value is 99999999"],
    [{ MaxAttempts: -1 }, "/MaxAttempts Minimum value is 0"],
    [{ BackoffRate: 0.5 }, "/BackoffRate Minimum value is 1.0"],
    [{ BackoffRate: "2" }, "/BackoffRate Expected value of type Number"],
    [{ MaxDelaySeconds: 31_622_401 }, "/MaxDelaySeconds Maximum value is 31622400"],
    [
      { JitterStrategy: "SOME" },
      "/JitterStrategy The field 'JitterStrategy' should have one of these values: [NONE, FULL]",
    ],
    [{ Next: "B" }, " Field 'Next' is not supported"],
  ])("refuses %j", (entry, expected) => {
    expect(findings({ Retry: [{ ErrorEquals: ["E"], ...entry }] })).toEqual([`/Retry[0]${expected}`]);
  });
});

describe("Catch", () => {
  it("needs errors and a target", () => {
    expect(findings({ Catch: [{}] })).toEqual(["/Catch[0] These fields are required: [ErrorEquals, Next]"]);
    expect(findings({ Catch: [{ ErrorEquals: ["States.Own"], Next: "B", ResultPath: null }] })).toEqual([]);
  });
});

describe("States.ALL", () => {
  const all = { ErrorEquals: ["States.ALL"], Next: "B" };
  const some = { ErrorEquals: ["E"], Next: "B" };

  it("stands alone in the last entry", () => {
    expect(findings({ Catch: [some, all] })).toEqual([]);
    const message = "States.ALL must appear alone and at end of list";
    expect(findings({ Catch: [all, some] })).toEqual([`/Catch[0]/ErrorEquals[0] ${message}`]);
    expect(findings({ Catch: [{ ErrorEquals: ["E", "States.ALL"], Next: "B" }] })).toEqual([
      `/Catch[0]/ErrorEquals[1] ${message}`,
    ]);
    expect(findings({ Retry: [{ ErrorEquals: ["States.ALL"] }, { ErrorEquals: ["E"] }] })).toEqual([
      `/Retry[0]/ErrorEquals[0] ${message}`,
    ]);
  });
});
