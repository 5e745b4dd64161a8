import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Blocks } from "../../../lib/adapters/journal/disk/blocks.js";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import type { Application, StateMachineSource } from "../../../lib/definition/application.js";
import type { JsonObject } from "../../../lib/json.js";
import { JsonText } from "../../../lib/json.js";
import { DataFolder } from "../../../lib/local/record/data-folder.js";
import { RunRecord } from "../../../lib/local/record/run-record.js";
import { LocalSession } from "../../../lib/local/session.js";

const folder = mkdtempSync(join(tmpdir(), "fanout-resume-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ARN = "arn:aws:states:us-east-1:000000000000:execution:machine:name";
const ITEMS = 12;
const lambda = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
const retry = [{ ErrorEquals: ["Flaky"], IntervalSeconds: 1, MaxAttempts: 3 }];

const application: Application = {
  stateMachines: [],
  functions: ["before", "first", "second", "after"].map((name) => ({
    name,
    arn: lambda(name),
    code: { kind: "module", path: name },
    handler: "handler",
    environment: {},
    memoryMB: 128,
  })),
  buckets: [],
  account: "000000000000",
  region: "us-east-1",
};

/** A task, a map run of children with two tasks, another map run, and a task. */
function machine(executionType: string): StateMachineSource {
  const task = (name: string, rest: JsonObject) => ({ Type: "Task", Resource: lambda(name), Retry: retry, ...rest });
  const map = (states: JsonObject, rest: JsonObject) => ({
    Type: "Map",
    ItemProcessor: {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: executionType },
      StartAt: Object.keys(states)[0] as string,
      States: states,
    },
    ResultPath: null,
    ...rest,
  });
  const definition: JsonObject = {
    StartAt: "Before",
    States: {
      Before: task("before", { Next: "One" }),
      One: map(
        { A: task("first", { Next: "B" }), B: task("second", { End: true }) },
        { Next: "Two", MaxConcurrency: 3 },
      ),
      Two: map({ C: { Type: "Wait", Seconds: 5, Next: "D" }, D: task("first", { End: true }) }, { Next: "After" }),
      After: task("after", { End: true }),
    },
  };
  const { account, region } = application;
  return {
    name: "machine",
    arn: `arn:aws:states:${region}:${account}:stateMachine:machine`,
    type: "STANDARD",
    roleArn: `arn:aws:iam::${account}:role/machine`,
    definition,
    file: "machine.asl.json",
  };
}

/** A map run whose children are map runs themselves. */
function nested(): StateMachineSource {
  const source = machine("STANDARD");
  const distributed = (type: string, states: JsonObject, rest: JsonObject) => ({
    Type: "Map",
    End: true,
    ItemProcessor: {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: type },
      StartAt: Object.keys(states)[0] as string,
      States: states,
    },
    ...rest,
  });
  const call = { Type: "Task", Resource: lambda("first"), End: true };
  const pair = { ItemsPath: "$.pair" };
  const inner = distributed("EXPRESS", { Call: call }, pair);
  const make = { Type: "Pass", Parameters: { "pair.$": "States.Array($, $)" }, Next: "Inner" };
  const definition = { StartAt: "Outer", States: { Outer: distributed("STANDARD", { Make: make, Inner: inner }, {}) } };
  return { ...source, definition };
}

interface Told {
  readonly status: string;
  readonly output: string | undefined;
  readonly lines: readonly string[];
  /** Calls by function and item. */
  readonly calls: readonly string[];
  readonly succeeded: number;
}

/**
 * Runs, or goes on with, the run in a folder, to its end. With `inPieces` what happened is on the disk before a handler
 * answers, so that the journal has many blocks.
 */
async function run(path: string, stateMachine: StateMachineSource, inPieces = false): Promise<Told> {
  const data = DataFolder.open(path);
  const record = await RunRecord.open(data, (error) => {
    throw error;
  });
  const lines: string[] = [];
  const calls: string[] = [];
  const handler = (name: string) => async (event: unknown) => {
    calls.push(`${name} ${JSON.stringify(event)}`);
    await (inPieces ? record.flush() : new Promise(setImmediate));
    return event;
  };
  const session = new LocalSession({
    application,
    stateMachine,
    input: new JsonText(JSON.stringify(Array.from({ length: ITEMS }, (_, id) => id))),
    stores: { out: memoryStore() },
    backend: "event-loop",
    handlers: Object.fromEntries(application.functions.map(({ name }) => [name, handler(name)])),
    virtualTime: true,
    record,
    onOrderedLines: (line) => {
      lines.push(line);
    },
  });
  try {
    const { outcome, summary } = await session.run();
    await record.flush();
    const output = outcome.status === "SUCCEEDED" ? outcome.output.text : undefined;
    return { status: outcome.status, output, lines, calls, succeeded: summary.items.succeeded };
  } finally {
    await session.close();
    data.release();
  }
}

const LINES = ["One", "Two"].flatMap((state) =>
  Array.from({ length: ITEMS }, (_, id) => `{"state":"${state}","index":${id},"status":"SUCCEEDED","output":${id}}`),
);

/** Where the blocks of a journal end. */
function endsOf(path: string): readonly number[] {
  const blocks = new Blocks(join(path, "journal"));
  const ends: number[] = [];
  let offset = blocks.first ?? 0;
  for (let block = blocks.at(offset); block !== undefined; block = blocks.at(offset)) {
    offset += block.length;
    ends.push(offset);
  }
  blocks.close();
  return ends;
}

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
  const whole = join(folder, executionType);
  let sizes: readonly number[] = [];
  let made = 0;

  beforeAll(async () => {
    mkdirSync(whole);
    DataFolder.begin(whole, { directory: ".", command: {}, execution: ARN, definition: "" }).release();
    const told = await run(whole, machine(executionType), true);
    expect(told).toMatchObject({ status: "SUCCEEDED", lines: LINES, succeeded: 2 * ITEMS });
    expect(told.calls).toHaveLength(3 * ITEMS + 2);
    sizes = endsOf(whole);
  });

  /** A copy of the folder with the first `size` bytes of the journal. */
  function cutAt(size: number): string {
    const path = join(folder, `${executionType}-${made++}`);
    cpSync(whole, path, { recursive: true });
    truncateSync(join(path, "journal"), size);
    return path;
  }

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
    for (const size of [0, 17, ...sizes]) await goesOn(cutAt(size));
  });

  it("ends as if nothing had happened, cut again and again at any byte", async () => {
    const all = readFileSync(join(whole, "journal")).length;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: all }), { minLength: 1, maxLength: 3 }), async (cuts) => {
        const path = cutAt(cuts[0] ?? 0);
        for (const cut of cuts.slice(1)) {
          await run(path, machine(executionType));
          truncateSync(join(path, "journal"), Math.min(cut, readFileSync(join(path, "journal")).length));
        }
        await goesOn(path);
      }),
      { numRuns: 25 },
    );
  });
});

it("goes on with map runs inside the children of a map run, at whatever block it is cut", async () => {
  const whole = join(folder, "nested");
  mkdirSync(whole);
  DataFolder.begin(whole, { directory: ".", command: {}, execution: ARN, definition: "" }).release();
  const told = await run(whole, nested(), true);
  const lines = Array.from({ length: ITEMS }, (_, id) => `{"index":${id},"status":"SUCCEEDED","output":[${id},${id}]}`);
  expect(told).toMatchObject({ status: "SUCCEEDED", lines });
  expect(told.calls).toHaveLength(2 * ITEMS);
  let most = 2 * ITEMS;
  for (const [at, size] of endsOf(whole).entries()) {
    const path = join(folder, `nested-${at}`);
    cpSync(whole, path, { recursive: true });
    truncateSync(join(path, "journal"), size);
    const again = await run(path, nested());
    expect(again).toMatchObject({ status: "SUCCEEDED", lines });
    // The more is recorded, the less is called.
    expect(again.calls.length).toBeLessThanOrEqual(most);
    most = again.calls.length;
  }
  expect(most).toBe(0);
});
