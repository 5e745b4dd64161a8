import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import { readParquet } from "../../../lib/run/read/parquet.js";
import type { readCorrupted } from "./corrupted-parquet.js";
import { parquetV1 } from "./parquet-v1.js";
import { gather } from "./pieces.js";

const folder = mkdtempSync(join(tmpdir(), "fanout-parquet-"));
const script = join(folder, "corrupted.mjs");
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  const source = `
    import { readCorrupted } from "./corrupted-parquet.ts";
    const [seed, runs] = process.argv.slice(2).map(Number);
    process.stdout.write(JSON.stringify(await readCorrupted(seed, runs)));`;
  await build({
    stdin: { contents: source, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "ts" },
    ...{ bundle: true, platform: "node", format: "esm", target: "node20", outfile: script, logLevel: "error" },
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
});

// In a process of its own: what does not come to an end can be stopped there, and what fills the memory fails there.
test("whatever bytes of a file are lost, it is read or refused, in time and in memory", { timeout: 120_000 }, () => {
  const child = spawnSync(process.execPath, ["--max-old-space-size=256", script, "1", "2000"], {
    encoding: "utf8",
    timeout: 100_000,
    killSignal: "SIGKILL",
  });
  expect({ status: child.status, signal: child.signal, stderr: child.stderr }).toMatchObject({ status: 0 });
  const { read, refused, others } = JSON.parse(child.stdout) as Awaited<ReturnType<typeof readCorrupted>>;
  expect(others).toEqual([]);
  expect(Math.min(read, refused)).toBeGreaterThan(100);
});

const itemsOf = async (bytes: Uint8Array) => {
  const { items } = await gather(readParquet(memoryStore({ b: { k: bytes } }), { bucket: "b", key: "k" }));
  return items;
};

test.each<[string, (0 | 1 | 2 | null)[]]>([
  ["in runs", [...new Array(20).fill(1), ...new Array(9).fill(null), ...new Array(30).fill(2)]],
  ["packed", [1, null, 2, 0, null, 0, 1, 1, 2, 0, null]],
  ["none but nulls", [null, null]],
])("a page of the first version is read: %s", async (_, values) => {
  const words = ["zero", "one", "two"];
  const texts = values.map((value) => JSON.stringify({ x: value === null ? null : words[value] }));
  expect(await itemsOf(parquetV1(values))).toEqual(texts);
});

test.each([
  ["the levels", 0],
  ["the values", 1],
])("a run that is longer than its page, of %s, is refused in one line", async (_, which) => {
  const bytes = Buffer.from(parquetV1(new Array(20).fill(1)));
  // Each is one run of twenty ones: a header of 20 << 1, and the value. The first byte of the next thing follows.
  const runs = [...bytes.keys()].filter((at) => bytes[at] === 40 && bytes[at + 1] === 1);
  expect(runs).toHaveLength(2);
  bytes[runs[which] as number] = 42;
  await expect(itemsOf(bytes)).rejects.toMatchObject({
    name: "ItemReaderError",
    message:
      "Row group 0 of the Parquet file cannot be read: a page of the column x is broken: " +
      "a run says to have 21 values, which are more than there are",
  });
});

const BEYOND = {
  name: "ItemReaderError",
  message:
    "Row group 0 of the Parquet file cannot be read: a page of the column x is broken: " +
    "an index is beyond the dictionary, which has 3 values",
};

test.each<[string, (number | null)[]]>([
  ["in a run", [...new Array(20).fill(2), null, ...new Array(20).fill(3)]],
  ["packed", [0, 1, null, 2, 0, 3]],
])("an index beyond the dictionary, %s, is refused and not taken for null", async (_, values) => {
  await expect(itemsOf(parquetV1(values))).rejects.toMatchObject(BEYOND);
});

test("so it is in a page of the second version", async () => {
  const data = [0, 1, 2].flatMap((value) => new Array<number>(20).fill(value));
  const columnData = [{ name: "x", data, type: "INT32", encoding: "RLE_DICTIONARY" }] as const;
  const bytes = Buffer.from(parquetWriteBuffer({ columnData: [...columnData], codec: "UNCOMPRESSED" }));
  expect(await itemsOf(bytes)).toEqual(data.map((x) => JSON.stringify({ x })));
  // Three runs of twenty, each a header of 20 << 1 and the value, after the width.
  const runs = bytes.indexOf(Buffer.of(2, 40, 0, 40, 1, 40, 2));
  bytes[runs + 6] = 3;
  await expect(itemsOf(bytes)).rejects.toMatchObject(BEYOND);
});

test.each([0, 2])("indexes of %i bits without a dictionary are refused", async (width) => {
  const none = { ...BEYOND, message: BEYOND.message.replace("3 values", "0 values") };
  await expect(itemsOf(parquetV1([0, null, 0], { words: [], width }))).rejects.toMatchObject(none);
  expect(await itemsOf(parquetV1([null, null], { words: [], width }))).toEqual(['{"x":null}', '{"x":null}']);
});

test("packed indexes that are wider than the decoder reads right are refused", async () => {
  const values = Array.from({ length: 16 }, (_, at) => at % 3);
  expect(await itemsOf(parquetV1(values, { width: 24 }))).toHaveLength(16);
  await expect(itemsOf(parquetV1(values, { width: 25 }))).rejects.toThrow("values of 25 bits are packed");
});

test("whatever the dictionary and the width, a page is read if and only if all its indexes are in the dictionary", async () => {
  const page = fc
    .record({ count: fc.integer({ min: 1, max: 300 }), width: fc.integer({ min: 1, max: 24 }) })
    .chain(({ count, width }) => {
      const index = fc.nat(Math.min(2 ** width - 1, count));
      const run = fc.tuple(fc.option(index), fc.integer({ min: 1, max: 20 }));
      return fc.record({ count: fc.constant(count), width: fc.constant(width), runs: fc.array(run, { minLength: 1 }) });
    });
  await fc.assert(
    fc.asyncProperty(page, async ({ count, width, runs }) => {
      const words = Array.from({ length: count }, (_, at) => `word ${at}`);
      const values = runs.flatMap(([value, times]) => new Array<number | null>(times).fill(value));
      const items = await itemsOf(parquetV1(values, { words, width })).catch((error: Error) => error.message);
      if (values.some((value) => value === count)) expect(items).toContain("an index is beyond the dictionary");
      else expect(items).toEqual(values.map((at) => JSON.stringify({ x: at === null ? null : words[at] })));
    }),
    { numRuns: 300 },
  );
});
