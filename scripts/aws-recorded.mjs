// Runs the recordings of real AWS, which are kept beside the repository, against the endpoint under virtual time: what
// their runner says, and which of the failures are not among those known and explained in the tests. Without arguments
// the executions are run; arguments go to the runner.
//
//   node scripts/aws-recorded.mjs [--kind api] [--id TEXT] [--verbose] ...
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startServer } from "../dist/lib/serve/server.js";

const runner = fileURLToPath(new URL("../../shared/aws-recorded/run.mjs", import.meta.url));

/** Cases that are known to fail, and why. */
const known = {
  ...JSON.parse(readFileSync(new URL("../test/e2e/aws-recorded-expected.json", import.meta.url), "utf8")),
  "v2/base/test_wait.py::TestSfnWait::test_timestamp_too_far_in_future_boundary[24856]":
    "the date in it was too far away on the day it was written down",
};

if (existsSync(runner)) {
  const given = process.argv.slice(2);
  const rows = given.length > 0 ? await run(given) : await run(["--kind", "execution"], ["--kind", "sync"]);
  process.exitCode = report(rows);
} else {
  console.log("aws-recorded: there are no recordings beside the repository (../shared/aws-recorded): nothing to do");
}

/** Gives the rows of all runs. */
async function run(...runs) {
  const folder = mkdtempSync(join(tmpdir(), "fanout-recorded-"));
  const logDirectory = join(folder, "logs");
  const server = await startServer({ data: join(folder, "data"), logDirectory, virtualTime: true });
  try {
    const all = [];
    for (const args of runs) {
      const json = join(folder, "rows.json");
      const child = spawn(process.execPath, [runner, "--endpoint", server.url, "--core", "--json", json, ...args], {
        stdio: "inherit",
      });
      await new Promise((resolve) => child.once("close", resolve));
      all.push(...JSON.parse(readFileSync(json, "utf8")));
    }
    return all;
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Says what has failed that should not have. Gives the exit code. */
function report(rows) {
  const failed = rows.filter(({ status }) => status === "failed");
  const unknown = failed.filter(({ id }) => known[id] === undefined);
  for (const { id, why } of unknown) console.log(`FAIL ${id}\n     ${JSON.stringify(why)}`);
  const explained = failed.length - unknown.length;
  console.log(`aws-recorded: ${unknown.length} unexplained failures, ${explained} that are known and explained`);
  return unknown.length === 0 ? 0 : 1;
}
