import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { temporaryFolders } from "../../adapters/store/temporary.js";
import { endpoints } from "./endpoint.js";

const run = promisify(execFile);
const start = endpoints();
const temporary = temporaryFolders();
let python: string | undefined;

beforeAll(async () => {
  python = await findPython();
});

test("boto3 and its transfer manager work with buckets, objects, lists, checksums and parts", async ({ skip }) => {
  if (python === undefined) {
    console.warn("SKIPPED: boto3 was not tried, because neither it nor what installs it (python3, venv, pip) is here");
    return skip();
  }
  const { url } = await start();
  const script = join(import.meta.dirname, "boto3-client.py");
  const { stdout } = await run(python, [script, url], { env: withoutAws(), timeout: 50_000 });
  expect(stdout).toMatch(/^boto3 [\d.]+ ok\n$/);
});

/** A Python that has boto3: the one that is here, or one of a virtual environment made for this. */
async function findPython(): Promise<string | undefined> {
  const has = (path: string) =>
    run(path, ["-c", "import boto3"]).then(
      () => path,
      () => undefined,
    );
  const here = await has("python3");
  if (here !== undefined) return here;
  const folder = temporary();
  try {
    await run("python3", ["-m", "venv", folder], { timeout: 30_000 });
    await run(join(folder, "bin/pip"), ["install", "--quiet", "boto3"], { timeout: 60_000 });
  } catch {
    return undefined;
  }
  return await has(join(folder, "bin/python"));
}

/** No setting of the user reaches the client. */
function withoutAws(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^AWS_|_proxy$/i.test(name));
  return { ...Object.fromEntries(kept), AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };
}
