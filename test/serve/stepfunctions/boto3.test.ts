import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { openEndpoint } from "../endpoint.js";

const run = promisify(execFile);
const { server } = await openEndpoint();

test("a Python program finds its way by the environment, and reads times, pages and errors", async ({ skip }) => {
  const hasBoto3 = await run("python3", ["-c", "import boto3"]).then(
    () => true,
    () => false,
  );
  if (!hasBoto3) {
    console.warn("SKIPPED: boto3 was not tried, because python3 has none here");
    return skip();
  }
  const kept = Object.entries(process.env).filter(([name]) => !/^AWS_|_proxy$/i.test(name));
  const env = {
    ...Object.fromEntries(kept),
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_ENDPOINT_URL: server.url,
    AWS_DEFAULT_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
  const { stdout } = await run("python3", [join(import.meta.dirname, "boto3-client.py")], { env, timeout: 50_000 });
  expect(stdout).toBe("boto3 ok\n");
});
