import { expect, test } from "vitest";
import { chain, simulate } from "../../support/simulate.js";

const read = (...names: string[]) => ({
  Type: "Pass",
  Parameters: Object.fromEntries(names.map((name) => [`${name}.$`, `$${name}`])),
});

test("a variable lives on in the states that follow", async () => {
  const machine = chain({
    Set: { Type: "Pass", Assign: { x: 1, "y.$": "$.v" } },
    Other: { Type: "Pass" },
    Read: read("x", "y"),
  });
  expect(await simulate(machine, { v: 2 })).toMatchObject({ output: { x: 1, y: 2 } });
});

test("expressions of a state see the values from before it", async () => {
  const machine = chain({
    Set: { Type: "Pass", Assign: { x: 1 } },
    Swap: { Type: "Pass", Parameters: { "seen.$": "$x" }, Assign: { x: 2, "y.$": "$x" }, ResultPath: "$.r" },
    Read: { Type: "Pass", Parameters: { "x.$": "$x", "y.$": "$y", "seen.$": "$.r.seen" } },
  });
  expect(await simulate(machine, {})).toMatchObject({ output: { x: 2, y: 1, seen: 1 } });
});

test("JSONata evaluates Assign and Output from the same values", async () => {
  const machine = chain(
    {
      Set: { Type: "Pass", Assign: { n: 1 } },
      Next: { Type: "Pass", Assign: { n: "{% $n + 1 %}" }, Output: "{% $n %}" },
      Read: { Type: "Pass", Output: "{% [$states.input, $n] %}" },
    },
    { QueryLanguage: "JSONata" },
  );
  expect(await simulate(machine)).toMatchObject({ output: [1, 2] });
});

test("Assign of a Task sees the result before ResultSelector", async () => {
  const machine = chain({
    Call: {
      Type: "Task",
      Resource: "arn:aws:lambda:eu-west-1:123456789012:function:f",
      ResultSelector: { hidden: true },
      Assign: { "whole.$": "$" },
    },
    Read: read("whole"),
  });
  expect(await simulate(machine, { v: 1 })).toMatchObject({ output: { whole: { v: 1 } } });
});

test("branches see outer variables", async () => {
  const branch = chain({ Read: read("x") });
  const { output } = await simulate(
    chain({ Set: { Type: "Pass", Assign: { x: "outer" } }, Fork: { Type: "Parallel", Branches: [branch, branch] } }),
  );
  expect(output).toEqual([{ x: "outer" }, { x: "outer" }]);
});

test("what a branch assigns is gone after it", async () => {
  const branch = chain({ Set: { Type: "Pass", Assign: { inner: 1 } } });
  const machine = chain({ Fork: { Type: "Parallel", Branches: [branch] }, Read: read("inner") });
  expect(await simulate(machine)).toMatchObject({ status: "FAILED", error: "States.Runtime" });
});

test("iterations of an inline Map do not see each other's variables", async () => {
  const machine = chain({
    Map: {
      Type: "Map",
      MaxConcurrency: 1,
      ItemProcessor: chain({
        Seen: { Type: "Choice", Choices: [{ Variable: "$", NumericEquals: 1, Next: "Set" }], Default: "Read" },
        Set: { Type: "Pass", Assign: { x: 1 }, End: true },
        Read: { ...read("x"), End: true },
      }),
    },
  });
  expect(await simulate(machine, [1, 2])).toMatchObject({ status: "FAILED", error: "States.Runtime" });
});

test("the history shows what was assigned, as JSON text", async () => {
  const { events } = await simulate(chain({ Set: { Type: "Pass", Assign: { x: { y: "z" } } } }));
  expect(events[2]).toMatchObject({ stateExitedEventDetails: { assignedVariables: { x: '{"y":"z"}' } } });
});
