import { expect, test } from "vitest";
import type { JsonObject } from "../../../lib/json.js";
import { chain, Simulation, simulate, types } from "../../support/simulate.js";

const ARN = "arn:aws:lambda:eu-west-1:123456789012:function:f";
const direct = (fields: JsonObject = {}) => chain({ Call: { Type: "Task", Resource: ARN, ...fields } });
const invoke = (parameters: JsonObject, fields: JsonObject = {}) =>
  chain({ Call: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Parameters: parameters, ...fields } });

test("a function called by its ARN gets the input and gives its output", async () => {
  const simulation = new Simulation({ functions: ({ event }) => ({ returns: { got: event } }) });
  const { output, events } = await simulation.run(direct(), { a: 1 });
  expect(output).toEqual({ got: { a: 1 } });
  expect(simulation.invoker.calls).toMatchObject([{ name: ARN, event: { a: 1 } }]);
  expect(types(events).slice(2, 5)).toEqual([
    "LambdaFunctionScheduled",
    "LambdaFunctionStarted",
    "LambdaFunctionSucceeded",
  ]);
});

test("the optimised integration puts the payload into an envelope", async () => {
  const simulation = new Simulation();
  const { output, events } = await simulation.run(invoke({ FunctionName: "f", "Payload.$": "$" }), { a: 1 });
  expect(output).toMatchObject({ ExecutedVersion: "$LATEST", Payload: { a: 1 }, StatusCode: 200 });
  expect(events[2]).toMatchObject({
    type: "TaskScheduled",
    taskScheduledEventDetails: { resourceType: "lambda", resource: "invoke", region: "eu-west-1" },
  });
});

test("a payload that is left out is an empty object", async () => {
  const simulation = new Simulation();
  await simulation.run(invoke({ FunctionName: "f" }), { a: 1 });
  expect(simulation.invoker.calls[0]?.event).toEqual({});
});

test("a thrown error is the error's type, and its document the cause", async () => {
  const thrown = await simulate(direct(), {}, { functions: () => ({ throws: "TypeError", message: "no" }) });
  expect(thrown).toMatchObject({ status: "FAILED", error: "TypeError" });
  expect(JSON.parse(thrown.cause ?? "")).toMatchObject({ errorType: "TypeError", errorMessage: "no" });
});

test("what the service refuses has the service's error name", async () => {
  const functions = () => ({ refuses: "Lambda.TooManyRequestsException" });
  expect(await simulate(direct(), {}, { functions })).toMatchObject({ error: "Lambda.TooManyRequestsException" });
});

test("an Event call is sent, and the state goes on at once whatever becomes of it", async () => {
  const simulation = new Simulation({ functions: () => ({ throws: "Late", after: 60_000 }) });
  const { output, ms } = await simulation.run(invoke({ FunctionName: "f", Payload: 1, InvocationType: "Event" }));
  expect(output).toMatchObject({ StatusCode: 202 });
  expect(ms).toBe(0);
  expect(simulation.invoker.calls).toMatchObject([{ name: "f", event: 1 }]);
});

test("a DryRun call is not sent", async () => {
  const simulation = new Simulation();
  const { output } = await simulation.run(invoke({ FunctionName: "f", InvocationType: "DryRun" }));
  expect(output).toMatchObject({ StatusCode: 204 });
  expect(simulation.invoker.calls).toEqual([]);
});

test.each([
  ["a literal", { TimeoutSeconds: 2 }],
  ["a path", { TimeoutSecondsPath: "$.t" }],
])("the time limit is %s, and is shown when the task is scheduled", async (_, fields) => {
  const late = { functions: () => ({ returns: 1, after: 10_000 }) } as const;
  const { error, cause, ms, events } = await simulate(direct(fields), { t: 2 }, late);
  expect({ error, cause, ms }).toEqual({ error: "States.Timeout", cause: undefined, ms: 2000 });
  expect(events[2]).toMatchObject({ lambdaFunctionScheduledEventDetails: { timeoutInSeconds: 2 } });
});

test.each([
  ["text", "soon", 'refers to value "soon" which is not a valid integer: $.t'],
  ["a fraction", 1.5, 'refers to value "1.5" which is not a valid integer: $.t'],
  ["zero", 0, "TimeoutSeconds must be positive, but was: 0"],
])("a time limit of %s fails the execution", async (_, t, cause) => {
  const ended = await simulate(direct({ TimeoutSecondsPath: "$.t" }), { t });
  expect(ended).toMatchObject({ status: "FAILED", error: "States.Runtime" });
  expect(ended.cause).toContain(cause);
});

test("an integration that is not connected fails with a line that says so", async () => {
  const ended = await simulate(chain({ Call: { Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage" } }));
  expect(ended).toMatchObject({ error: "States.Runtime" });
  expect(ended.cause).toContain("sqs:sendMessage");
});

test("a qualifier is part of the function's name, and a version is executed as itself", async () => {
  const simulation = new Simulation();
  const { output } = await simulation.run(invoke({ FunctionName: "f", Qualifier: "3" }));
  expect(simulation.invoker.calls[0]?.name).toBe("f:3");
  expect(output).toMatchObject({ ExecutedVersion: "3" });
  const alias = await simulation.run(invoke({ FunctionName: "f", Qualifier: "live" }));
  expect(alias.output).toMatchObject({ ExecutedVersion: "$LATEST" });
});

test.each<[string, JsonObject, string]>([
  ["text", { Payload: '{"a":1}' }, '{"a":1}'],
  ["JSON", { Payload: { a: 1 } }, '{"a":1}'],
  ["null", { Payload: null }, "{}"],
  ["nothing", {}, "{}"],
])("the SDK hands a payload that is %s on as text", async (_, payload, event) => {
  const simulation = new Simulation();
  const resource = "arn:aws:states:::aws-sdk:lambda:invoke";
  const { output } = await simulation.run(
    chain({ Call: { Type: "Task", Resource: resource, Parameters: { FunctionName: "f", ...payload } } }),
  );
  expect(JSON.stringify(simulation.invoker.calls[0]?.event)).toBe(event);
  expect(output).toEqual({ ExecutedVersion: "$LATEST", Payload: event, StatusCode: 200 });
});

test.each<[string, JsonObject]>([
  ["JSONPath", { Credentials: { "RoleArn.$": "$.role" } }],
  ["JSONata", { QueryLanguage: "JSONata", Credentials: { RoleArn: "{% $states.input.role %}" } }],
])("the role of Credentials stands in the history (%s)", async (_, fields) => {
  const { events, status } = await simulate(direct(fields), { role: "arn:aws:iam::123456789012:role/other" });
  expect(status).toBe("SUCCEEDED");
  expect(events[2]).toMatchObject({
    lambdaFunctionScheduledEventDetails: { taskCredentials: { roleArn: "arn:aws:iam::123456789012:role/other" } },
  });
});
