import { expect, test } from "vitest";
import type { JsonObject } from "../../lib/json.js";
import { chain, simulate, types } from "../support/simulate.js";

const CALL = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Parameters: { FunctionName: "f" } };
const fails = { functions: () => ({ throws: "Bad", message: "no" }) } as const;
const ALL = { ErrorEquals: ["States.ALL"], Next: "Caught" };
const CAUSE = JSON.stringify({ errorType: "Bad", errorMessage: "no", trace: [] });

function caughtBy(catcher: JsonObject, task: JsonObject = {}) {
  return chain({ Call: { ...CALL, Catch: [catcher], ...task }, Caught: { Type: "Pass" } });
}

test("the catcher's input is the error, its cause as text", async () => {
  const { output } = await simulate(caughtBy(ALL), { a: 1 }, fails);
  expect(output).toEqual({ Error: "Bad", Cause: CAUSE });
});

test("ResultPath of a catcher writes the error into the state's raw input", async () => {
  const machine = caughtBy({ ...ALL, ResultPath: "$.error" }, { InputPath: "$.a", ResultPath: "$.never" });
  const { output } = await simulate(machine, { a: 1 }, fails);
  expect(output).toEqual({ a: 1, error: { Error: "Bad", Cause: CAUSE } });
});

test("ResultPath null of a catcher drops the error", async () => {
  expect(await simulate(caughtBy({ ...ALL, ResultPath: null }), { a: 1 }, fails)).toMatchObject({ output: { a: 1 } });
});

test("the first catcher that takes the error counts", async () => {
  const machine = {
    StartAt: "Call",
    States: {
      Call: {
        ...CALL,
        End: true,
        Catch: [
          { ErrorEquals: ["Other"], Next: "A" },
          { ErrorEquals: ["States.TaskFailed"], Next: "B" },
          { ErrorEquals: ["Bad"], Next: "A" },
        ],
      },
      A: { Type: "Pass", Result: "a", End: true },
      B: { Type: "Pass", Result: "b", End: true },
    },
  };
  expect(await simulate(machine, {}, fails)).toMatchObject({ output: "b" });
});

test("retries come before catchers", async () => {
  const { events, output } = await simulate(
    caughtBy(ALL, { Retry: [{ ErrorEquals: ["Bad"], MaxAttempts: 1 }] }),
    {},
    { functions: ({ number }) => ({ throws: number === 0 ? "Bad" : "Worse" }) },
  );
  expect(output).toMatchObject({ Error: "Worse" });
  expect(types(events).filter((type) => type === "TaskFailed").length).toBe(2);
});

test("an error that nothing takes ends the execution with its name and cause", async () => {
  expect(await simulate(caughtBy({ ErrorEquals: ["Other"], Next: "Caught" }), {}, fails)).toMatchObject({
    status: "FAILED",
    error: "Bad",
    cause: CAUSE,
  });
});

test("States.Runtime is neither retried nor caught", async () => {
  const all = { ErrorEquals: ["States.ALL"] };
  const task = { ...CALL, Parameters: { "FunctionName.$": "$.missing" }, Retry: [all], Catch: [ALL] };
  const { status, error, cause, ms } = await simulate(chain({ Call: task, Caught: { Type: "Pass" } }), {}, fails);
  expect({ status, error, ms }).toEqual({ status: "FAILED", error: "States.Runtime", ms: 0 });
  expect(cause).toMatch(/^An error occurred while executing the state 'Call' \(entered at the event id #2\)\. /);
});

test("a JSONata failure is caught, and recorded with the place of the expression", async () => {
  const machine = chain(
    {
      Call: { Type: "Task", Resource: CALL.Resource, Arguments: { FunctionName: "{% $nothing %}" }, Catch: [ALL] },
      Caught: { Type: "Pass" },
    },
    { QueryLanguage: "JSONata" },
  );
  const { events, output } = await simulate(machine);
  expect(output).toMatchObject({ Error: "States.QueryEvaluationError" });
  expect(events.find(({ type }) => type === "EvaluationFailed")).toMatchObject({
    previousEventId: 0,
    evaluationFailedEventDetails: { location: "Arguments/FunctionName", state: "Call" },
  });
});

test.each(["{% $nothing %}", "{% $sum('x') %}"])("a failure inside a catcher ends the state: %s", async (Output) => {
  const machine = chain(
    {
      Call: { Type: "Task", Resource: "arn:aws:lambda:r:1:function:f", Catch: [{ ...ALL, Output }] },
      Caught: { Type: "Pass" },
    },
    { QueryLanguage: "JSONata" },
  );
  const { status, error, events } = await simulate(machine, {}, fails);
  expect({ status, error }).toEqual({ status: "FAILED", error: "States.QueryEvaluationError" });
  expect(types(events).filter((type) => type === "EvaluationFailed").length).toBe(1);
});

test("a ResultPath of a catcher that does not fit ends the state", async () => {
  const { status, error } = await simulate(caughtBy({ ...ALL, ResultPath: "$.error" }), 5, fails);
  expect(status).toBe("FAILED");
  expect(error).toMatch(/^States\./);
});

test("a timeout has an empty cause for the catcher, and none in the history", async () => {
  const late = { functions: () => ({ returns: 1, after: 5000 }) } as const;
  const { output, events, ms } = await simulate(caughtBy(ALL, { TimeoutSeconds: 3 }), {}, late);
  expect(output).toEqual({ Error: "States.Timeout", Cause: "" });
  expect(ms).toBe(3000);
  expect(events.find(({ type }) => type === "TaskTimedOut")?.["taskTimedOutEventDetails"]).toEqual({
    error: "States.Timeout",
    resource: "invoke",
    resourceType: "lambda",
  });
});

test("States.TaskFailed does not take a timeout", async () => {
  const late = { functions: () => ({ returns: 1, after: 5000 }) } as const;
  const catcher = { ErrorEquals: ["States.TaskFailed"], Next: "Caught" };
  expect(await simulate(caughtBy(catcher, { TimeoutSeconds: 3 }), {}, late)).toMatchObject({
    status: "FAILED",
    error: "States.Timeout",
    cause: undefined,
  });
});

test("Assign of a catcher is used instead of the state's", async () => {
  const machine = chain({
    Call: {
      ...CALL,
      Assign: { x: "state" },
      Catch: [{ ...ALL, Assign: { x: "catcher", "name.$": "$.Error" } }],
    },
    Caught: { Type: "Pass", Parameters: { "x.$": "$x", "name.$": "$name" } },
  });
  expect(await simulate(machine, {}, fails)).toMatchObject({ output: { x: "catcher", name: "Bad" } });
});
