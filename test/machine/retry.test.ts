import fc from "fast-check";
import { expect, test } from "vitest";
import { StateFailure } from "../../lib/machine/failure.js";
import { compileRetriers, retryDelay, takes } from "../../lib/machine/retry.js";
import type { ScriptedCall } from "../support/scripted-invoker.js";
import { chain, Simulation, simulate } from "../support/simulate.js";

const CALL = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Parameters: { FunctionName: "f" } };

const retrier = fc.record({
  IntervalSeconds: fc.integer({ min: 1, max: 1000 }),
  MaxAttempts: fc.integer({ min: 0, max: 6 }),
  BackoffRate: fc.double({ min: 1, max: 5, noNaN: true }),
  MaxDelaySeconds: fc.integer({ min: 1, max: 5000 }),
});

/** Delays between the calls of a task that always fails, in ms. */
async function delays(retry: object): Promise<readonly number[]> {
  const simulation = new Simulation({ functions: () => ({ throws: "Bad" }) });
  await simulation.run(chain({ Call: { ...CALL, Retry: [{ ErrorEquals: ["Bad"], ...retry }] } }));
  const { calls } = simulation.invoker;
  return calls.slice(1).map(({ at }, index) => at - (calls[index] as ScriptedCall).at);
}

test("delay n is min(interval x rate^(n-1), max), as often as MaxAttempts says", async () => {
  await fc.assert(
    fc.asyncProperty(retrier, async (fields) => {
      const { IntervalSeconds: interval, BackoffRate: rate, MaxDelaySeconds: max, MaxAttempts: attempts } = fields;
      const expected = Array.from({ length: attempts }, (_, n) => Math.min(interval * rate ** n, max) * 1000);
      const measured = await delays(fields);
      expect(measured.length).toBe(attempts);
      for (const [n, ms] of expected.entries()) expect(measured[n]).toBeCloseTo(ms, 2);
    }),
    { numRuns: 50 },
  );
});

test("without further fields: 3 retries after 1, 2 and 4 seconds", async () => {
  expect(await delays({})).toEqual([1000, 2000, 4000]);
});

test("full jitter stays within the delay and draws only when it is asked for", () => {
  fc.assert(
    fc.property(
      retrier,
      fc.integer({ min: 1, max: 20 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (fields, attempt, drawn) => {
        const [none, full] = compileRetriers([fields, { ...fields, JitterStrategy: "FULL" }]);
        if (none === undefined || full === undefined) throw new Error("two retriers were compiled");
        const never = () => {
          throw new Error("drawn without jitter");
        };
        expect(retryDelay(full, attempt, () => drawn)).toBeCloseTo(retryDelay(none, attempt, never) * drawn, 6);
      },
    ),
  );
});

test("the first retrier that takes the error counts, even when it is used up", async () => {
  const simulation = new Simulation({ functions: () => ({ throws: "Bad" }) });
  const { status } = await simulation.run(
    chain({
      Call: {
        ...CALL,
        Retry: [
          { ErrorEquals: ["Other"], MaxAttempts: 9 },
          { ErrorEquals: ["Bad"], MaxAttempts: 1 },
          { ErrorEquals: ["States.ALL"], MaxAttempts: 9 },
        ],
      },
    }),
  );
  expect(status).toBe("FAILED");
  expect(simulation.invoker.calls.length).toBe(2);
});

test("MaxAttempts 0 never retries, and no later retrier is tried", async () => {
  expect(await delays({ MaxAttempts: 0 })).toEqual([]);
});

test("each retrier counts for itself", async () => {
  const errors = ["A", "B", "A", "B", "A"];
  const simulation = new Simulation({ functions: ({ number }) => ({ throws: errors[number] ?? "C" }) });
  await simulation.run(
    chain({
      Call: {
        ...CALL,
        Retry: [
          { ErrorEquals: ["A"], MaxAttempts: 2, IntervalSeconds: 1 },
          { ErrorEquals: ["B"], MaxAttempts: 2, IntervalSeconds: 10 },
        ],
      },
    }),
  );
  // A, B, A, B are retried, each with its own back-off; the third A finds its retrier used up.
  expect(simulation.invoker.calls.map(({ at }) => at / 1000)).toEqual([0, 1, 11, 13, 33]);
});

test("counters begin anew when the state is entered again", async () => {
  const simulation = new Simulation({
    functions: ({ number }) => (number % 2 === 0 ? { throws: "Bad" } : { returns: number }),
  });
  const machine = {
    StartAt: "Call",
    States: {
      Call: { ...CALL, Retry: [{ ErrorEquals: ["Bad"], MaxAttempts: 1 }], OutputPath: "$.Payload", Next: "Again" },
      Again: { Type: "Choice", Choices: [{ Variable: "$", NumericLessThan: 7, Next: "Call" }], Default: "Done" },
      Done: { Type: "Succeed" },
    },
  };
  expect(await simulation.run(machine)).toMatchObject({ status: "SUCCEEDED", output: 7 });
  expect(simulation.invoker.calls.length).toBe(8);
});

test("a retry schedules the task again without entering the state again", async () => {
  const { events } = await simulate(
    chain({ Call: { ...CALL, Retry: [{ ErrorEquals: ["Bad"], MaxAttempts: 1 }] } }),
    {},
    { functions: ({ number }) => (number === 0 ? { throws: "Bad" } : { returns: null }) },
  );
  expect(events.map(({ type, previousEventId }) => `${previousEventId} ${type}`)).toEqual([
    "0 ExecutionStarted",
    "0 TaskStateEntered",
    "2 TaskScheduled",
    "3 TaskStarted",
    "4 TaskFailed",
    "5 TaskScheduled",
    "6 TaskStarted",
    "7 TaskSucceeded",
    "8 TaskStateExited",
    "9 ExecutionSucceeded",
  ]);
});

test("the context object counts retries", async () => {
  const simulation = new Simulation({ functions: ({ number }) => (number < 2 ? { throws: "Bad" } : { returns: 0 }) });
  const task = { ...CALL, Parameters: { FunctionName: "f", Payload: { "retry.$": "$$.State.RetryCount" } } };
  await simulation.run(chain({ Call: { ...task, Retry: [{ ErrorEquals: ["Bad"] }] } }));
  expect(simulation.invoker.calls.map(({ event }) => event)).toEqual([{ retry: 0 }, { retry: 1 }, { retry: 2 }]);
});

test.each([
  ["States.ALL", "Anything", true],
  ["States.ALL", "States.Timeout", true],
  ["States.TaskFailed", "Anything", true],
  ["States.TaskFailed", "States.Timeout", false],
  ["States.Timeout", "States.Timeout", true],
  ["States.timeout", "States.Timeout", false],
  ["Anything", "AnythingElse", false],
])("%s takes %s: %s", (name, error, expected) => {
  expect(takes([name], new StateFailure(error))).toBe(expected);
});

test("States.Runtime is taken by nothing, not even by its name", () => {
  expect(takes(["States.ALL", "States.Runtime", "States.TaskFailed"], new StateFailure("States.Runtime"))).toBe(false);
});
