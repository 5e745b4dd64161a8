import fc from "fast-check";
import { expect, test } from "vitest";
import type { AwsEvent } from "../support/history.js";
import { randomMachine } from "../support/random-machine.js";
import type { Script } from "../support/scripted-invoker.js";
import { chain, Simulation, simulate, types } from "../support/simulate.js";

/** Fails every third call, and is too late now and then. */
const functions: Script = ({ number }) =>
  number % 3 === 1 ? { throws: "Flaky", after: 500 } : { returns: { n: number }, after: (number % 5) * 2500 };

const input = { list: [1, 2, 3] };

test("the history of any machine is whole: ids 1..n, each after one that exists, time never back, an end", async () => {
  await fc.assert(
    fc.asyncProperty(randomMachine, fc.integer(), async (machine, seed) => {
      const simulation = new Simulation({ seed, functions });
      const { status, cause, events } = await simulation.run(machine, input);
      expect(["SUCCEEDED", "FAILED"]).toContain(status);
      for (const { cause: any = "" } of [{ cause }, ...simulation.ended]) expect(any).not.toContain("Internal error");
      let time = 0;
      for (const [index, { id, previousEventId, timestamp }] of events.entries()) {
        expect(id).toBe(index + 1);
        expect(previousEventId).toBeLessThan(id);
        expect(previousEventId).toBeGreaterThanOrEqual(0);
        expect(timestamp).toBeGreaterThanOrEqual(time);
        time = timestamp;
      }
      expect(types(events)[0]).toBe("ExecutionStarted");
      expect(types(events).filter((type) => /^Execution(Succeeded|Failed)$/.test(type))).toEqual([
        types(events).at(-1),
      ]);
      expect(left(events)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

/** Exits without an entrance before them on their own thread. */
function left(events: readonly AwsEvent[]): readonly string[] {
  const byId = new Map(events.map((event) => [event.id, event]));
  return events
    .filter(({ type }) => type.endsWith("StateExited"))
    .filter(({ type, previousEventId, ...event }) => {
      const { name } = event["stateExitedEventDetails"] as { name: string };
      for (let at = byId.get(previousEventId); at !== undefined; at = byId.get(at.previousEventId)) {
        if ((at["stateEnteredEventDetails"] as { name?: string } | undefined)?.name === name) return false;
      }
      return true;
    })
    .map(({ id, type }) => `${id} ${type}`);
}

test("an execution that is stopped at any time leaves nothing behind that runs or holds the clock", async () => {
  await fc.assert(
    fc.asyncProperty(randomMachine, fc.integer(), fc.nat({ max: 20_000 }), async (machine, seed, at) => {
      const simulation = new Simulation({ seed, functions });
      const { execution, ended } = simulation.start(machine, input);
      simulation.clock.schedule(at, () => simulation.engine.stop(execution));
      const { status } = await ended;
      await Promise.all(simulation.mapRuns.map(({ settled }) => settled));
      expect([...simulation.engine.mapRuns]).toEqual([]);
      for (const { executions } of simulation.mapRuns) {
        const { running, succeeded, failed, timedOut, aborted, pending, total, resultsWritten } = executions;
        expect({ running, total, resultsWritten }).toEqual({
          running: 0,
          total: succeeded + failed + timedOut + aborted + pending,
          resultsWritten: total,
        });
      }
      if (status !== "ABORTED") return;
      expect(execution.stopTime).toBe(at);
      // What is left are the answers of functions that were called: they take 10 s at most.
      while (simulation.clock.idle());
      expect(simulation.clock.now()).toBeLessThanOrEqual(at + 10_000);
    }),
    { numRuns: 150 },
  );
});

test("the same seed gives the same history, byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(randomMachine, fc.integer(), async (machine, seed) => {
      const [one, two] = await Promise.all([1, 2].map(() => simulate(machine, input, { seed, functions })));
      expect(JSON.stringify(one?.events)).toBe(JSON.stringify(two?.events));
    }),
    { numRuns: 60 },
  );
});

test("the 25,000th event is the failure of an execution that turns in a circle", async () => {
  const machine = { StartAt: "A", States: { A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", Next: "A" } } };
  const { status, error, cause, events } = await simulate(machine);
  expect({ status, error, cause }).toEqual({
    status: "FAILED",
    error: "States.Runtime",
    cause: "The execution reached the maximum number of history events (25000).",
  });
  expect(events.length).toBe(25_000);
  expect(events.at(-1)?.type).toBe("ExecutionFailed");
});

test("a child that keeps no history and turns in a circle ends as well", async () => {
  const circle = { StartAt: "A", States: { A: { Type: "Pass", Next: "A" } } };
  const config = { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } };
  const machine = chain({ Map: { Type: "Map", ItemProcessor: { ...circle, ...config } } });
  expect(await simulate(machine, [1])).toMatchObject({
    status: "FAILED",
    error: "States.ExceedToleratedFailureThreshold",
  });
});

test("a chain of 12,000 states needs no stack", async () => {
  const states = Object.fromEntries(Array.from({ length: 12_000 }, (_, n) => [`S${n}`, { Type: "Pass" }]));
  expect(await simulate(chain(states), "x")).toMatchObject({ status: "SUCCEEDED", output: "x" });
});

test("the history of an execution whose time is up names the error, its outcome does not", async () => {
  const { status, error, cause, events, ms } = await simulate(
    chain({ Wait: { Type: "Wait", Seconds: 100 } }, { TimeoutSeconds: 10 }),
  );
  expect({ status, error, cause, ms }).toEqual({ status: "TIMED_OUT", error: undefined, cause: undefined, ms: 10_000 });
  expect(events.at(-1)).toMatchObject({
    type: "ExecutionTimedOut",
    executionTimedOutEventDetails: { error: "States.Timeout" },
  });
});

test("an EXPRESS execution ends after 5 minutes", async () => {
  const machine = chain({ Wait: { Type: "Wait", Seconds: 301 } }, { TimeoutSeconds: 600 });
  expect(await simulate(machine, {}, { type: "EXPRESS" })).toMatchObject({ status: "TIMED_OUT", ms: 300_000 });
});
