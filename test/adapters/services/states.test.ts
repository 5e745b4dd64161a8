import { expect, test } from "vitest";
import { localServices } from "../../../lib/adapters/services/local.js";
import type { Application, StateMachineSource } from "../../../lib/definition/application.js";
import type { Json, JsonObject } from "../../../lib/json.js";
import { SessionStates } from "../../../lib/local/states.js";
import { unconnected } from "../../../lib/run/unconnected.js";
import { chain, Simulation, types } from "../../support/simulate.js";

const PREFIX = "arn:aws:states:eu-west-1:123456789012";
const arnOf = (name: string) => `${PREFIX}:stateMachine:${name}`;

/** Step Functions with these state machines; those whose name begins with `express` are EXPRESS. */
function world(machines: Readonly<Record<string, JsonObject>>): Simulation & { readonly states: SessionStates } {
  const stateMachines = Object.entries(machines).map(
    ([name, definition]): StateMachineSource => ({
      name,
      arn: arnOf(name),
      type: name.startsWith("express") ? "EXPRESS" : "STANDARD",
      roleArn: "arn:aws:iam::123456789012:role/r",
      definition,
      file: "test.asl.json",
    }),
  );
  const application: Application = {
    stateMachines,
    functions: [],
    buckets: [],
    account: "123456789012",
    region: "eu-west-1",
  };
  const simulation = new Simulation({
    services: ({ store }) => localServices({ states: () => states, store }, unconnected()),
  });
  const states = new SessionStates(simulation.engine, application);
  return Object.assign(simulation, { states });
}

const task = (resource: string, parameters: JsonObject, fields: JsonObject = {}) =>
  chain({ Call: { Type: "Task", Resource: `arn:aws:states:::${resource}`, Parameters: parameters, ...fields } });

const start = (pattern: string, parameters: JsonObject = {}, fields: JsonObject = {}) =>
  task(`states:startExecution${pattern}`, { StateMachineArn: arnOf("child"), Name: "one", ...parameters }, fields);

const double = chain({ Double: { Type: "Pass", Parameters: { "twice.$": "States.MathAdd($.n, $.n)" } } });
const waits = (seconds: number) => chain({ Wait: { Type: "Wait", Seconds: seconds } });
const CHILD = `${PREFIX}:execution:child:one`;

test("a started execution is not waited for", async () => {
  const simulation = world({ child: waits(3600) });
  const { output, ms } = await simulation.run(start("", { Input: { n: 1 } }));
  expect(output).toMatchObject({
    ExecutionArn: CHILD,
    StartDate: expect.any(Number),
    SdkHttpMetadata: { HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: expect.any(String) },
  });
  expect(ms).toBe(0);
  const described = await simulation.states.call("DescribeExecution", { executionArn: CHILD });
  expect(described).toMatchObject({ status: "RUNNING", input: '{"n":1}' });
});

test.each<[string, Json, Json]>([
  [".sync", '{"n":21}', '{"twice":42}'],
  [".sync:2", { n: 21 }, { twice: 42 }],
])("%s waits for the execution and gives its description", async (pattern, input, output) => {
  const simulation = world({ child: double });
  const run = await simulation.run(start(pattern, { Input: { n: 21 } }));
  expect(run.output).toEqual({
    ExecutionArn: CHILD,
    Input: input,
    InputDetails: { Included: true },
    Name: "one",
    Output: output,
    OutputDetails: { Included: true },
    StartDate: 0,
    StateMachineArn: arnOf("child"),
    Status: "SUCCEEDED",
    StopDate: 0,
  });
  expect(types(run.events).slice(2, 6)).toEqual(["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]);
});

test("an EXPRESS execution is waited for too", async () => {
  const simulation = world({ expressChild: double });
  const { output } = await simulation.run(
    start(".sync:2", { StateMachineArn: arnOf("expressChild"), Input: { n: 4 } }),
  );
  expect(output).toMatchObject({ Status: "SUCCEEDED", Output: { twice: 8 } });
});

test.each<[string, JsonObject, JsonObject]>([
  [
    "fails",
    chain({ Fail: { Type: "Fail", Error: "Sour", Cause: "milk" } }),
    { Error: "Sour", Cause: "milk", Status: "FAILED" },
  ],
  ["runs out of time", { ...waits(60), TimeoutSeconds: 5 }, { Status: "TIMED_OUT" }],
])("an execution that %s fails the task, with its description as the cause", async (_, child, described) => {
  const { error, cause, events } = await world({ child }).run(start(".sync", { Input: null }));
  expect(error).toBe("States.TaskFailed");
  const times = { StartDate: expect.any(Number), StopDate: expect.any(Number) };
  const identity = { ExecutionArn: CHILD, Name: "one", StateMachineArn: arnOf("child") };
  expect(JSON.parse(cause ?? "")).toEqual({
    ...described,
    ...identity,
    ...times,
    Input: "{}",
    InputDetails: { Included: true },
  });
  expect(types(events).slice(4, 6)).toEqual(["TaskSubmitted", "TaskFailed"]);
});

test("virtual time passes inside the execution that is waited for, not around it", async () => {
  const { status, ms } = await world({ child: waits(50) }).run(start(".sync", {}, { TimeoutSeconds: 60 }));
  expect({ status, ms }).toEqual({ status: "SUCCEEDED", ms: 50_000 });
});

test("an execution that takes longer than the task may is stopped", async () => {
  const simulation = world({ child: waits(3600) });
  const { error, ms } = await simulation.run(start(".sync", {}, { TimeoutSeconds: 60 }));
  expect({ error, ms }).toEqual({ error: "States.Timeout", ms: 60_000 });
  expect(await simulation.states.call("DescribeExecution", { executionArn: CHILD })).toMatchObject({
    status: "ABORTED",
    stopDate: 60,
  });
});

test("an execution is stopped with the one that waits for it", async () => {
  const parent = start(".sync", { StateMachineArn: arnOf("middle"), Name: "two" });
  const middle = start(".sync");
  const simulation = world({ child: waits(3600), middle });
  simulation.clock.schedule(1000, () => simulation.engine.stop(execution));
  const { execution, ended } = simulation.start(parent);
  expect(await ended).toMatchObject({ status: "ABORTED" });
  for (const executionArn of [CHILD, `${PREFIX}:execution:middle:two`]) {
    const described = await simulation.states.call("DescribeExecution", { executionArn });
    expect(described).toMatchObject({ status: "ABORTED", stopDate: 1 });
  }
});

test("the token of a task that waits for an execution ends the wait, and the execution goes on", async () => {
  const child = chain({
    Answer: {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:sfn:sendTaskSuccess",
      Parameters: { "TaskToken.$": "$.token", Output: '{"early":true}' },
    },
    Wait: { Type: "Wait", Seconds: 3600 },
  });
  const simulation = world({ child });
  const { output, ms } = await simulation.run(start(".sync", { Input: { "token.$": "$$.Task.Token" } }));
  expect({ output, ms }).toEqual({ output: { early: true }, ms: 0 });
  const described = await simulation.states.call("DescribeExecution", { executionArn: CHILD });
  expect(described).toMatchObject({ status: "RUNNING" });
});

test.each([
  ["sendTaskSuccess", { Output: "1" }, { status: "SUCCEEDED", output: 1 }],
  ["sendTaskSuccess", { Output: { a: 1 } }, { status: "SUCCEEDED", output: { a: 1 } }],
  ["sendTaskFailure", { Error: "No", Cause: "why" }, { status: "FAILED", error: "No", cause: "why" }],
])("an execution answers the task that started it: %s %j", async (action, parameters, ended) => {
  const child = task(`aws-sdk:sfn:${action}`, { "TaskToken.$": "$.token", ...parameters });
  const simulation = world({ child });
  const run = await simulation.run(start(".waitForTaskToken", { Input: { "token.$": "$$.Task.Token" } }));
  expect(run).toMatchObject(ended);
  expect(types(run.events)[4]).toBe("TaskSubmitted");
});

test("a request to start what runs already is the same request; a name that was used is refused", async () => {
  const simulation = world({ child: waits(10) });
  const twice = chain({
    First: (start("") as { States: { Call: JsonObject } }).States.Call,
    Again: (start(".sync") as { States: { Call: JsonObject } }).States.Call,
    Late: (start("") as { States: { Call: JsonObject } }).States.Call,
  });
  for (const state of Object.values(twice["States"] as Record<string, Record<string, Json>>)) delete state["End"];
  const states = twice["States"] as Record<string, Record<string, Json>>;
  Object.assign(states["First"] ?? {}, { Next: "Again" });
  Object.assign(states["Again"] ?? {}, { Next: "Late" });
  Object.assign(states["Late"] ?? {}, { End: true });
  const { error, cause, ms } = await simulation.run(twice);
  expect({ error, ms }).toEqual({ error: "StepFunctions.ExecutionAlreadyExistsException", ms: 10_000 });
  expect(cause).toMatch(
    /^Execution Already Exists: '.*:child:one' \(Service: AWSStepFunctions; Status Code: 400; Error Code: ExecutionAlreadyExists; Request ID: [\w-]+; Proxy: null\)$/,
  );
});

test.each<[string, JsonObject, string, string]>([
  [
    "states:startExecution",
    { StateMachineArn: arnOf("nobody") },
    "StepFunctions.StateMachineDoesNotExistException",
    "State Machine Does Not Exist: ",
  ],
  [
    "aws-sdk:sfn:startExecution",
    { StateMachineArn: arnOf("nobody") },
    "Sfn.StateMachineDoesNotExistException",
    "State Machine Does Not Exist: ",
  ],
  [
    "states:startExecution",
    { Input: {} },
    "StepFunctions.ValidationException",
    "1 validation error detected: Value null at 'stateMachineArn' failed to satisfy constraint: Member must not be null",
  ],
  [
    "aws-sdk:sfn:startExecution",
    { StateMachineArn: arnOf("child"), Name: 7 },
    "Sfn.ValidationException",
    "1 validation error detected: Value '7' at 'name' failed to satisfy constraint: Member must be a string",
  ],
  [
    "aws-sdk:sfn:startExecution",
    { StateMachineArn: arnOf("child"), Input: "{" },
    "Sfn.InvalidExecutionInputException",
    "Invalid State Machine Execution Input: ",
  ],
  [
    "aws-sdk:sfn:sendTaskSuccess",
    { TaskToken: "none", Output: "no json" },
    "Sfn.InvalidTokenException",
    "Invalid Token: 'Invalid token' (Service: Sfn, Status Code: 400, Request ID: ",
  ],
  [
    "aws-sdk:sfn:describeExecution",
    { ExecutionArn: CHILD },
    "Sfn.ExecutionDoesNotExistException",
    `Execution Does Not Exist: '${CHILD}'`,
  ],
  [
    "aws-sdk:sfn:startSyncExecution",
    { StateMachineArn: arnOf("child") },
    "Sfn.StateMachineTypeNotSupportedException",
    "This operation is not supported by this type of state machine",
  ],
  [
    "aws-sdk:sfn:getActivityTask",
    { ActivityArn: `${PREFIX}:activity:a` },
    "Sfn.ActivityDoesNotExistException",
    "Activity",
  ],
  ["aws-sdk:sfn:tagResource", {}, "Sfn.UnknownOperationException", "A local run does not carry out TagResource"],
])("%s %j fails as AWS has it", async (resource, parameters, error, cause) => {
  const run = await world({ child: double }).run(task(resource, parameters));
  expect(run).toMatchObject({ status: "FAILED", error });
  expect(run.cause).toContain(cause);
});

test("the SDK gives times as text, and waits for an EXPRESS execution in virtual time", async () => {
  const simulation = world({ expressChild: waits(30) });
  const call = task("aws-sdk:sfn:startSyncExecution", { StateMachineArn: arnOf("expressChild"), Input: { a: 1 } });
  const { output, ms } = await simulation.run(call);
  expect(output).toMatchObject({
    Status: "SUCCEEDED",
    Output: '{"a":1}',
    StartDate: "1970-01-01T00:00:00.000Z",
    StopDate: "1970-01-01T00:00:30.000Z",
    BillingDetails: { BilledMemoryUsedInMB: 64 },
  });
  expect(ms).toBe(30_000);
});

test("executions are described, listed and stopped", async () => {
  const simulation = world({ child: waits(3600) });
  const lookUp = async (resource: string, parameters: JsonObject) =>
    (await simulation.run(task(`aws-sdk:sfn:${resource}`, parameters))).output;
  simulation.states.startExecution({ stateMachineArn: arnOf("child"), name: "one" });
  expect(await lookUp("describeExecution", { ExecutionArn: CHILD })).toMatchObject({ Status: "RUNNING", Input: "{}" });
  await lookUp("stopExecution", { ExecutionArn: CHILD, Error: "Enough" });
  expect(await lookUp("describeExecution", { ExecutionArn: CHILD })).toMatchObject({
    Status: "ABORTED",
    Error: "Enough",
  });
  const list = { StateMachineArn: arnOf("child") };
  expect(await lookUp("listExecutions", list)).toMatchObject({ Executions: [{ Name: "one", Status: "ABORTED" }] });
  expect(await lookUp("listExecutions", { ...list, StatusFilter: "RUNNING" })).toEqual({ Executions: [] });
  expect(await lookUp("listStateMachines", {})).toMatchObject({ StateMachines: [{ Name: "child" }] });
  const described = await lookUp("describeStateMachine", list);
  expect(described).toMatchObject({ Definition: JSON.stringify(waits(3600)), Status: "ACTIVE" });
});

test("a state machine is the worker of an activity, and a poll without a task takes a virtual minute", async () => {
  const simulation = world({});
  const activity = `${PREFIX}:activity:a`;
  simulation.engine.activities.register(activity);
  const worker = chain({
    Poll: {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:sfn:getActivityTask",
      Parameters: { ActivityArn: activity, WorkerName: "machine" },
    },
    Answer: {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:sfn:sendTaskSuccess",
      Parameters: { "TaskToken.$": "$.TaskToken", "Output.$": "$.Input" },
    },
  });
  const idle = await simulation.run(task("aws-sdk:sfn:getActivityTask", { ActivityArn: activity }));
  expect(idle).toMatchObject({ output: {}, ms: 60_000 });
  const { ended } = simulation.start(worker);
  const run = await simulation.run(chain({ Work: { Type: "Task", Resource: activity, TimeoutSeconds: 1 } }), { n: 1 });
  expect(run).toMatchObject({ status: "SUCCEEDED", output: { n: 1 } });
  expect(await ended).toMatchObject({ status: "SUCCEEDED" });
});

test("an EXPRESS state machine waits for no execution", async () => {
  const { error } = await world({ child: double }).run(start(".sync"), {}, "EXPRESS");
  expect(error).toBe("States.Runtime");
});

test("a state machine that cannot be compiled is refused when it is started", async () => {
  const broken = { StartAt: "A", States: { A: { Type: "Pass", Next: "B" } } };
  const { error, cause } = await world({ child: broken }).run(start(""));
  expect(error).toBe("StepFunctions.InvalidDefinitionException");
  expect(cause).toContain("Missing 'Next' target: B at /States/A/Next");
});
