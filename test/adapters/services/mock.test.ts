import { expect, test } from "vitest";
import { mockServices } from "../../../lib/adapters/services/mock.js";
import { parseMockFile } from "../../../lib/adapters/services/mock-file.js";
import type { JsonObject } from "../../../lib/json.js";
import { unconnected } from "../../../lib/run/unconnected.js";
import { serviceCall, servicesContract } from "../../contracts/services.js";
import { chain, Simulation, types } from "../../support/simulate.js";

/** A world where states are mocked: name of the state -> its response. */
function world(responses: Readonly<Record<string, JsonObject>>): Simulation {
  const names = Object.fromEntries(Object.keys(responses).map((name) => [name, name]));
  const text = JSON.stringify({ StateMachines: { m: { TestCases: { c: names } } }, MockedResponses: responses });
  const states = parseMockFile(text, "mocks.json").stateMachines.get("m")?.get("c");
  return new Simulation({ services: () => mockServices(({ stateName }) => states?.get(stateName), unconnected()) });
}

const task = (resource: string, fields: JsonObject = {}) =>
  chain({ Call: { Type: "Task", Resource: resource, ...fields } });

test.each([
  ["a function's ARN", "arn:aws:lambda:eu-west-1:123456789012:function:f", "LambdaFunctionSucceeded"],
  ["lambda:invoke", "arn:aws:states:::lambda:invoke", "TaskSucceeded"],
  ["an activity that is not there", "arn:aws:states:eu-west-1:123456789012:activity:a", "ActivitySucceeded"],
  ["sqs:sendMessage", "arn:aws:states:::sqs:sendMessage", "TaskSucceeded"],
  ["aws-sdk:ec2:runInstances", "arn:aws:states:::aws-sdk:ec2:runInstances", "TaskSucceeded"],
])("%s is replaced, and its history is complete", async (_, resource, last) => {
  const simulation = world({ Call: { "0": { Return: { done: true } } } });
  const { output, events } = await simulation.run(task(resource));
  expect(output).toEqual({ done: true });
  expect(types(events)).toHaveLength(7);
  expect(types(events)[4]).toBe(last);
  expect(simulation.invoker.calls).toEqual([]);
});

test.each(["sqs:sendMessage.waitForTaskToken", "states:startExecution.sync:2", "ecs:runTask.sync"])(
  "%s: a mock is its end, not what was waited for",
  async (resource) => {
    const simulation = world({ Call: { "0": { Return: 7 } } });
    const { output, events } = await simulation.run(task(`arn:aws:states:::${resource}`));
    expect(output).toBe(7);
    expect(types(events).slice(2, 6)).toEqual(["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]);
  },
);

test("each attempt has the next answer, and so has each visit of the state", async () => {
  const simulation = world({
    Call: {
      "0-1": { Throw: { Error: "Busy", Cause: "later" } },
      "2": { Return: { again: true } },
      "3": { Return: { again: false } },
    },
  });
  const definition = chain({
    Call: {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage",
      Retry: [{ ErrorEquals: ["Busy"], BackoffRate: 1 }],
      Next: "Again",
    },
    Again: { Type: "Choice", Choices: [{ Variable: "$.again", BooleanEquals: true, Next: "Call" }], Default: "Done" },
    Done: { Type: "Succeed" },
  });
  const first = await simulation.run(definition);
  expect(first).toMatchObject({ status: "SUCCEEDED", output: { again: false }, ms: 2000 });
  expect(types(first.events).filter((type) => type === "TaskFailed")).toHaveLength(2);
  const second = await simulation.run(definition);
  expect(second).toMatchObject({ status: "SUCCEEDED", ms: 2000 });
});

test("an error can be caught", async () => {
  const simulation = world({ Call: { "0": { Throw: { Error: "Busy", Cause: "later" } } } });
  const caught = chain({
    Call: {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      Catch: [{ ErrorEquals: ["Busy"], Next: "Caught" }],
      End: true,
    },
    Caught: { Type: "Pass", End: true },
  });
  expect(await simulation.run(caught)).toMatchObject({ output: { Error: "Busy", Cause: "later" } });
});

test("an attempt that has no answer fails the execution", async () => {
  const simulation = world({ Call: { "0": { Throw: { Error: "Busy" } }, "2-3": { Return: 1 } } });
  const { error, cause } = await simulation.run(
    task("arn:aws:states:::sqs:sendMessage", { Retry: [{ ErrorEquals: ["States.ALL"] }] }),
  );
  expect({ error, cause }).toEqual({
    error: "States.Runtime",
    cause: "The mocked response 'Call' has nothing for invocation 1: it has 0, 2-3.",
  });
});

test("a child without a history gets the payload of a mocked lambda:invoke", async () => {
  const simulation = world({ Call: { "0": { Return: { StatusCode: 200, Payload: { price: 9 } } } } });
  const map = chain({
    Map: {
      Type: "Map",
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
        ...task("arn:aws:states:::lambda:invoke", {
          Parameters: { FunctionName: "f", "Payload.$": "$" },
          OutputPath: "$.Payload",
        }),
      },
    },
  });
  expect((await simulation.run(map, [1, 2])).output).toEqual([{ price: 9 }, { price: 9 }]);
});

test("states without a mock run for real", async () => {
  const simulation = world({ Other: { "0": { Return: 1 } } });
  const { output } = await simulation.run(task("arn:aws:lambda:eu-west-1:123456789012:function:f"), { n: 1 });
  expect(output).toEqual({ n: 1 });
  expect(simulation.invoker.calls).toHaveLength(1);
});

servicesContract(() => {
  const answer = { kind: "return", output: 1 } as const;
  const response = { name: "R", answers: [{ from: 0, to: 99, answer }] };
  return { services: mockServices(() => response, unconnected()), call: () => serviceCall("sqs:sendMessage") };
});
