import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../../scripts/soak.mjs", import.meta.url));

// The long version is `npm run soak`. So few items say nothing about memory: what grows is the code that is loaded.
test("a run with failures, time-outs and crashes gives every item the outcome that the seed has for it", {
  timeout: 120_000,
}, async () => {
  const sizes = ["--items", "100000", "--hangs", "0.00003", "--crashes", "0.0001", "--growth", "Infinity"];
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...sizes, "--quiet"]);
  expect(stdout).toMatch(
    /^100000 items in \d+ s, status SUCCEEDED: .*, 1 timed out, 4 ended their thread; 0 outcomes other .*, counts exact;/m,
  );
});
