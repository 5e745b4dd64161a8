import { expect, test } from "vitest";
import { chain, simulate } from "../support/simulate.js";

const whole = chain({ Wait: { Type: "Wait", Seconds: 1 }, Read: { Type: "Pass", Parameters: { "c.$": "$$" } } });

test("the context object, keys in the order AWS writes them", async () => {
  const { output, execution } = await simulate(whole, { a: 1 });
  const { c } = output as { c: object };
  expect(c).toEqual({
    Execution: {
      Id: execution.arn,
      Input: { a: 1 },
      StartTime: "1970-01-01T00:00:00.000Z",
      Name: execution.name,
      RoleArn: execution.roleArn,
      RedriveCount: 0,
    },
    StateMachine: { Id: execution.stateMachineArn, Name: "simulated" },
    State: { Name: "Read", EnteredTime: "1970-01-01T00:00:01.000Z" },
  });
  expect(JSON.stringify(c)).toMatch(
    /^\{"Execution":\{"Id".*"Input".*"StartTime".*"Name".*"RoleArn".*"StateMachine".*"State"/,
  );
});

test("EXPRESS executions have no RedriveCount", async () => {
  const { output } = await simulate(whole, {}, { type: "EXPRESS" });
  expect((output as { c: { Execution: object } }).c.Execution).not.toHaveProperty("RedriveCount");
});

test.each([
  ["Task", { Type: "Task", Resource: "arn:aws:lambda:r:1:function:f" }, true],
  ["Pass", { Type: "Pass" }, false],
])("RetryCount is there only where there may be retries: %s", async (_, state, expected) => {
  const { output } = await simulate(chain({ State: { ...state, Parameters: { "s.$": "$$.State" } } }));
  expect("RetryCount" in (output as { s: object }).s).toBe(expected);
});

test("states of an inline iteration see their item", async () => {
  const Parameters = { "i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value" };
  const machine = chain({ Map: { Type: "Map", ItemProcessor: chain({ Read: { Type: "Pass", Parameters } }) } });
  expect((await simulate(machine, ["x"])).output).toEqual([{ i: 0, v: "x" }]);
});

test("what is taken from it stays as it was when its state has been left", async () => {
  const machine = chain({
    Take: { Type: "Pass", Parameters: { "all.$": "$$" }, ResultPath: "$.first" },
    Wait: { Type: "Wait", Seconds: 5 },
    Again: { Type: "Pass", Parameters: { "first.$": "$.first.all.State", "now.$": "$$.State" } },
  });
  const { output } = await simulate(machine);
  expect(output).toEqual({
    first: { Name: "Take", EnteredTime: "1970-01-01T00:00:00.000Z" },
    now: { Name: "Again", EnteredTime: "1970-01-01T00:00:05.000Z" },
  });
});
