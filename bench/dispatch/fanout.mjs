// The whole command, from its start to its end: reads COUNT items from a JSONL file, an EXPRESS child and an invocation
// each, results to a file in item order. Prints microseconds an item and the peak of resident memory in MB.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../measure.mjs";
import { itemsFile } from "./items.mjs";

const count = Number(process.argv[2] ?? 1e6);
const items = await itemsFile(count);
const folder = mkdtempSync(join(tmpdir(), "fanout-bench-"));
const bin = fileURLToPath(new URL("../../dist/lib/cli/bin.js", import.meta.url));
const task = fileURLToPath(new URL("./task.mjs", import.meta.url));
const args = [bin, "run", "--task", task, "--items", items, "--workers", "2", "--out", join(folder, "results.jsonl")];
try {
  const { seconds, peakMB } = await run(process.execPath, [...args, "--progress", "none", "--quiet"], { cwd: folder });
  console.log(((seconds * 1e6) / count).toFixed(3), peakMB?.toFixed(0) ?? "");
} finally {
  rmSync(folder, { recursive: true });
}
