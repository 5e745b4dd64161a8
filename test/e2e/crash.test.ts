import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../../scripts/crash-test.mjs", import.meta.url));

// The long version is `node scripts/crash-test.mjs --kills 200`.
test("runs whose processes are killed at any moment lose no item and have none twice", {
  timeout: 300_000,
}, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script, "--kills", "12", "--quiet"]);
  expect(stdout).toMatch(/^1[2-9] processes killed in \d+ runs, .* no item lost or twice/);
});
