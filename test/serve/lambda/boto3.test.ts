import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { endpoints } from "./endpoint.js";

const run = promisify(execFile);
const start = endpoints();

test("boto3 creates, calls, changes, lists and deletes functions", async ({ skip }) => {
  const there = await run("python3", ["-c", "import boto3"]).then(
    () => true,
    () => false,
  );
  if (!there) {
    console.warn("SKIPPED: boto3 was not tried with the Lambda API, because python3 or boto3 is not here");
    return skip();
  }
  const { url } = await start();
  const script = join(import.meta.dirname, "boto3-client.py");
  const { stdout } = await run("python3", [script, url], { env: withoutAws(), timeout: 50_000 });
  expect(stdout).toMatch(/^boto3 [\d.]+ ok\n$/);
});

/** No setting of the user reaches the client. */
function withoutAws(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^AWS_|_proxy$/i.test(name));
  return { ...Object.fromEntries(kept), AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };
}
