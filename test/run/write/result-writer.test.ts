import { describe, expect, test } from "vitest";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import type { ChildRecord } from "../../../lib/run/items.js";
import { type ObjectStore, ObjectStoreError } from "../../../lib/run/ports.js";
import { formatRecord } from "../../../lib/run/write/record.js";
import { ResultWriter, type ResultWriterConfig, ResultWriterError } from "../../../lib/run/write/result-writer.js";
import { childRecord } from "./records.js";

const ID = "0b5c3f2e-0000-4000-8000-000000000000";
const MAP_RUN_ARN = `arn:aws:states:eu-west-1:123456789012:mapRun:Fan/Tasks:${ID}`;
const FOLDER = `results/${ID}`;

const config = (changes: Partial<ResultWriterConfig> = {}): ResultWriterConfig => ({
  bucket: "b",
  prefix: "results",
  mapRunArn: MAP_RUN_ARN,
  transformation: "COMPACT",
  outputType: "JSON",
  ...changes,
});

const failed = childRecord({ status: "FAILED", output: undefined, error: "E" });
const pending = childRecord({ status: "PENDING", output: undefined });

/** What a finished writer leaves in an otherwise empty bucket: key -> content. */
async function write(
  changes: Partial<ResultWriterConfig>,
  records: Iterable<ChildRecord>,
): Promise<Record<string, string>> {
  const store = memoryStore({ b: {} });
  const writer = new ResultWriter(store, config(changes));
  for (const record of records) await writer.add(record);
  await writer.finish();
  return contentOf(store);
}

async function contentOf(store: ObjectStore): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const { key } of store.list("b", "")) {
    files[key] = "";
    for await (const chunk of (await store.get("b", key)).body) files[key] += Buffer.from(chunk);
  }
  return files;
}

describe("a redrive", () => {
  async function redriven(outputType: "JSON" | "JSONL", attempts: readonly (readonly ChildRecord[])[]) {
    const store = memoryStore({ b: {} });
    for (const [redriveCount, records] of attempts.entries()) {
      const writer = new ResultWriter(store, config({ outputType, redriveCount }));
      await writer.check();
      for (const record of records) await writer.add(record);
      await writer.finish();
    }
    return contentOf(store);
  }
  const manifestOf = (files: Record<string, string>, redrive: string) =>
    JSON.parse(files[`${FOLDER}/${redrive}manifest.json`] ?? "").ResultFiles as Record<string, { Key: string }[]>;

  test("has a folder of its own and leaves the files of earlier attempts as they are", async () => {
    const files = await redriven("JSON", [
      [childRecord({ output: "1" }), failed, pending],
      [childRecord({ output: "2" }), failed],
      [childRecord({ output: "3" })],
    ]);
    expect(files).toMatchObject({
      [`${FOLDER}/SUCCEEDED_0.json`]: "[1]",
      [`${FOLDER}/Redrive-1/SUCCEEDED_0.json`]: "[2]",
      [`${FOLDER}/Redrive-2/SUCCEEDED_0.json`]: "[3]",
    });
    expect(manifestOf(files, "Redrive-2/")).toEqual({
      FAILED: [],
      PENDING: [],
      SUCCEEDED: ["", "Redrive-1/", "Redrive-2/"].map((part) => ({
        Key: `${FOLDER}/${part}SUCCEEDED_0.json`,
        Size: 3,
      })),
    });
    expect(manifestOf(files, "Redrive-1/")["FAILED"]?.map(({ Key }) => Key)).toEqual([
      `${FOLDER}/Redrive-1/FAILED_0.json`,
    ]);
  });

  test("without a success writes an empty file when there were successes before", async () => {
    const attempts = [[childRecord({ output: "1" }), failed], [failed]];
    expect(await redriven("JSON", attempts)).toMatchObject({ [`${FOLDER}/Redrive-1/SUCCEEDED_0.json`]: "[]" });
    expect(await redriven("JSONL", attempts)).toMatchObject({ [`${FOLDER}/Redrive-1/SUCCEEDED_0.jsonl`]: "" });
    expect(await redriven("JSON", [[failed], [failed]])).not.toHaveProperty(`${FOLDER}/Redrive-1/SUCCEEDED_0.json`);
  });

  test("finds the last attempt that wrote a manifest", async () => {
    const store = memoryStore({ b: {} });
    const first = new ResultWriter(store, config());
    await first.add(childRecord({ output: "1" }));
    await first.finish();
    const third = new ResultWriter(store, config({ redriveCount: 2 }));
    await third.add(childRecord({ output: "3" }));
    await third.finish();
    expect(manifestOf(await contentOf(store), "Redrive-2/")["SUCCEEDED"]).toHaveLength(2);
  });
});

describe("files", () => {
  test("one for each class that has children, and a manifest that lists them", async () => {
    const timedOut = childRecord({ status: "TIMED_OUT", output: undefined });
    const records = [childRecord({ output: '{"é":1}' }), failed, childRecord({ output: "2" }), timedOut, pending];
    const files = await write({}, records);
    const [failures, pendings] = [`[${formatRecord(failed)},${formatRecord(timedOut)}]`, `[${formatRecord(pending)}]`];
    expect(files).toEqual({
      [`${FOLDER}/SUCCEEDED_0.json`]: '[{"é":1},2]',
      [`${FOLDER}/FAILED_0.json`]: failures,
      [`${FOLDER}/PENDING_0.json`]: pendings,
      [`${FOLDER}/manifest.json`]:
        `{"DestinationBucket":"b","MapRunArn":"${MAP_RUN_ARN}","ResultFiles":{` +
        `"FAILED":[{"Key":"${FOLDER}/FAILED_0.json","Size":${failures.length}}],` +
        `"PENDING":[{"Key":"${FOLDER}/PENDING_0.json","Size":${pendings.length}}],` +
        `"SUCCEEDED":[{"Key":"${FOLDER}/SUCCEEDED_0.json","Size":12}]}}`,
    });
  });

  test("no children leave a manifest alone", async () => {
    expect(await write({}, [])).toEqual({
      [`${FOLDER}/manifest.json`]: `{"DestinationBucket":"b","MapRunArn":"${MAP_RUN_ARN}","ResultFiles":{"FAILED":[],"PENDING":[],"SUCCEEDED":[]}}`,
    });
  });

  test("JSONL has a line for each result", async () => {
    const files = await write({ outputType: "JSONL", transformation: "FLATTEN" }, [
      childRecord({ output: '[1,{"of":1}]' }),
      childRecord({ output: "[]" }),
      childRecord({ output: "2" }),
    ]);
    expect(files[`${FOLDER}/SUCCEEDED_0.jsonl`]).toBe('1\n{"of":1}\n2\n');
  });

  test("NONE has the records", async () => {
    const files = await write({ transformation: "NONE" }, [childRecord()]);
    expect(files[`${FOLDER}/SUCCEEDED_0.json`]).toBe(`[${formatRecord(childRecord())}]`);
  });

  test.each([
    ["", ID],
    ["a/b", `a/b/${ID}`],
    ["a/", `a/${ID}`],
  ])("with prefix %j are below %s", async (prefix, folder) => {
    expect(Object.keys(await write({ prefix }, []))).toEqual([`${folder}/manifest.json`]);
  });

  test("finish tells where the manifest is", async () => {
    expect(await new ResultWriter(memoryStore(), config()).finish()).toEqual({
      bucket: "b",
      key: `${FOLDER}/manifest.json`,
    });
  });

  test("many results come whole and in order", async () => {
    const records = Array.from({ length: 50_000 }, (_, index) => childRecord({ output: `{"index":${index}}`, index }));
    const files = await write({}, records);
    const results: { index: number }[] = JSON.parse(files[`${FOLDER}/SUCCEEDED_0.json`] ?? "");
    expect(results.map(({ index }) => index)).toEqual(records.map(({ index }) => index));
  });
});

describe("maxFileBytes", () => {
  test.each([
    ["JSON", "json", ["[1,2,3]", "[4,5,6]", "[7]"]],
    ["JSONL", "jsonl", ["1\n2\n3\n", "4\n5\n6\n", "7\n"]],
  ] as const)("begins a new file of %s before it is passed", async (outputType, extension, contents) => {
    const records = [1, 2, 3, 4, 5, 6, 7].map((output) => childRecord({ output: String(output) }));
    const files = await write({ outputType, maxFileBytes: 7 }, records);
    expect(contents.map((_, index) => files[`${FOLDER}/SUCCEEDED_${index}.${extension}`])).toEqual(contents);
    const manifest = JSON.parse(files[`${FOLDER}/manifest.json`] ?? "");
    expect(manifest.ResultFiles.SUCCEEDED).toEqual(
      contents.map((content, index) => ({ Key: `${FOLDER}/SUCCEEDED_${index}.${extension}`, Size: content.length })),
    );
  });

  test("counts bytes, not characters, and gives a result that is too long a file of its own", async () => {
    const records = ['"éé"', "1", '"0123456789"', "2"].map((output) => childRecord({ output }));
    const files = await write({ maxFileBytes: 9 }, records);
    const contents = [0, 1, 2, 3].map((index) => files[`${FOLDER}/SUCCEEDED_${index}.json`]);
    expect(contents).toEqual(['["éé"]', "[1]", '["0123456789"]', "[2]"]);
  });
});

describe("before finish", () => {
  test("nothing is visible, and nothing is left when the results are given up", async () => {
    const store = memoryStore({ b: {} });
    const writer = new ResultWriter(store, config({ maxFileBytes: 300_000 }));
    for (let index = 0; index < 100; index++)
      await writer.add(childRecord({ output: JSON.stringify("x".repeat(10_000)) }));
    expect(await contentOf(store)).toEqual({});
    await writer.abort();
    expect(await contentOf(store)).toEqual({});
  });

  test("a slow store slows the run down: little is buffered", async () => {
    let release = () => {};
    const { store, sizes } = storeWith(() => new Promise<void>((resolve) => (release = resolve)));
    const writer = new ResultWriter(store, config());
    const output = JSON.stringify("x".repeat(100_000));
    let waiting: Promise<void> | undefined;
    for (let index = 0; index < 100 && waiting === undefined; index++) waiting = writer.add(childRecord({ output }));
    expect(waiting).toBeInstanceOf(Promise);
    let isOver = false;
    const next = Promise.resolve(waiting).then(() =>
      writer.add(childRecord({ output: JSON.stringify("y".repeat(200_000)) })),
    );
    const after = next.then(() => {
      isOver = true;
    });
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    expect(sizes).toHaveLength(1);
    release();
    await after;
  });
});

describe("failures", () => {
  const denied = new ObjectStoreError("AccessDenied", "no such rights");

  test("check leaves nothing, or says that the test manifest cannot be written", async () => {
    const store = memoryStore({ b: {} });
    await new ResultWriter(store, config()).check();
    expect(await contentOf(store)).toEqual({});
    const refusing: ObjectStore = { ...store, put: () => Promise.reject(denied) };
    await expect(new ResultWriter(refusing, config()).check()).rejects.toMatchObject({
      name: "ResultWriterError",
      message: "Failed to write a test manifest into the specified output bucket. AccessDenied: no such rights",
      cause: denied,
    });
  });

  test("a store that refuses a file fails the run at the latest in finish", async () => {
    const refusing: ObjectStore = { ...memoryStore(), put: () => Promise.reject(denied) };
    const writer = new ResultWriter(refusing, config());
    await writer.add(childRecord());
    await expect(writer.finish()).rejects.toThrow(ResultWriterError);
  });

  test("a write that fails is heard of by a later add", async () => {
    const { store, aborted } = storeWith(() => Promise.reject(denied));
    const writer = new ResultWriter(store, config());
    const adding = async () => {
      for (let index = 0; index < 100; index++)
        await writer.add(childRecord({ output: JSON.stringify("x".repeat(50_000)) }));
    };
    await expect(adding()).rejects.toMatchObject({ name: "ResultWriterError", cause: denied });
    await writer.abort();
    expect(aborted).toEqual([`${FOLDER}/SUCCEEDED_0.json`]);
  });
});

/** A store whose writes do as told, the lengths that were written, and the keys that were given up. */
function storeWith(write: () => Promise<void>): { store: ObjectStore; sizes: number[]; aborted: string[] } {
  const [sizes, aborted]: [number[], string[]] = [[], []];
  const store: ObjectStore = {
    ...memoryStore(),
    put: async (_, key) => ({
      async write(chunk) {
        sizes.push(chunk.length);
        await write();
      },
      close: async () => ({ key, size: 0, etag: '""', lastModified: 0 }),
      async abort() {
        aborted.push(key);
      },
    }),
  };
  return { store, sizes, aborted };
}
