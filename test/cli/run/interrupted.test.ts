import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { BIN, DOUBLE, folderWith, jsonLines, namesIn, startCli } from "../run-cli.js";

/** Says in a file that it has begun, and takes its time. */
const slow = (ms: number) => `import { writeFileSync } from "node:fs";
export const handler = async (n) => {
  writeFileSync("begun", "");
  await new Promise((done) => setTimeout(done, ${ms}));
  return n;
};
`;
const MANY = JSON.stringify(Array.from({ length: 1000 }, (_, at) => at));

function start(task: string, more: readonly string[] = []) {
  const cwd = folderWith({ "x.mjs": task });
  return { cwd, cli: startCli(["run", "--task", "x.mjs", "--items", MANY, "--out", "out.jsonl", ...more], { cwd }) };
}

async function begun(cwd: string): Promise<void> {
  while (!existsSync(join(cwd, "begun"))) await sleep(10);
}

test("the first Ctrl-C finishes what runs, writes what is there and exits with 130", async () => {
  const { cwd, cli } = start(slow(300));
  await begun(cwd);
  cli.kill("SIGINT");
  const { code, stderr } = await cli.ended;
  expect(code).toBe(130);
  expect(stderr).toMatch(/^stopping: finishing what runs \(\d+\); Ctrl-C again ends at once\nStopped\n/);
  const results = jsonLines(readFileSync(join(cwd, "out.jsonl"), "utf8"));
  expect(results.length).toBeGreaterThan(0);
  expect(results.length).toBeLessThan(1000);
  expect(results).toEqual(results.map((_, index) => ({ index, status: "SUCCEEDED", output: index })));
  expect(namesIn(cwd)).toEqual(["begun", "out.jsonl", "x.mjs"]);
});

test("a second Ctrl-C ends at once and leaves no file", async () => {
  const { cwd, cli } = start(slow(60_000));
  await begun(cwd);
  cli.kill("SIGINT");
  await cli.said("stopping");
  await sleep(300);
  cli.kill("SIGINT");
  expect((await cli.ended).code).toBe(130);
  expect(namesIn(cwd)).toEqual(["begun", "x.mjs"]);
});

test("Ctrl-C on a state machine without a map run ends it", async () => {
  const machine = '{ "StartAt": "W", "States": { "W": { "Type": "Wait", "Seconds": 600, "End": true } } }';
  const cwd = folderWith({ "w.asl.json": machine });
  const cli = startCli(["run", "w.asl.json", "--progress", "bar"], { cwd });
  await cli.said("0:0");
  cli.kill("SIGINT");
  const { code, stdout } = await cli.ended;
  expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
});

test("a reader that goes away (| head) ends the run quietly", async () => {
  const lines = Array.from({ length: 200_000 }, (_, at) => at).join("\n");
  const cwd = folderWith({ "x.mjs": DOUBLE, "n.jsonl": lines });
  const command = `"${process.execPath}" "${BIN}" run --task x.mjs --items n.jsonl | head -n 2; echo "exit \${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve, reject) => {
    execFile("bash", ["-c", command], { cwd }, (error, out, err) =>
      error === null ? resolve({ stdout: out, stderr: err }) : reject(error),
    );
  });
  expect(stdout).toBe(
    '{"index":0,"status":"SUCCEEDED","output":0}\n{"index":1,"status":"SUCCEEDED","output":2}\nexit 0\n',
  );
  expect(stderr).toBe("");
});
