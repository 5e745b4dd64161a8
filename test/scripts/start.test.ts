import { execFile } from "node:child_process";
import { expect, test } from "vitest";

const script = new URL("../../scripts/start.mjs", import.meta.url).pathname;

function start(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

test("start says what it runs and shows what comes out, without colours where there is no terminal", async () => {
  const { code, stdout, stderr } = await start("--max-items", "2000");
  expect(stderr).toContain("fanout run --task functions/nearest.ts --items data/cities.jsonl --batch 100");
  expect(stdout).toContain("From 2,000 places to the nearest city of a million");
  expect(stdout).not.toContain("\x1b");
  expect(code).toBe(0);
});

test("start ends as the command line does, with no report, when the run does not succeed", async () => {
  const { code, stdout, stderr } = await start("--no-such-flag");
  expect(stderr).toContain("--no-such-flag");
  expect(stdout).toBe("");
  expect(code).toBe(1);
});
