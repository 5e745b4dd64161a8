import { expect, test } from "vitest";
import { chain, simulate, types } from "../../support/simulate.js";

test("Fail ends the execution with its error and cause, without leaving the state", async () => {
  const { status, error, cause, events } = await simulate(chain({ No: { Type: "Fail", Error: "Bad", Cause: "so" } }));
  expect({ status, error, cause }).toEqual({ status: "FAILED", error: "Bad", cause: "so" });
  expect(types(events)).toEqual(["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]);
});

test("Fail without fields fails with neither", async () => {
  const { events, ...ended } = await simulate(chain({ No: { Type: "Fail" } }));
  expect(ended).toMatchObject({ status: "FAILED", error: undefined, cause: undefined });
  expect(events[2]).toMatchObject({ executionFailedEventDetails: {} });
});

test.each([
  ["paths", { ErrorPath: "$.e", CausePath: "$.c" }, {}],
  ["intrinsics", { ErrorPath: "States.Format('{}', $.e)", CausePath: "$.c" }, {}],
  ["JSONata", { Error: "{% $states.input.e %}", Cause: "{% $states.input.c & '' %}" }, { QueryLanguage: "JSONata" }],
])("Fail reads its fields from %s", async (_, fields, top) => {
  const ended = await simulate(chain({ No: { Type: "Fail", ...fields } }, top), { e: "Own", c: "why" });
  expect(ended).toMatchObject({ error: "Own", cause: "why" });
});

test("a Fail whose path leads nowhere is a States.Runtime with its place", async () => {
  const ended = await simulate(chain({ No: { Type: "Fail", ErrorPath: "$.e" } }), {});
  expect(ended).toMatchObject({ error: "States.Runtime" });
  expect(ended.cause).toContain("executing the state 'No'");
});

test("Succeed ends its block with its output", async () => {
  expect(await simulate(chain({ Yes: { Type: "Succeed", OutputPath: "$.a" } }), { a: 1 })).toMatchObject({ output: 1 });
});

test("Pass gives its Result, or its input", async () => {
  expect(await simulate(chain({ A: { Type: "Pass", Result: [1], ResultPath: "$.r" } }), { a: 1 })).toMatchObject({
    output: { a: 1, r: [1] },
  });
  expect(await simulate(chain({ A: { Type: "Pass" } }), "x")).toMatchObject({ output: "x" });
});
