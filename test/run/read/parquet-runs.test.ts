import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
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
    message: "Row group 0 of the Parquet file cannot be read: a page of the column x is broken",
  });
});
