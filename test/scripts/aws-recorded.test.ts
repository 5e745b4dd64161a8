import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const isThere = existsSync(fileURLToPath(new URL("../../../shared/aws-recorded/run.mjs", import.meta.url)));
if (!isThere) console.warn("SKIPPED: recordings of AWS against the endpoint: ../shared/aws-recorded is not there");

test.skipIf(!isThere)("the endpoint answers as AWS did, apart from what is known and explained", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["scripts/aws-recorded.mjs"], {
    cwd: root,
    maxBuffer: 1 << 26,
  });
  expect(stdout).toMatch(/aws-recorded: 0 unexplained failures/);
});
