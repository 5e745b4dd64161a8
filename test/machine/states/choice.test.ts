import { expect, test } from "vitest";
import type { Json, JsonObject } from "../../../lib/json.js";
import { simulate } from "../../support/simulate.js";

function choosing(choices: readonly JsonObject[], rest: JsonObject = {}, language = "JSONPath"): JsonObject {
  const end = (name: string) => [name, { Type: "Pass", End: true }] as const;
  return {
    QueryLanguage: language,
    StartAt: "Choose",
    States: { Choose: { Type: "Choice", Choices: choices, ...rest }, ...Object.fromEntries(["A", "B", "C"].map(end)) },
  };
}

/** The state that was chosen. */
async function chosen(machine: JsonObject, input: Json): Promise<string | undefined> {
  const { events } = await simulate(machine, input);
  return (events[3]?.["stateEnteredEventDetails"] as { name: string } | undefined)?.name;
}

const below = (n: number, Next: string) => ({ Variable: "$.n", NumericLessThan: n, Next });

test.each([
  [1, "A"],
  [15, "B"],
  [25, "C"],
])("the first rule that holds is followed, else Default: %i", async (n, name) => {
  expect(await chosen(choosing([below(10, "A"), below(20, "B"), below(5, "C")], { Default: "C" }), { n })).toBe(name);
});

test("no rule and no Default is a failure that nothing in the state can catch", async () => {
  expect(await simulate(choosing([below(10, "A")]), { n: 11 })).toMatchObject({
    status: "FAILED",
    error: "States.NoChoiceMatched",
  });
});

test("a variable that is not there fails, except for IsPresent", async () => {
  expect(await simulate(choosing([below(10, "A")]), {})).toMatchObject({ status: "FAILED", error: "States.Runtime" });
  expect(await chosen(choosing([{ Variable: "$.n", IsPresent: false, Next: "B" }]), {})).toBe("B");
});

test("rules after the one that holds are not evaluated", async () => {
  const rules = [below(10, "A"), { Variable: "$.missing", IsNull: true, Next: "B" }];
  expect(await chosen(choosing(rules), { n: 1 })).toBe("A");
  const expressions = ["{% $states.input.n < 10 %}", "{% $missing %}"];
  const jsonata = expressions.map((Condition, index) => ({ Condition, Next: index === 0 ? "A" : "B" }));
  expect(await chosen(choosing(jsonata, {}, "JSONata"), { n: 1 })).toBe("A");
});

test("a rule's Assign is used instead of the state's", async () => {
  const machine = choosing([{ ...below(10, "A"), Assign: { by: "rule" } }], { Assign: { by: "state" }, Default: "A" });
  const reading = {
    ...(machine["States"] as JsonObject),
    A: { Type: "Pass", Parameters: { "by.$": "$by" }, End: true },
  };
  expect((await simulate({ ...machine, States: reading }, { n: 1 })).output).toEqual({ by: "rule" });
  expect((await simulate({ ...machine, States: reading }, { n: 11 })).output).toEqual({ by: "state" });
});

test("a rule's Output is used instead of the state's", async () => {
  const rules = [{ Condition: "{% $states.input.n < 10 %}", Output: "rule", Next: "A" }];
  const machine = choosing(rules, { Output: "state", Default: "B" }, "JSONata");
  expect((await simulate(machine, { n: 1 })).output).toBe("rule");
  expect((await simulate(machine, { n: 11 })).output).toBe("state");
});

test("a JSONata condition that is no boolean is named with its place, expression and value", async () => {
  const { error, cause } = await simulate(
    choosing([{ Condition: "{% $states.input.n %}", Next: "A" }], {}, "JSONata"),
    { n: 1 },
  );
  expect(error).toBe("States.QueryEvaluationError");
  expect(cause).toContain(
    "'$states.input.n' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1",
  );
});

test("ten thousand rules are tried without a stack of them", async () => {
  const rules = Array.from({ length: 10_000 }, () => ({ Condition: "{% $states.input.no %}", Next: "A" }));
  expect(await chosen(choosing(rules, { Default: "C" }, "JSONata"), { no: false })).toBe("C");
});
