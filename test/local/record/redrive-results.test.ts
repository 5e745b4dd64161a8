import { buffer } from "node:stream/consumers";
import { afterAll, describe, expect, it } from "vitest";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import type { StateMachineSource } from "../../../lib/definition/application.js";
import { DataFolder } from "../../../lib/local/record/data-folder.js";
import type { ObjectStore } from "../../../lib/run/ports.js";
import { recordedEnd } from "../../../lib/run/recorded-end.js";
import { count, historiesIn, modeOf, resultsIn, sizeOrNone } from "../../support/recorded-redrive.js";
import { endsOf, IDS, map, RunFolders, run, source, task } from "../../support/recorded-run.js";

const folders = new RunFolders();
afterAll(() => folders.remove());

const ResultWriter = { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "out", Prefix: "p" } };

/** A map run whose children take their time, and which runs out of it. */
function slow(executionType: string): StateMachineSource {
  const states = { Call: task("first", { Next: "Sleep" }), Sleep: { Type: "Wait", Seconds: 4, End: true } };
  return source({
    StartAt: "Two",
    TimeoutSeconds: 10,
    States: { Two: map(executionType, states, { MaxConcurrency: 2, ResultWriter, End: true }) },
  });
}

/** A map run of children with two tasks. */
function twoTasks(): StateMachineSource {
  const states = { One: task("first", { Next: "Other" }), Other: task("second", { End: true }) };
  return source({
    StartAt: "Two",
    States: { Two: map("STANDARD", states, { MaxConcurrency: 3, ResultWriter, End: true }) },
  });
}

/** An object as it was put, and the size that the journal of the run had by then. */
interface Put {
  readonly key: string;
  readonly text: string;
  readonly journal: number;
}

/** A store that tells what is put into it. */
function toldStore(path: string, puts: Put[]): ObjectStore {
  const store = memoryStore({ out: {} });
  return {
    ...store,
    put: async (bucket, key) => {
      const object = await store.put(bucket, key);
      let text = "";
      return {
        ...object,
        write: async (chunk) => {
          text += chunk.toString();
          await object.write(chunk);
        },
        close: async () => {
          puts.push({ key, text, journal: sizeOrNone(path) });
          return object.close();
        },
      };
    },
  };
}

/** The store as it was when the journal had `size` bytes. */
function storeAt(puts: readonly Put[], size: number): ObjectStore {
  const there = puts.filter(({ journal }) => journal <= size).map(({ key, text }) => [key, text] as const);
  return memoryStore({ out: Object.fromEntries(there) });
}

/** The same beside a branch that fails some time later. */
function besideFailure(executionType: string): StateMachineSource {
  const states = { Call: task("first", { Next: "Sleep" }), Sleep: { Type: "Wait", Seconds: 4, End: true } };
  const Two = map(executionType, states, { MaxConcurrency: 2, ResultWriter, End: true });
  const later = { Sleep: { Type: "Wait", Seconds: 10, Next: "Call" }, Call: task("one", { End: true }) };
  const Branches = [
    { StartAt: "Sleep", States: later },
    { StartAt: "Two", States: { Two } },
  ];
  const first = { StartAt: "Both", States: { Both: { Type: "Parallel", Branches, OutputPath: "$[1]", End: true } } };
  return source(first);
}

/** Redrives that took place, by the history of a run. */
const redrivesOf = (path: string) => count(historiesIn(path).root, "ExecutionRedriven");

/** Whether the attempt that a run is at has written its manifest. */
async function hasManifest(path: string, store: ObjectStore): Promise<boolean> {
  const redrives = redrivesOf(path);
  for await (const { key } of store.list("out", "p/")) {
    if (key.endsWith(redrives === 0 ? "/manifest.json" : `/Redrive-${redrives}/manifest.json`)) return true;
  }
  return false;
}

const hasEnded = (path: string) => recordedEnd(historiesIn(path).root) !== undefined;

const MACHINES = Object.entries({
  "runs out of time": slow,
  "is stopped by the failure of another branch": besideFailure,
});

describe.each(["STANDARD", "EXPRESS"])("the result files of a map run of %s children", (executionType) => {
  it.each(MACHINES)("that %s are there, with each success once, wherever a process was killed", async (_, machine) => {
    const stateMachine = machine(executionType);
    const path = folders.begin();
    const puts: Put[] = [];
    const store = toldStore(path, puts);
    const fails = (at: string) => (call: string) => call.startsWith("one") && redrivesOf(at) < 2;
    const statuses: string[] = [];
    while (statuses.at(-1) !== "SUCCEEDED") {
      const how = { mode: modeOf(path), fails: fails(path), inPieces: true };
      statuses.push((await run(path, stateMachine, { store, ...how })).status);
    }
    expect(statuses.length).toBeGreaterThan(2);
    for (const end of endsOf(path)) {
      const cut = folders.copyOf(path, end);
      const out = storeAt(puts, end - 1);
      if (hasEnded(cut)) expect(await hasManifest(cut, out)).toBe(true);
      for (let status = ""; status !== "SUCCEEDED"; ) {
        const told = await run(cut, stateMachine, { store: out, mode: modeOf(cut), fails: fails(cut) });
        status = told.status;
        expect(await hasManifest(cut, out)).toBe(true);
        if (status === "SUCCEEDED") expect(await resultsIn(out, told.output)).toEqual(IDS);
      }
    }
  });

  it("have the successes of an attempt whose files could not be written", async () => {
    const stateMachine = slow(executionType);
    const path = folders.begin();
    const out = memoryStore({ out: {} });
    const full = (): never => {
      throw new Error("the disk is full");
    };
    const failing: ObjectStore = {
      ...out,
      put: async (bucket, key) => ({
        ...(await out.put(bucket, key)),
        ...(key.includes("SUCC") ? { close: full } : {}),
      }),
    };
    expect(await run(path, stateMachine, { store: out })).toMatchObject({ status: "TIMED_OUT" });
    expect(await run(path, stateMachine, { store: failing, mode: "redrive" })).toMatchObject({ status: "TIMED_OUT" });
    let last = await run(path, stateMachine, { store: out, mode: "redrive" });
    while (last.status !== "SUCCEEDED") last = await run(path, stateMachine, { store: out, mode: "redrive" });
    expect(await resultsIn(out, last.output)).toEqual(IDS);
  });
});

it("a result file is there when all that it says is in the journal", async () => {
  const path = folders.begin();
  const puts: Put[] = [];
  await run(path, twoTasks(), { store: toldStore(path, puts) });
  expect(puts.map(({ key }) => key.replace(/.*\//, ""))).toEqual(["SUCCEEDED_0.json", "manifest.json"]);
  for (const { journal } of puts) {
    const data = DataFolder.open(folders.copyOf(path, journal));
    expect(data.left?.mapRuns[0]?.succeeded).toBe(IDS.length);
    data.release();
  }
});

interface Redriven {
  readonly Input: string;
  readonly Status: string;
  readonly RedriveCount: number;
  readonly RedriveDate?: string;
}

/** The records in the result files of the last attempt that wrote some. */
async function lastRecords(store: ObjectStore): Promise<readonly Redriven[]> {
  const keys: string[] = [];
  for await (const { key } of store.list("out", "p/")) if (key.endsWith("manifest.json")) keys.push(key);
  const read = async (key: string) => JSON.parse((await buffer((await store.get("out", key)).body)).toString());
  const { ResultFiles } = await read(keys.find((key) => key.includes(`Redrive-${keys.length - 1}/`)) ?? keys[0] ?? "");
  const records: Redriven[] = [];
  for (const { Key } of [...ResultFiles.SUCCEEDED, ...ResultFiles.FAILED]) records.push(...(await read(Key)));
  return records;
}

it("the results of children say when and how often they were redriven, whenever a redrive was killed", async () => {
  const failed = folders.begin();
  const puts: Put[] = [];
  const store = toldStore(failed, puts);
  const stateMachine = twoTasks();
  const attempts = [["second 4", "second 5"], ["second 5", "second 8"], []];
  const fails = (attempt: number) => (call: string) => attempts[attempt]?.includes(call) === true;
  for (const attempt of attempts.keys()) {
    const how = { mode: modeOf(failed), fails: fails(attempt), inPieces: true };
    const { status } = await run(failed, stateMachine, { store, ...how });
    expect(status).toBe(attempt === 2 ? "SUCCEEDED" : "FAILED");
  }
  let dates = 0;
  const check = async (path: string, out: ObjectStore) => {
    const { children } = historiesIn(path);
    for (const record of await lastRecords(out)) {
      const events = children[Number(record.Input)]?.filter(({ type }) => type === "ExecutionRedriven") ?? [];
      const date = events.at(-1)?.timestamp;
      expect(record).toMatchObject({ RedriveCount: events.length });
      expect(record.RedriveDate).toBe(date === undefined ? undefined : new Date(date).toISOString());
      if (date !== undefined) dates += 1;
    }
  };
  await check(failed, store);
  expect(dates).toBeGreaterThan(2);
  for (const end of endsOf(failed)) {
    const path = folders.copyOf(failed, end);
    const out = storeAt(puts, end - 1);
    for (let status = ""; status !== "SUCCEEDED"; ) {
      const redrives = count(historiesIn(path).root, "ExecutionRedriven");
      const mode = modeOf(path);
      const attempt = redrives + (mode === "redrive" ? 1 : 0);
      ({ status } = await run(path, stateMachine, { store: out, mode, fails: fails(attempt) }));
      await check(path, out);
    }
  }
});
