import { expect, test } from "vitest";
import type { Json, JsonObject } from "../../lib/json.js";
import { TokenError } from "../../lib/run/callbacks.js";
import { chain, Simulation, types } from "../support/simulate.js";

/** A task that hands its token to a function and waits. */
const waits = (fields: JsonObject = {}, states: JsonObject = {}) =>
  chain({
    Ask: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
      Parameters: { FunctionName: "ask", Payload: { "token.$": "$$.Task.Token" } },
      ...fields,
    },
    ...states,
  });

function tokenOf({ invoker }: Simulation, call = 0): string {
  const { token } = (invoker.calls[call]?.event ?? {}) as { token?: string };
  return token ?? "no call yet";
}

/** Runs what is ready: the virtual clock jumps no further than to what answers wake. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

function codeOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    return error instanceof TokenError ? `${error.code}: ${error.message}` : String(error);
  }
  return "taken";
}

test("whoever has the token gives the task its output", async () => {
  const simulation = new Simulation();
  const { execution, ended } = simulation.start(waits());
  await turn();
  simulation.engine.tokens.succeed(tokenOf(simulation), '{"agreed": true}');
  expect(await ended).toEqual({ status: "SUCCEEDED", output: { agreed: true } });
  const events = simulation.history(execution.arn);
  expect(types(events).slice(2, 6)).toEqual(["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]);
  expect(events[4]).toMatchObject({
    previousEventId: 4,
    taskSubmittedEventDetails: { resourceType: "lambda", resource: "invoke.waitForTaskToken" },
  });
});

test("whoever has the token fails the task, with a name and a cause or without", async () => {
  const simulation = new Simulation();
  const named = simulation.start(waits());
  const unnamed = simulation.start(waits());
  await turn();
  simulation.engine.tokens.fail(tokenOf(simulation, 0), "Refused", "no money");
  simulation.engine.tokens.fail(tokenOf(simulation, 1));
  expect(await named.ended).toEqual({ status: "FAILED", error: "Refused", cause: "no money" });
  expect(await unnamed.ended).toEqual({ status: "FAILED", error: undefined, cause: undefined });
  expect(simulation.history(unnamed.execution.arn)[5]?.["taskFailedEventDetails"]).toEqual({
    resourceType: "lambda",
    resource: "invoke.waitForTaskToken",
  });
});

test("a failure by token is retried with another token", async () => {
  const simulation = new Simulation();
  const { ended } = simulation.start(waits({ Retry: [{ ErrorEquals: ["Again"], IntervalSeconds: 1 }] }));
  await turn();
  simulation.engine.tokens.fail(tokenOf(simulation, 0), "Again");
  await turn();
  expect(tokenOf(simulation, 1)).not.toBe(tokenOf(simulation, 0));
  expect(codeOf(() => simulation.engine.tokens.succeed(tokenOf(simulation, 0), "1"))).toContain("TaskTimedOut");
  simulation.engine.tokens.succeed(tokenOf(simulation, 1), "2");
  expect(await ended).toEqual({ status: "SUCCEEDED", output: 2 });
});

test.each<[string, Json]>([
  ["TimeoutSeconds", 5],
  ["HeartbeatSeconds", 5],
])("nobody answers: %s is over", async (field, seconds) => {
  const simulation = new Simulation();
  const { events, ms, ...end } = await simulation.run(waits({ [field]: seconds }));
  expect({ ...end, ms }).toMatchObject({ status: "FAILED", error: "States.Timeout", cause: undefined, ms: 5000 });
  expect(events[5]).toMatchObject({
    type: "TaskTimedOut",
    taskTimedOutEventDetails: {
      error: "States.Timeout",
      resource: "invoke.waitForTaskToken",
      resourceType: "lambda",
    },
  });
});

test("a missed heartbeat is caught under its own name too", async () => {
  const states = { Missed: { Type: "Pass", Result: "missed", End: true } };
  const caught = { Catch: [{ ErrorEquals: ["States.HeartbeatTimeout"], Next: "Missed" }], End: true };
  const heartbeat = await new Simulation().run(waits({ HeartbeatSeconds: 1, ...caught }, states));
  expect(heartbeat).toMatchObject({ status: "SUCCEEDED", output: "missed" });
  const timeout = await new Simulation().run(waits({ TimeoutSeconds: 1, ...caught }, states));
  expect(timeout).toMatchObject({ status: "FAILED", error: "States.Timeout" });
});

test("heartbeats are expected once the function has returned, and each begins the time anew", async () => {
  const simulation = new Simulation({ functions: () => ({ returns: null, after: 60_000 }) });
  const { clock, engine } = simulation;
  const at = (ms: number, act: () => void) => clock.schedule(ms, act);
  at(64_000, () => engine.tokens.heartbeat(tokenOf(simulation)));
  at(68_000, () => engine.tokens.heartbeat(tokenOf(simulation)));
  const { error, ms } = await simulation.run(waits({ HeartbeatSeconds: 5 }));
  expect({ error, ms }).toEqual({ error: "States.Timeout", ms: 73_000 });
});

test("an Event call is submitted at once", async () => {
  const parameters = { FunctionName: "ask", InvocationType: "Event", Payload: { "token.$": "$$.Task.Token" } };
  const simulation = new Simulation({ functions: () => ({ throws: "Late", after: 9000 }) });
  const { execution, ended } = simulation.start(waits({ Parameters: parameters }));
  await turn();
  simulation.engine.tokens.succeed(tokenOf(simulation), "1");
  expect(await ended).toMatchObject({ output: 1 });
  expect(types(simulation.history(execution.arn))).toContain("TaskSubmitted");
});

test("a function that fails fails the task, and its token is of no use", async () => {
  const simulation = new Simulation({ functions: () => ({ throws: "Broken" }) });
  expect(await simulation.run(waits())).toMatchObject({ status: "FAILED", error: "Broken" });
  expect(codeOf(() => simulation.engine.tokens.heartbeat(tokenOf(simulation)))).toContain("TaskTimedOut");
});

test("an answer that overtakes the function's own counts, and the function's is dropped", async () => {
  const simulation = new Simulation({ functions: () => ({ throws: "Late", after: 1000 }) });
  simulation.clock.schedule(500, () => simulation.engine.tokens.succeed(tokenOf(simulation), "1"));
  const { output, events } = await simulation.run(waits({}, { Then: { Type: "Wait", Seconds: 5, End: true } }));
  expect(output).toBe(1);
  expect(types(events)).not.toContain("TaskSubmitted");
});

test("an answer that is none is refused: what is no token, then what is no JSON, then what is over", async () => {
  const simulation = new Simulation();
  const { tokens } = simulation.engine;
  const { execution, ended } = simulation.start(waits());
  await turn();
  const token = tokenOf(simulation);
  expect(codeOf(() => tokens.succeed("NoSuchTaskToken", "no json"))).toBe(
    "InvalidToken: Invalid Token: 'Invalid token'",
  );
  expect(codeOf(() => tokens.succeed(`${token}A`, "1"))).toContain("InvalidToken");
  expect(codeOf(() => tokens.succeed(token, "no json"))).toContain("InvalidOutput: Invalid Output: ");
  expect(codeOf(() => tokens.heartbeat(token))).toBe("taken");
  simulation.engine.stop(execution);
  await ended;
  for (const act of [() => tokens.succeed(token, "1"), () => tokens.fail(token), () => tokens.heartbeat(token)]) {
    expect(codeOf(act)).toBe("TaskTimedOut: Task Timed Out: 'Provided task does not exist anymore'");
  }
  expect(codeOf(() => tokens.succeed(token, "no json"))).toContain("InvalidOutput");
});

test("a task has one answer, however many come", async () => {
  const simulation = new Simulation();
  const { ended } = simulation.start(waits({ TimeoutSeconds: 1 }));
  await turn();
  const { ended: second } = simulation.start(waits());
  await turn();
  await ended;
  const token = tokenOf(simulation, 1);
  simulation.engine.tokens.succeed(token, "1");
  expect(codeOf(() => simulation.engine.tokens.fail(token, "Too late"))).toContain("TaskTimedOut");
  expect(await second).toMatchObject({ output: 1 });
});

test("an output over the limit fails the task, which can be caught", async () => {
  const simulation = new Simulation();
  const { ended } = simulation.start(waits());
  await turn();
  simulation.engine.tokens.succeed(tokenOf(simulation), JSON.stringify("x".repeat(262_144)));
  expect(await ended).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
});

test("a branch that fails takes the tokens of its neighbours away", async () => {
  const simulation = new Simulation();
  const branches = chain({
    Both: {
      Type: "Parallel",
      Branches: [
        waits({ TimeoutSeconds: 100 }),
        chain({ Wait: { Type: "Wait", Seconds: 1 }, Fail: { Type: "Fail", Error: "E" } }),
      ],
    },
  });
  expect(await simulation.run(branches)).toMatchObject({ error: "E", ms: 1000 });
  expect(codeOf(() => simulation.engine.tokens.succeed(tokenOf(simulation), "1"))).toContain("TaskTimedOut");
});

test("only a task that waits for its token has one", async () => {
  const plain = chain({
    Call: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: { FunctionName: "f", Payload: { "token.$": "$$.Task.Token" } },
    },
  });
  const { error, cause } = await new Simulation().run(plain);
  expect({ error, cause }).toMatchObject({ error: "States.Runtime", cause: expect.stringContaining("$$.Task.Token") });
});

test("JSONata finds the token in the context", async () => {
  const simulation = new Simulation();
  const jsonata = chain(
    {
      Ask: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
        Arguments: { FunctionName: "ask", Payload: { token: "{% $states.context.Task.Token %}" } },
      },
    },
    { QueryLanguage: "JSONata" },
  );
  const { ended } = simulation.start(jsonata);
  await turn();
  simulation.engine.tokens.succeed(tokenOf(simulation), "[1]");
  expect(await ended).toMatchObject({ output: [1] });
});

test("an EXPRESS execution does not wait for tokens", async () => {
  const { error, cause } = await new Simulation().run(waits(), {}, "EXPRESS");
  expect(error).toBe("States.Runtime");
  expect(cause).toContain("Express state machine does not support 'waitForTaskToken' service integration");
});

test("the engine knows when others are at work against a time limit", async () => {
  const seen: boolean[] = [];
  const simulation: Simulation = new Simulation({
    functions: () => {
      seen.push(simulation.engine.awaitsOthers);
      return { returns: null };
    },
  });
  simulation.start(waits());
  await turn();
  await simulation.run(waits({ TimeoutSeconds: 10 }));
  expect(seen).toEqual([false, true]);
  expect(simulation.engine.awaitsOthers).toBe(false);
});
