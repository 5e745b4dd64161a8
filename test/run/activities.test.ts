import { expect, test } from "vitest";
import type { JsonObject } from "../../lib/json.js";
import { chain, Simulation, types } from "../support/simulate.js";

const ARN = "arn:aws:states:eu-west-1:123456789012:activity:price";

const activity = (fields: JsonObject = {}) => chain({ Price: { Type: "Task", Resource: ARN, ...fields } });

function world(): Simulation {
  const simulation = new Simulation();
  simulation.engine.activities.register(ARN);
  return simulation;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("a worker takes the task, and its answer is the output", async () => {
  const simulation = world();
  const { execution, ended } = simulation.start(activity(), { id: 7 });
  await turn();
  const task = await simulation.engine.activities.take(ARN, "worker-1");
  expect(JSON.parse(task?.input ?? "")).toEqual({ id: 7 });
  simulation.engine.tokens.succeed(task?.token ?? "", '{"price":9}');
  expect(await ended).toEqual({ status: "SUCCEEDED", output: { price: 9 } });
  const events = simulation.history(execution.arn);
  expect(types(events).slice(1, 6)).toEqual([
    "TaskStateEntered",
    "ActivityScheduled",
    "ActivityStarted",
    "ActivitySucceeded",
    "TaskStateExited",
  ]);
  expect(events[2]).toMatchObject({
    previousEventId: 2,
    activityScheduledEventDetails: { resource: ARN, input: '{"id":7}' },
  });
  expect(events[3]).toMatchObject({ previousEventId: 3, activityStartedEventDetails: { workerName: "worker-1" } });
});

test("a worker that came first gets the task when it is there", async () => {
  const simulation = world();
  const taken = simulation.engine.activities.take(ARN);
  const { execution, ended } = simulation.start(activity());
  simulation.engine.tokens.fail((await taken)?.token ?? "", "NoPrice", "sold out");
  expect(await ended).toEqual({ status: "FAILED", error: "NoPrice", cause: "sold out" });
  const events = simulation.history(execution.arn);
  expect(events[3]).toMatchObject({ type: "ActivityStarted", activityStartedEventDetails: {} });
  expect(events[4]).toMatchObject({
    type: "ActivityFailed",
    activityFailedEventDetails: { error: "NoPrice", cause: "sold out" },
  });
});

test("tasks are taken in the order they came, each by one worker", async () => {
  const simulation = world();
  const { activities } = simulation.engine;
  simulation.start(activity(), { n: 1 });
  simulation.start(activity(), { n: 2 });
  await turn();
  const inputs = (await Promise.all([activities.take(ARN), activities.take(ARN)])).map((task) => task?.input);
  expect(inputs).toEqual(['{"n":1}', '{"n":2}']);
});

test("a poll without a task ends with nothing after a minute", async () => {
  const simulation = world();
  const began = simulation.clock.now();
  const taken = simulation.engine.activities.take(ARN);
  expect(simulation.engine.awaitsOthers).toBe(true);
  simulation.engine.drain();
  expect(await taken).toBeUndefined();
  expect(simulation.clock.now() - began).toBe(60_000);
  expect(simulation.engine.awaitsOthers).toBe(false);
});

test("a poll that is given up takes no task", async () => {
  const simulation = world();
  const stopped = new AbortController();
  const taken = simulation.engine.activities.take(ARN, undefined, stopped.signal);
  stopped.abort();
  expect(await taken).toBeUndefined();
  simulation.start(activity(), { n: 1 });
  await turn();
  expect((await simulation.engine.activities.take(ARN))?.input).toBe('{"n":1}');
});

test.each([
  ["TimeoutSeconds", { TimeoutSeconds: 5 }, { timeoutInSeconds: 5 }],
  ["HeartbeatSeconds", { HeartbeatSeconds: 5 }, { heartbeatInSeconds: 5 }],
])("%s counts from when a worker took the task", async (_, fields, shown) => {
  const simulation = world();
  simulation.clock.schedule(3_600_000, () => void simulation.engine.activities.take(ARN));
  const { error, ms, events } = await simulation.run(activity(fields));
  expect({ error, ms }).toEqual({ error: "States.Timeout", ms: 3_605_000 });
  expect(events[2]).toMatchObject({ activityScheduledEventDetails: shown });
  expect(events[4]).toMatchObject({
    type: "ActivityTimedOut",
    activityTimedOutEventDetails: { error: "States.Timeout" },
  });
});

test("the token of a task that is over says which activity it was of", async () => {
  const simulation = world();
  const { activities, tokens } = simulation.engine;
  const { execution } = simulation.start(activity());
  await turn();
  const { token = "" } = (await activities.take(ARN)) ?? {};
  simulation.engine.stop(execution);
  expect(() => tokens.succeed(token, "1")).toThrow(`Task Timed Out: '${ARN}'`);
  activities.remove(ARN);
  expect(() => tokens.succeed(token, "1")).toThrow(expect.objectContaining({ code: "TaskDoesNotExist" }));
});

test("a task whose execution was stopped is not handed out", async () => {
  const simulation = world();
  const { execution } = simulation.start(activity(), { n: 1 });
  simulation.start(activity(), { n: 2 });
  await turn();
  simulation.engine.stop(execution);
  expect((await simulation.engine.activities.take(ARN))?.input).toBe('{"n":2}');
});

test("an activity that is not there fails the execution", async () => {
  const { error, cause, events } = await new Simulation().run(
    activity({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Price" }] }),
  );
  expect({ error, cause }).toEqual({
    error: "States.Runtime",
    cause: `An error occurred while executing the state 'Price' (entered at the event id #2). The activity ${ARN} does not exist.`,
  });
  expect(types(events)).toEqual(["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]);
});

test("a removed activity gives its workers nothing, and keeps its tasks for when it comes again", async () => {
  const simulation = world();
  const { activities } = simulation.engine;
  const waiting = activities.take(ARN);
  activities.remove(ARN);
  expect(await waiting).toBeUndefined();
  activities.register(ARN);
  simulation.start(activity(), { n: 1 });
  await turn();
  activities.remove(ARN);
  expect(activities.has(ARN)).toBe(false);
  expect(await activities.take(ARN)).toBeUndefined();
  activities.register(ARN);
  expect((await activities.take(ARN))?.input).toBe('{"n":1}');
});

test("an engine that closes lets its workers go", async () => {
  const simulation = world();
  const taken = simulation.engine.activities.take(ARN);
  simulation.engine.close();
  expect(await taken).toBeUndefined();
});
