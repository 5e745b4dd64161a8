import { rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import type { StateMachineSource } from "../../../lib/definition/application.js";
import type { JsonObject } from "../../../lib/json.js";
import { count, historiesIn, modeOf, resultsIn, sizeOrNone } from "../../support/recorded-redrive.js";
import {
  endsOf,
  IDS,
  ITEMS,
  map,
  nested,
  RunFolders,
  run,
  sizeOf,
  source,
  type Told,
  task,
} from "../../support/recorded-run.js";

const folders = new RunFolders();
afterAll(() => folders.remove());

/** A task, a map run, another one of children with two tasks whose results are files, and a task. */
function machine(executionType: string): StateMachineSource {
  const writer = { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "out", Prefix: "p" } };
  const kept = { ResultPath: null, MaxConcurrency: 3 };
  const children = { B: task("first", { Next: "C" }), C: task("second", { End: true }) };
  return source({
    StartAt: "Before",
    States: {
      Before: task("before", { Next: "One" }),
      One: map(executionType, { A: task("one", { End: true }) }, { ...kept, Next: "Two" }),
      Two: map(executionType, children, { MaxConcurrency: 3, ResultWriter: writer, Next: "After" }),
      After: task("after", { End: true }),
    },
  });
}

const LINES = ["One", "Two"].flatMap((state) =>
  IDS.map((id) => `{"state":"${state}","index":${id},"status":"SUCCEEDED","output":${id}}`),
);

/** The items of the map run Two that succeeded, by the lines of a run. */
function idsOf(lines: readonly string[]): readonly number[] {
  return IDS.filter((id) => lines.includes(`{"state":"Two","index":${id},"status":"SUCCEEDED","output":${id}}`));
}

describe.each(["STANDARD", "EXPRESS"])("a run of %s children that failed", (executionType) => {
  const stateMachine = machine(executionType);
  const store = memoryStore({ out: {} });
  const fails = (call: string) => call === "second 4" || call === "second 5";
  let failed = "";
  let redriven = "";
  let first: Told;
  let told: Told;

  beforeAll(async () => {
    failed = folders.begin();
    first = await run(failed, stateMachine, { store, fails, inPieces: true });
    expect(first.status).toBe("FAILED");
    expect(first.lines.length).toBeLessThan(LINES.length);
    redriven = folders.copyOf(failed);
    told = await run(redriven, stateMachine, { store, mode: "redrive", inPieces: true });
  });

  it("is redriven: only what failed and what never started is run, and the results are those of the whole run", async () => {
    expect(told).toMatchObject({ status: "SUCCEEDED", lines: LINES, succeeded: 2 * ITEMS });
    expect(await resultsIn(store, told.output)).toEqual(IDS);
    const again = told.calls.map((call) => call.split(" ")[0]);
    expect(again).not.toContain("before");
    expect(again).not.toContain("one");
    const kept = idsOf(first.lines);
    expect(kept.length).toBeGreaterThan(2);
    for (const id of IDS) expect(told.calls.includes(`second ${id}`)).toBe(!kept.includes(id));
    expect(told.calls.includes("first 4")).toBe(executionType === "EXPRESS");
    expect(new Set(told.calls).size).toBe(told.calls.length);
  });

  it("has one history, before and after", () => {
    const { root, children } = historiesIn(redriven);
    expect(root.map(({ id }) => id)).toEqual(root.map((_, at) => at + 1));
    for (const type of ["ExecutionFailed", "ExecutionRedriven", "MapRunRedriven", "ExecutionSucceeded"]) {
      expect(count(root, type)).toBe(1);
    }
    for (const events of children) {
      expect(events.map(({ id }) => id)).toEqual(events.map((_, at) => at + 1));
      if (executionType === "STANDARD") expect(events.at(-1)?.type).toBe("ExecutionSucceeded");
    }
    expect(count(children[4] ?? [], "ExecutionRedriven")).toBe(executionType === "STANDARD" ? 1 : 0);
    expect(count(children[0] ?? [], "ExecutionRedriven")).toBe(0);
  });

  it("whose redrive was killed, after any block, goes on as if nothing had happened", async () => {
    const ends = endsOf(redriven).filter((end) => end > sizeOf(failed));
    expect(ends.length).toBeGreaterThan(5);
    let most = told.calls.length;
    for (const end of ends) {
      const path = folders.copyOf(redriven, end);
      const again = await run(path, stateMachine, { store, mode: modeOf(path) });
      expect(again).toMatchObject({ status: "SUCCEEDED", lines: LINES, succeeded: 2 * ITEMS });
      expect(await resultsIn(store, again.output)).toEqual(IDS);
      // The more is recorded, the less is called.
      expect(again.calls.length).toBeLessThanOrEqual(most);
      most = again.calls.length;
      const { root, children } = historiesIn(path);
      expect([count(root, "ExecutionRedriven"), count(root, "MapRunRedriven")]).toEqual([1, 1]);
      for (const events of children) {
        expect(events.map(({ id }) => id)).toEqual(events.map((_, at) => at + 1));
        expect(count(events, "ExecutionRedriven")).toBeLessThan(2);
      }
    }
    expect(most).toBe(0);
  });

  it("goes on whatever fails, however often it is redriven and wherever it is killed", async () => {
    const call = fc.tuple(fc.constantFrom("one", "first", "second"), fc.nat({ max: ITEMS - 1 }));
    const attempt = fc.record({
      failing: fc.array(fc.oneof(call, fc.constantFrom(["before"], ["after"])), { maxLength: 4 }),
      // Of what the attempt has recorded, the part that is lost.
      lost: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    });
    const runs = fc.asyncProperty(fc.array(attempt, { minLength: 1, maxLength: 5 }), async (attempts) => {
      const path = folders.begin();
      const out = memoryStore({ out: {} });
      const succeeded = new Set<string>();
      for (const { failing, lost } of attempts) {
        const bad = (made: string) => failing.some((words) => made.startsWith(words.join(" ")) && made !== "second 10");
        const size = sizeOrNone(path);
        const { calls, lines } = await run(path, stateMachine, { store: out, mode: modeOf(path), fails: bad });
        for (const made of calls) expect(succeeded).not.toContain(made);
        if (lost === null) for (const id of idsOf(lines)) succeeded.add(`second ${id}`);
        if (lost !== null)
          truncateSync(join(path, "journal"), Math.ceil(size + (sizeOrNone(path) - size) * (1 - lost)));
      }
      let last = await run(path, stateMachine, { store: out, mode: modeOf(path) });
      if (last.status !== "SUCCEEDED") last = await run(path, stateMachine, { store: out, mode: "redrive" });
      expect(last).toMatchObject({ status: "SUCCEEDED", lines: LINES, succeeded: 2 * ITEMS });
      expect(await resultsIn(out, last.output)).toEqual(IDS);
      rmSync(path, { recursive: true });
    });
    await fc.assert(runs, { numRuns: 40 });
  });
});

/** Two map runs side by side, and one that is tried twice. */
function sideBySide(executionType: string): StateMachineSource {
  const branch = (name: string, call: string, rest: JsonObject): JsonObject => ({
    StartAt: name,
    States: {
      [name]: map(executionType, { Call: task(call, { End: true }) }, { MaxConcurrency: 2, ...rest, End: true }),
    },
  });
  const retry = [{ ErrorEquals: ["States.ALL"], MaxAttempts: 1, IntervalSeconds: 1 }];
  const branches = [branch("One", "one", {}), branch("Two", "first", { Retry: retry })];
  return source({ StartAt: "Both", States: { Both: { Type: "Parallel", Branches: branches, End: true } } });
}

it.each(["STANDARD", "EXPRESS"])("redrives map runs that were stopped because another failed (%s)", async (type) => {
  const store = memoryStore();
  const failed = folders.begin();
  const fails = (call: string) => call === "first 7";
  const first = await run(failed, sideBySide(type), { store, fails, inPieces: true });
  expect(first.status).toBe("FAILED");
  const redriven = folders.copyOf(failed);
  const told = await run(redriven, sideBySide(type), { store, mode: "redrive", inPieces: true });
  expect(told.status).toBe("SUCCEEDED");
  // Of the map run that was tried again, both tries are in the results, as they would be without a redrive.
  const succeeded = (lines: readonly string[]) =>
    [...new Set(lines.filter((line) => line.includes("SUCCEEDED")))].sort();
  expect(succeeded(told.lines)).toEqual([...LINES].sort());
  const kept = first.calls.filter((call) => call.startsWith("one"));
  expect(kept.length).toBeGreaterThan(0);
  for (const end of endsOf(redriven).filter((size) => size > sizeOf(failed))) {
    const path = folders.copyOf(redriven, end);
    const again = await run(path, sideBySide(type), { store, mode: modeOf(path) });
    expect(again).toMatchObject({ status: "SUCCEEDED", output: told.output });
    expect([...again.lines].sort()).toEqual([...told.lines].sort());
  }
});

it("redrives what ran out of time, which has its whole time once more", async () => {
  const store = memoryStore();
  const states = { Call: task("first", { Next: "Sleep" }), Sleep: { Type: "Wait", Seconds: 4, End: true } };
  const stateMachine = source({
    StartAt: "Each",
    TimeoutSeconds: 30,
    States: { Each: map("STANDARD", states, { MaxConcurrency: 1, End: true }) },
  });
  const path = folders.begin();
  const first = await run(path, stateMachine, { store });
  expect(first.status).toBe("TIMED_OUT");
  const lines = IDS.map((id) => `{"index":${id},"status":"SUCCEEDED","output":${id}}`);
  expect(first.lines.filter((line) => lines.includes(line)).length).toBeLessThan(ITEMS);
  const told = await run(path, stateMachine, { store, mode: "redrive" });
  expect(told).toMatchObject({ status: "SUCCEEDED", lines, succeeded: ITEMS });
  expect([...first.calls, ...told.calls].sort()).toEqual(IDS.map((id) => `first ${id}`).sort());
});

it("goes on with map runs inside the children of a map run, at whatever block its redrive was killed", async () => {
  const store = memoryStore();
  const failed = folders.begin();
  const fails = (call: string) => call === "first 5";
  const stateMachine = nested({ MaxConcurrency: 3 });
  expect(await run(failed, stateMachine, { store, fails, inPieces: true })).toMatchObject({ status: "FAILED" });
  const redriven = folders.copyOf(failed);
  const lines = IDS.map((id) => `{"index":${id},"status":"SUCCEEDED","output":[${id},${id}]}`);
  const told = await run(redriven, stateMachine, { store, mode: "redrive", inPieces: true });
  expect(told).toMatchObject({ status: "SUCCEEDED", lines });
  expect(told.calls).not.toContain("first 0");
  let most = told.calls.length;
  for (const end of endsOf(redriven).filter((size) => size > sizeOf(failed))) {
    const path = folders.copyOf(redriven, end);
    const again = await run(path, stateMachine, { store, mode: modeOf(path) });
    expect(again).toMatchObject({ status: "SUCCEEDED", lines });
    expect(again.calls.length).toBeLessThanOrEqual(most);
    most = again.calls.length;
  }
  expect(most).toBe(0);
});
