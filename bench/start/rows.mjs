import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median, run } from "../measure.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The start of the command against that of Node alone, in turns, four times as many rounds as elsewhere. */
export async function measure({ rounds, row }) {
  const folder = mkdtempSync(join(tmpdir(), "fanout-bench-"));
  writeFileSync(join(folder, "items.jsonl"), Array.from({ length: 10 }, (_, id) => `{"id":${id}}\n`).join(""));
  const bin = here("../../dist/lib/cli/bin.js");
  const quick = [bin, "run", "--task", here("../dispatch/task.mjs"), "--items", "items.jsonl"];
  const commands = { bare: ["-e", "0"], version: [bin, "--version"], quick };
  const seconds = { bare: [], version: [], quick: [] };
  const quiet = { cwd: folder, stdio: ["ignore", "pipe", "ignore"] };
  try {
    for (let round = 0; round <= rounds * 4; round++) {
      for (const [name, args] of Object.entries(commands)) {
        const { seconds: took } = await run(process.execPath, args, quiet);
        if (round > 0) seconds[name].push(took);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const bare = median(seconds.bare);
  row("node -e 0", bare * 1000, "ms");
  row("fanout --version", median(seconds.version) / bare, "x node -e 0", { atMost: 1.4 });
  row("fanout run, 10 items, task bundled before", median(seconds.quick) / bare, "x node -e 0", { atMost: 4 });
}
