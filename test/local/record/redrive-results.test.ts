import { afterAll, describe, expect, it } from "vitest";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import type { StateMachineSource } from "../../../lib/definition/application.js";
import type { ObjectStore } from "../../../lib/run/ports.js";
import { modeOf, resultsIn, sizeOrNone } from "../../support/recorded-redrive.js";
import { endsOf, IDS, map, RunFolders, run, source, task } from "../../support/recorded-run.js";

const folders = new RunFolders();
afterAll(() => folders.remove());

/** A map run whose children take their time, and which runs out of it. */
function slow(executionType: string): StateMachineSource {
  const states = { Call: task("first", { Next: "Sleep" }), Sleep: { Type: "Wait", Seconds: 4, End: true } };
  const ResultWriter = { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "out", Prefix: "p" } };
  return source({
    StartAt: "Two",
    TimeoutSeconds: 10,
    States: { Two: map(executionType, states, { MaxConcurrency: 2, ResultWriter, End: true }) },
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

describe.each(["STANDARD", "EXPRESS"])("the result files of a map run of %s children", (executionType) => {
  it("have each success once, whatever process was killed between the end of its execution and its manifest", async () => {
    const stateMachine = slow(executionType);
    const path = folders.begin();
    const puts: Put[] = [];
    const store = toldStore(path, puts);
    const statuses: string[] = [];
    while (statuses.at(-1) !== "SUCCEEDED") {
      statuses.push((await run(path, stateMachine, { store, mode: modeOf(path), inPieces: true })).status);
    }
    expect(statuses.length).toBeGreaterThan(2);
    for (const end of endsOf(path)) {
      const cut = folders.copyOf(path, end);
      const out = storeAt(puts, end - 1);
      let last = await run(cut, stateMachine, { store: out, mode: modeOf(cut) });
      while (last.status !== "SUCCEEDED") last = await run(cut, stateMachine, { store: out, mode: modeOf(cut) });
      expect(await resultsIn(out, last.output)).toEqual(IDS);
    }
  });
});
