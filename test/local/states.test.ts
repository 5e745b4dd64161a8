import { expect, test } from "vitest";
import type { Application, StateMachineSource } from "../../lib/definition/application.js";
import { FanoutError } from "../../lib/errors.js";
import type { JsonObject } from "../../lib/json.js";
import { SessionStates } from "../../lib/local/states.js";
import { chain, Simulation } from "../support/simulate.js";

const PREFIX = "arn:aws:states:eu-west-1:123456789012";

function source(name: string, definition: JsonObject): StateMachineSource {
  return { name, arn: `${PREFIX}:stateMachine:${name}`, type: "STANDARD", roleArn: "", definition, file: "t.json" };
}

const main = source("main", chain({ Pass: { Type: "Pass" } }));

function states(unread: Application["unread"]): SessionStates {
  const nothing = { functions: [], buckets: [], account: "123456789012", region: "eu-west-1" };
  return new SessionStates(new Simulation().engine, { stateMachines: [main], unread, ...nothing });
}

const ended = (execution: ReturnType<SessionStates["startExecution"]>) =>
  new Promise<void>((resolve) => execution.whenEnded(resolve));

test("a state machine that is not the one to run is read when it is first started, and once", async () => {
  let reads = 0;
  const other = source("other", chain({ Pass: { Type: "Pass", Result: 7 } }));
  const read = () => {
    reads += 1;
    return other;
  };
  const local = states([{ name: other.name, arn: other.arn, read }]);
  expect(reads).toBe(0);
  for (const qualifier of ["", ":3"]) {
    const execution = local.startExecution({ stateMachineArn: other.arn + qualifier });
    await ended(execution);
    expect(execution.outcome).toMatchObject({ status: "SUCCEEDED" });
  }
  expect(reads).toBe(1);
});

test("one that cannot be read is a definition that cannot be used", () => {
  const read = () => {
    throw new FanoutError("FANOUT_TEMPLATE_INVALID", "t.yaml: nothing there");
  };
  const arn = `${PREFIX}:stateMachine:broken`;
  const local = states([{ name: "broken", arn, read }]);
  expect(() => local.startExecution({ stateMachineArn: arn })).toThrow(
    expect.objectContaining({
      code: "InvalidDefinition",
      message: "Invalid State Machine Definition: 't.yaml: nothing there'",
    }),
  );
});

test("an execution that was started in another way is known too", async () => {
  const local = states(undefined);
  const { execution } = new Simulation().start(chain({ Wait: { Type: "Wait", Seconds: 9 } }));
  local.add(execution);
  expect(await local.call("DescribeExecution", { executionArn: execution.arn })).toMatchObject({ status: "RUNNING" });
});

test("an input over the limit is refused", () => {
  const input = JSON.stringify("x".repeat(262_144));
  expect(() => states(undefined).startExecution({ stateMachineArn: main.arn, input })).toThrow(
    expect.objectContaining({ code: "InvalidExecutionInput" }),
  );
});

test("of very many executions the oldest that have ended are forgotten", async () => {
  const local = states(undefined);
  const first = local.startExecution({ stateMachineArn: main.arn, name: "first" });
  for (let n = 0; n < 10_000; n++) local.startExecution({ stateMachineArn: main.arn });
  await ended(first);
  local.startExecution({ stateMachineArn: main.arn });
  await expect(local.call("DescribeExecution", { executionArn: first.arn })).rejects.toMatchObject({
    code: "ExecutionDoesNotExist",
  });
});
