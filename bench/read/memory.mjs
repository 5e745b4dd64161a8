// Reads a JSONL file of many lines of 100 bytes. Prints how many, and MB of resident memory before and at most.
//   node read/memory.mjs [LINES]
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileStore } from "../../dist/lib/adapters/store/files.js";
import { readItems } from "../../dist/lib/run/read/items-reader.js";

const lines = Number(process.argv[2] ?? 1e7);
const folder = mkdtempSync(join(tmpdir(), "fanout-bench-"));

/** The most so far; only Linux tells. */
function peakMB() {
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return Number(peak) / 1024;
}

const before = peakMB();
try {
  const block = `${JSON.stringify({ id: 1_000_000, text: "x".repeat(75) })}\n`.repeat(1000);
  const blocks = (function* () {
    for (let written = 0; written < lines; written += 1000) yield block;
  })();
  await pipeline(Readable.from(blocks), createWriteStream(join(folder, "n.jsonl")));
  const store = fileStore({ root: folder, buckets: { b: folder } });
  let count = 0;
  const config = { resource: "getObject", bucket: "b", key: "n.jsonl", inputType: "JSONL" };
  for await (const { items } of readItems(config, store)) count += items.length;
  console.log(count, before.toFixed(0), peakMB().toFixed(0));
} finally {
  rmSync(folder, { recursive: true });
}
