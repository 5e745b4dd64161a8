import { describe, expect, test } from "vitest";
import { memoryStore } from "../../lib/adapters/store/memory.js";
import type { ChildRecord } from "../../lib/run/items.js";
import { child, ID, openFiles, read, source, written } from "./written.js";

/** Every third child fails; the items are their numbers. */
const children = (count: number): ChildRecord[] =>
  Array.from({ length: count }, (_, at) => child(at, at, at % 3 === 2 ? undefined : at * 2));
const numbers = (count: number) => source(...Array.from({ length: count }, (_, at) => at));
const shown = (count: number) =>
  Array.from({ length: count }, (_, at) => [at, String(at), at % 3 === 2 ? "FAILED" : "SUCCEEDED"]);
const show = (results: Awaited<ReturnType<typeof read>>) =>
  results.map(({ index, input, status }) => [index, input, status]);

/** Children as a map run of AWS names them: by a rule that is not known. */
const foreign = (records: readonly ChildRecord[]) =>
  records.map((record, at) => ({ ...record, name: `0a1b2c3d-0000-3000-8000-${String(999 - at).padStart(12, "0")}` }));

describe("the order of the items is restored", () => {
  test("by the names that a run on this machine gives", async () => {
    const run = await openFiles(await written(children(50)));
    expect(show(await read(run, { ordered: true }))).toEqual(shown(50));
  });

  test("by the items, whatever the children are called", async () => {
    const run = await openFiles(await written(foreign(children(50))));
    expect(show(await read(run, { items: numbers(50) }))).toEqual(shown(50));
  });

  test("by the items where there are outputs alone, which get their input", async () => {
    const run = await openFiles(await written(children(50), { transformation: "COMPACT", outputType: "JSON" }));
    expect(show(await read(run, { items: numbers(50) }))).toEqual(shown(50));
  });

  test("by the items of batches", async () => {
    const outcome = (output: number) => ({ status: "succeeded", output });
    const batches = [
      child(0, { Items: [0, 1] }, [outcome(0), outcome(1)]),
      child(1, { Items: [2, 3] }),
      child(2, { Items: [4] }, [outcome(4)]),
    ];
    for (const transformation of ["NONE", "COMPACT"] as const) {
      const run = await openFiles(await written(batches, { transformation }));
      const results = await read(run, { items: numbers(5) });
      expect(show(results)).toEqual(
        [0, 1, 2, 3, 4].map((at) => [at, String(at), at === 2 || at === 3 ? "FAILED" : "SUCCEEDED"]),
      );
    }
  });

  test("with what was not started at the end", async () => {
    const all = [
      ...children(4),
      child(4, 4, undefined, { status: "PENDING" }),
      child(5, 5, undefined, { status: "PENDING" }),
    ];
    const run = await openFiles(await written(all));
    const statuses = ["SUCCEEDED", "SUCCEEDED", "FAILED", "SUCCEEDED", "UNPROCESSED", "UNPROCESSED"];
    for (const options of [{ ordered: true }, { items: numbers(6) }]) {
      expect((await read(run, options)).map(({ index, status }) => [index, status])).toEqual([...statuses.entries()]);
    }
  });

  test("by sorting where the files are in no order, spilling to disk", async () => {
    const mixed = children(300).sort((a, b) => ((a.index * 7919) % 300) - ((b.index * 7919) % 300));
    for (const options of [{ ordered: true }, { items: numbers(300) }]) {
      const run = await openFiles(await written(mixed));
      expect(show(await read(run, { ...options, limit: 2000, maxRuns: 3 }))).toEqual(shown(300));
    }
  });

  test("across the attempts of a redrive: what succeeded before, and what did then", async () => {
    const store = memoryStore({ b: {} });
    const ended = children(9);
    await written(ended, {}, store);
    const again = ended.filter(({ output }) => output === undefined).map(({ index }) => child(index, index, index * 2));
    // A redrive writes into a folder of its own; its manifest has the files of the attempts before it too.
    const other = await written(again, { prefix: "again" });
    await copy(other, `again/${ID}/SUCCEEDED_0.jsonl`, store, `results/${ID}/Redrive-1/SUCCEEDED_0.jsonl`);
    const first = (await store.head("b", `results/${ID}/SUCCEEDED_0.jsonl`)).size;
    const second = (await store.head("b", `results/${ID}/Redrive-1/SUCCEEDED_0.jsonl`)).size;
    await put(
      store,
      `results/${ID}/Redrive-1/manifest.json`,
      JSON.stringify({
        DestinationBucket: "b",
        MapRunArn: `arn:aws:states:eu-west-1:000000000000:mapRun:Fan/Tasks:${ID}`,
        ResultFiles: {
          FAILED: [],
          PENDING: [],
          SUCCEEDED: [
            { Key: `results/${ID}/SUCCEEDED_0.jsonl`, Size: first },
            { Key: `results/${ID}/Redrive-1/SUCCEEDED_0.jsonl`, Size: second },
          ],
        },
      }),
    );
    // The folder of the run stands for its last attempt.
    const results = await read(await openFiles(store), { ordered: true });
    expect(results.map(({ index, output }) => [index, output])).toEqual(
      Array.from({ length: 9 }, (_, at) => [at, String(at * 2)]),
    );
    const before = await read(await openFiles(store, `results/${ID}/manifest.json`), { ordered: true });
    expect(show(before)).toEqual(shown(9));
  });
});

test("an attempt that left an empty file is passed over", async () => {
  const store = await written(children(6));
  const key = `results/${ID}/manifest.json`;
  const empty = `results/${ID}/Redrive-1/SUCCEEDED_0.json`;
  await put(store, empty, "");
  let text = "";
  for await (const chunk of (await store.get("b", key)).body) text += Buffer.from(chunk);
  await put(store, key, text.replace('"SUCCEEDED":[', `"SUCCEEDED":[{"Key":"${empty}","Size":0},`));
  expect(show(await read(await openFiles(store), { ordered: true }))).toEqual(shown(6));
});

test("results that are at hand get their input from the items, and refuse other ones", async () => {
  const run = {
    kind: "children" as const,
    children: [
      { status: "SUCCEEDED" as const, output: "2" },
      { status: "FAILED" as const, input: "1", error: { name: "E", message: "m" } },
      { status: "SUCCEEDED" as const, output: "4" },
    ],
  };
  expect((await read(run, { items: numbers(3) })).map(({ input }) => input)).toEqual(["0", "1", "2"]);
  await expect(read(run, { items: source(7, 8, 9) })).rejects.toThrow(
    /outputs alone are among results that are of none/,
  );
});

describe("an order that cannot be restored is said to be lost", () => {
  const refused = async (records: readonly ChildRecord[], config: object, options: object) =>
    read(await openFiles(await written(records, config)), options).then(
      () => "no error",
      (error: Error) => error.message,
    );

  test.each([
    [
      "names of AWS, and no items",
      foreign(children(9)),
      {},
      { ordered: true },
      /the names of its children do not tell it; --items/,
    ],
    [
      "outputs alone, and no items",
      children(9),
      { transformation: "COMPACT" },
      { ordered: true },
      /outputs alone; --items/,
    ],
    [
      "items that children did not get as they are",
      foreign(children(9)),
      {},
      { items: source(...Array(9).fill({ a: 1 })) },
      /the input of the child .* is none of the items of items\.jsonl: 2/,
    ],
    [
      "fewer items than results",
      children(4),
      { transformation: "COMPACT" },
      { items: numbers(3) },
      /more outputs than items/,
    ],
    [
      "more items than results",
      children(4),
      { transformation: "COMPACT" },
      { items: numbers(5) },
      /more items than results/,
    ],
    [
      "equal items of which some failed",
      [child(0, "a", 1), child(1, "a")],
      {},
      { items: source("a", "a") },
      /equal items/,
    ],
  ])("%s", async (_why, records, config, options, message) => {
    const text = await refused(records as readonly ChildRecord[], config, options);
    expect(text).toMatch(/^the order of the items cannot be restored: /);
    expect(text).toMatch(message);
  });
});

async function put(store: ReturnType<typeof memoryStore>, key: string, content: string | Uint8Array): Promise<void> {
  const writer = await store.put("b", key);
  await writer.write(content);
  await writer.close();
}

async function copy(from: ReturnType<typeof memoryStore>, key: string, to: ReturnType<typeof memoryStore>, as: string) {
  for await (const chunk of (await from.get("b", key)).body) await put(to, as, chunk);
}
