// Runs the recordings of real AWS, which are kept beside the repository, against the endpoint under virtual time, and
// prints what their runner says. Further arguments go to the runner; without any, the executions are run.
//
//   node scripts/aws-recorded.mjs [--kind api] [--id TEXT] [--verbose] ...
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startServer } from "../dist/lib/serve/server.js";

const runner = fileURLToPath(new URL("../../shared/aws-recorded/run.mjs", import.meta.url));
const given = process.argv.slice(2);

if (!existsSync(runner)) {
  console.log("aws-recorded: there are no recordings beside the repository (../shared/aws-recorded): nothing to do");
} else {
  process.exitCode =
    given.length > 0 ? await run(given) : (await run(["--kind", "execution"])) + (await run(["--kind", "sync"]));
}

/** Gives the number of failures as the runner's exit code tells it: 0 or 1. */
async function run(args) {
  const folder = mkdtempSync(join(tmpdir(), "fanout-recorded-"));
  const logDirectory = join(folder, "logs");
  const server = await startServer({ data: join(folder, "data"), logDirectory, virtualTime: true, workers: 16 });
  try {
    const child = spawn(process.execPath, [runner, "--endpoint", server.url, "--core", ...args], { stdio: "inherit" });
    return await new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
