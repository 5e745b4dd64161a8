import { rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StateMachineSource } from "../../../lib/definition/application.js";
import type { JsonObject } from "../../../lib/json.js";
import { DataFolder } from "../../../lib/local/record/data-folder.js";
import { endsOf, IDS, ITEMS, map, nested, RunFolders, run, sizeOf, source, task } from "../../support/recorded-run.js";

const folders = new RunFolders();
afterAll(() => folders.remove());

const retry = [{ ErrorEquals: ["Flaky"], IntervalSeconds: 1, MaxAttempts: 3 }];

/** A task, a map run of children with two tasks, another map run, and a task. */
function machine(executionType: string): StateMachineSource {
  const call = (name: string, rest: JsonObject) => task(name, { Retry: retry, ...rest });
  const each = (states: JsonObject, rest: JsonObject) => map(executionType, states, { ResultPath: null, ...rest });
  const pair = { A: call("first", { Next: "B" }), B: call("second", { End: true }) };
  const late = { C: { Type: "Wait", Seconds: 5, Next: "D" }, D: call("first", { End: true }) };
  return source({
    StartAt: "Before",
    States: {
      Before: call("before", { Next: "One" }),
      One: each(pair, { Next: "Two", MaxConcurrency: 3 }),
      Two: each(late, { Next: "After" }),
      After: call("after", { End: true }),
    },
  });
}

const LINES = ["One", "Two"].flatMap((state) =>
  IDS.map((id) => `{"state":"${state}","index":${id},"status":"SUCCEEDED","output":${id}}`),
);

/** Successes of tasks that a journal has, by the state that scheduled them. */
async function successesIn(path: string): Promise<Set<string>> {
  const data = DataFolder.open(path);
  const found = new Set<string>();
  for (const { type, details } of data.left?.events ?? []) {
    if (type !== "TaskStateExited") continue;
    const before = JSON.stringify(details).includes('"Before"');
    found.add(`${before ? "before" : "after"} root`);
  }
  for (const left of data.left?.mapRuns ?? []) {
    const children = data.children(left);
    await children.load(0, ITEMS);
    for (let index = 0; index < ITEMS; index++) {
      const child = children.take(index);
      const tasks = left.note.stateName === "One" ? ["first", "second"] : ["first"];
      const done =
        child?.kind === "ended"
          ? tasks.length
          : (child?.events.filter(({ type }) => type === "LambdaFunctionSucceeded").length ?? 0);
      for (const task of tasks.slice(0, done)) found.add(`${left.note.stateName} ${task} ${index}`);
    }
  }
  data.release();
  return found;
}

describe.each(["STANDARD", "EXPRESS"])("a run of %s children, its journal cut anywhere", (executionType) => {
  let whole = "";
  let sizes: readonly number[] = [];

  beforeAll(async () => {
    whole = folders.begin();
    const told = await run(whole, machine(executionType), { inPieces: true });
    expect(told).toMatchObject({ status: "SUCCEEDED", lines: LINES, succeeded: 2 * ITEMS });
    expect(told.calls).toHaveLength(3 * ITEMS + 2);
    sizes = endsOf(whole);
  });

  async function goesOn(path: string): Promise<void> {
    const done = await successesIn(path);
    const told = await run(path, machine(executionType));
    expect(told).toMatchObject({ status: "SUCCEEDED", lines: LINES, succeeded: 2 * ITEMS });
    // What is recorded is not called again, and all that is not is called once.
    expect(told.calls).toHaveLength(3 * ITEMS + 2 - done.size);
    expect(await successesIn(path)).toHaveProperty("size", 3 * ITEMS + 2);
    rmSync(path, { recursive: true });
  }

  it("ends as if nothing had happened, after every one of its blocks", async () => {
    expect(sizes.length).toBeGreaterThan(10);
    for (const size of [0, 17, ...sizes]) await goesOn(folders.copyOf(whole, size));
  });

  it("ends as if nothing had happened, cut again and again at any byte", async () => {
    const all = sizeOf(whole);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: all }), { minLength: 1, maxLength: 3 }), async (cuts) => {
        const path = folders.copyOf(whole, cuts[0] ?? 0);
        for (const cut of cuts.slice(1)) {
          await run(path, machine(executionType));
          truncateSync(join(path, "journal"), Math.min(cut, sizeOf(path)));
        }
        await goesOn(path);
      }),
      { numRuns: 25 },
    );
  });
});

it("goes on with map runs inside the children of a map run, at whatever block it is cut", async () => {
  const whole = folders.begin();
  const stateMachine = nested({});
  const told = await run(whole, stateMachine, { inPieces: true });
  const lines = IDS.map((id) => `{"index":${id},"status":"SUCCEEDED","output":[${id},${id}]}`);
  expect(told).toMatchObject({ status: "SUCCEEDED", lines });
  expect(told.calls).toHaveLength(2 * ITEMS);
  let most = 2 * ITEMS;
  for (const size of endsOf(whole)) {
    const again = await run(folders.copyOf(whole, size), stateMachine);
    expect(again).toMatchObject({ status: "SUCCEEDED", lines });
    // The more is recorded, the less is called.
    expect(again.calls.length).toBeLessThanOrEqual(most);
    most = again.calls.length;
  }
  expect(most).toBe(0);
});
