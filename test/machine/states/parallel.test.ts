import { expect, test } from "vitest";
import type { JsonObject } from "../../../lib/json.js";
import type { AwsEvent } from "../../support/history.js";
import { chain, Simulation, simulate, types } from "../../support/simulate.js";

const wait = (seconds: number) => ({ Type: "Wait", Seconds: seconds });
const fork = (branches: readonly JsonObject[], rest: JsonObject = {}) => ({
  Type: "Parallel",
  Branches: branches,
  ...rest,
});

test("the outputs are in the order of the branches, whatever the order of ending", async () => {
  const branch = (n: number) => chain({ Wait: wait(10 - n), Give: { Type: "Pass", Result: n } });
  const { output, ms } = await simulate(chain({ Fork: fork([1, 2, 3].map(branch)) }));
  expect(output).toEqual([1, 2, 3]);
  expect(ms).toBe(9000);
});

test("every branch gets the same input", async () => {
  const { output } = await simulate(
    chain({
      Fork: fork([chain({ A: { Type: "Pass" } }), chain({ B: { Type: "Succeed" } })], { Parameters: { "x.$": "$.a" } }),
    }),
    { a: 1 },
  );
  expect(output).toEqual([{ x: 1 }, { x: 1 }]);
});

test("a failed branch fails the state with its own error, and the others stop", async () => {
  const slow = chain({ Wait: wait(3600), Never: { Type: "Task", Resource: "arn:aws:lambda:r:1:function:never" } });
  const simulation = new Simulation();
  const { status, error, ms, events } = await simulation.run(
    chain({ Fork: fork([slow, chain({ Wait: wait(1), No: { Type: "Fail", Error: "Bad" } })]) }),
  );
  expect({ status, error, ms }).toEqual({ status: "FAILED", error: "Bad", ms: 1000 });
  expect(types(events).slice(-2)).toEqual(["ParallelStateFailed", "ExecutionFailed"]);
  // The abandoned branch has no timer left that would move the clock or call the function.
  await simulation.run(chain({ A: { Type: "Pass" } }));
  expect(simulation.clock.now()).toBe(1000);
  expect(simulation.invoker.calls).toEqual([]);
});

const call = { Type: "Task", Resource: "arn:aws:lambda:r:1:function:f" };
const aborted = (events: readonly AwsEvent[]) =>
  events
    .filter(({ type }) => type === "TaskStateAborted")
    .map(({ previousEventId }) => events[previousEventId - 1]?.type);

test("a failed branch leaves the tasks of all branches aborted, its own among them", async () => {
  const simulation = new Simulation({
    functions: ({ event }) => (event === "bad" ? { throws: "Bad", after: 10 } : { returns: event, after: 1000 }),
  });
  const inner = { Type: "Map", ItemsPath: "$.items", ItemProcessor: chain({ E: call }) };
  const branches = [
    chain({ A: call }),
    chain({ B: { ...call, InputPath: "$.bad" } }),
    chain({ C: fork([chain({ D: call })]) }),
    chain({ F: inner }),
    chain({ G: wait(5) }),
    chain({ H: { Type: "Pass" } }),
  ];
  const { error, ms, events } = await simulation.run(chain({ Fork: fork(branches) }), { bad: "bad", items: [1, 2] });
  expect({ error, ms }).toEqual({ error: "Bad", ms: 10 });
  expect(aborted(events)).toEqual([
    "LambdaFunctionStarted",
    "LambdaFunctionFailed",
    "LambdaFunctionStarted",
    "LambdaFunctionStarted",
    "LambdaFunctionStarted",
  ]);
  expect(types(events).slice(-3)).toEqual(["TaskStateAborted", "ParallelStateFailed", "ExecutionFailed"]);
  expect(events.at(-2)?.previousEventId).toBe(events.findIndex(({ type }) => type === "LambdaFunctionFailed") + 1);
});

test("a task that waits for its retry is aborted; one that is not there yet, or has ended, is not", async () => {
  const simulation = new Simulation({
    functions: ({ event }) => {
      if (event === "retried") return { throws: "Again", after: 1 };
      return event === "bad" ? { throws: "Bad", after: 1000 } : { returns: event, after: 1 };
    },
  });
  const Retry = [{ ErrorEquals: ["Again"], IntervalSeconds: 100 }];
  const branches = [
    chain({ Ended: { ...call, InputPath: "$.ended" } }),
    chain({ Retried: { ...call, InputPath: "$.retried", Retry } }),
    chain({ Fails: { ...call, InputPath: "$.bad" } }),
  ];
  const input = { ended: "ended", retried: "retried", bad: "bad" };
  const { error, events } = await simulation.run(chain({ Fork: fork(branches) }), input);
  expect(error).toBe("Bad");
  expect(aborted(events)).toEqual(["LambdaFunctionFailed", "LambdaFunctionFailed"]);
  const soon = fork([chain({ No: { Type: "Fail", Error: "Bad" } }), chain({ Left: { Type: "Pass" }, Next: call })]);
  const early = await simulation.run(chain({ Fork: soon }));
  expect(types(early.events).slice(-3)).toEqual(["PassStateExited", "ParallelStateFailed", "ExecutionFailed"]);
});

test("nothing is aborted where the engine itself gives up", async () => {
  const branches = [chain({ A: call }), chain({ B: { Type: "Pass", InputPath: "$.nowhere" } })];
  const { error, events } = await simulate(chain({ Fork: fork(branches) }));
  expect(error).toBe("States.Runtime");
  expect(aborted(events)).toEqual([]);
});

test("Catch and Retry of the state take a branch's error", async () => {
  const calls = fork([chain({ Call: { Type: "Task", Resource: "arn:aws:lambda:r:1:function:f" } })], {
    Retry: [{ ErrorEquals: ["Bad"], MaxAttempts: 2, IntervalSeconds: 1 }],
    Catch: [{ ErrorEquals: ["Worse"], Next: "Caught" }],
  });
  const simulation = new Simulation({ functions: ({ number }) => ({ throws: number < 2 ? "Bad" : "Worse" }) });
  const { output, events } = await simulation.run(chain({ Fork: calls, Caught: { Type: "Pass" } }));
  expect(output).toMatchObject({ Error: "Worse" });
  expect(types(events).filter((type) => type === "ParallelStateStarted").length).toBe(3);
});

const no = chain({ No: { Type: "Fail", Error: "Bad" } });
const yes = chain({ Yes: { Type: "Pass" } });

test.each([
  ["two fail", [no, no]],
  ["the first fails", [no, yes]],
  ["the last fails", [yes, no]],
  ["three fail", [no, no, no]],
])("branches that end in one turn count as one failed attempt: %s", async (_, branches) => {
  const all = { ErrorEquals: ["States.ALL"] };
  const Retry = [{ ...all, MaxAttempts: 3, IntervalSeconds: 1, BackoffRate: 1 }];
  const machine = chain({
    Fork: fork(branches, { Retry, Catch: [{ ...all, Next: "Caught" }] }),
    Caught: { Type: "Pass" },
  });
  const { output, ms, events } = await simulate(machine);
  expect({ output, ms }).toEqual({ output: { Error: "Bad", Cause: "" }, ms: 3000 });
  expect(types(events).filter((type) => type === "ParallelStateStarted").length).toBe(4);
});

test("states inside speak the language of the state machine, not that of the Parallel", async () => {
  const inner = chain({ A: { Type: "Pass", Parameters: { "x.$": "$.a" } } });
  const machine = chain({ Fork: fork([inner], { QueryLanguage: "JSONata", Output: "{% $states.result[0].x %}" }) });
  expect(await simulate(machine, { a: 1 })).toMatchObject({ output: 1 });
});

test("a hundred thousand branches do not overflow the stack, and wait side by side", async () => {
  const machine = chain({
    Fork: fork(new Array(100_000).fill(chain({ Wait: wait(1) })), { ResultSelector: { n: 0 } }),
  });
  expect(await simulate(machine, {}, { type: "EXPRESS" })).toMatchObject({ status: "SUCCEEDED", ms: 1000 });
});
