import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DOUBLE, folderWith, jsonLines, namesIn, PICKY, runCli } from "../run-cli.js";

const doubled = [0, 2, 4].map((output, index) => ({ index, status: "SUCCEEDED", output }));

test.each([
  ["n.jsonl", "0\n1\n\n2\n"],
  ["n.ndjson", "0\r\n1\r\n2"],
  ["n.json", "[0, 1,\n 2]"],
])("items from %s: result lines on stdout in item order, a summary on stderr", async (name, text) => {
  const cwd = folderWith({ "x.mjs": DOUBLE, [name]: text });
  const { code, stdout, stderr } = await runCli(["run", "--task", "x.mjs", "--items", name], { cwd });
  expect({ code, results: jsonLines(stdout) }).toEqual({ code: 0, results: doubled });
  expect(stderr).toMatch(/^Succeeded\n {2}items {5}3: 3 succeeded\n {2}duration .*, 2 workers|^Succeeded\n/);
});

test.each([
  ["n.csv", "n,name\n1,one\n2,two\n"],
  ["n.tsv", "n\tname\n1\tone\n2\ttwo\n"],
])("items from %s: a row is an object of strings", async (name, text) => {
  const cwd = folderWith({ "x.mjs": "export const handler = async ({ n, name }) => name + n;\n", [name]: text });
  const { stdout } = await runCli(["run", "--task", "x.mjs", "--items", name], { cwd });
  expect(jsonLines(stdout)).toMatchObject([{ output: "one1" }, { output: "two2" }]);
});

test("items from stdin as JSON lines", async () => {
  const cwd = folderWith({ "x.mjs": DOUBLE });
  const { code, stdout } = await runCli(["run", "--task", "x.mjs", "--items", "-"], { cwd, input: "0\n1\n2\n" });
  expect({ code, results: jsonLines(stdout) }).toEqual({ code: 0, results: doubled });
});

test("no items on stdin are no mistake", async () => {
  const cwd = folderWith({ "x.mjs": DOUBLE });
  const { code, stdout, stderr } = await runCli(["run", "--task", "x.mjs", "--items", "-"], { cwd });
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toContain("items     0\n");
});

test("items from a JSON array on the command line, the task in TypeScript", async () => {
  const cwd = folderWith({ "x.ts": "export const handler = async (n: number): Promise<number> => n * 2;\n" });
  const { code, stdout } = await runCli(["run", "--task", "x.ts", "--items", " [0,1,2]"], { cwd });
  expect({ code, results: jsonLines(stdout) }).toEqual({ code: 0, results: doubled });
});

test("items from a glob: each file in the shape of an S3 listing, in key order", async () => {
  const cwd = folderWith({
    "x.mjs": "export const handler = async (file) => file;\n",
    "in/b.txt": "bb",
    "in/a.txt": "a",
    "in/c.csv": "",
    "in/deep/d.txt": "dddd",
  });
  const { stdout } = await runCli(["run", "--task", "x.mjs", "--items", "in/**/*.txt"], { cwd });
  const shape = { Etag: expect.stringMatching(/^".+"$/), LastModified: expect.any(Number), StorageClass: "STANDARD" };
  expect(jsonLines(stdout)).toEqual([
    { index: 0, status: "SUCCEEDED", output: { ...shape, Key: "in/a.txt", Size: 1 } },
    { index: 1, status: "SUCCEEDED", output: { ...shape, Key: "in/b.txt", Size: 2 } },
    { index: 2, status: "SUCCEEDED", output: { ...shape, Key: "in/deep/d.txt", Size: 4 } },
  ]);
});

test("--out takes the results, in item order although they end in another", async () => {
  const task =
    "export const handler = async (ms) => { await new Promise((done) => setTimeout(done, ms)); return ms; };\n";
  const cwd = folderWith({ "x.mjs": task });
  const items = JSON.stringify([200, 1, 100, 2]);
  const args = ["run", "--task", "x.mjs", "--items", items, "--out", "out.jsonl", "--backend", "event-loop"];
  const { code, stdout, stderr } = await runCli(args, { cwd });
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toMatch(/written {3}out\.jsonl\n$/);
  expect(jsonLines(readFileSync(join(cwd, "out.jsonl"), "utf8"))).toMatchObject([
    { index: 0, output: 200 },
    { index: 1, output: 1 },
    { index: 2, output: 100 },
    { index: 3, output: 2 },
  ]);
  expect(namesIn(cwd)).toEqual(["out.jsonl", "x.mjs"]);
});

test("--handler, --max-items and --batch", async () => {
  const cwd = folderWith({ "x.mjs": "export const go = async ({ Items }) => Items.map((n) => n + 1);\n" });
  const args = [
    "run",
    "--task",
    "x.mjs",
    "--handler",
    "go",
    "--items",
    "[1,2,3,4]",
    "--max-items",
    "3",
    "--batch",
    "2",
  ];
  const { stdout } = await runCli(args, { cwd });
  expect(jsonLines(stdout)).toMatchObject([
    { index: 0, output: 2 },
    { index: 1, output: 3 },
    { index: 2, output: 4 },
  ]);
});

test("one failed item ends the run with 2, and a hint says how to go on", async () => {
  const cwd = folderWith({ "x.mjs": PICKY });
  const { code, stderr } = await runCli(["run", "--task", "x.mjs", "--items", "[1,2,3]", "--out", "o.jsonl"], { cwd });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^Failed: States\.ExceedToleratedFailureThreshold/);
  expect(stderr).toMatch(/hint {6}no item may fail, unless --tolerated-failure-count/);
  expect(stderr).toContain("1 RangeError, such as item 2: 3 is not liked");
});

test("within tolerance it is 0, and the failure is a result", async () => {
  const cwd = folderWith({ "x.mjs": PICKY });
  const args = ["run", "--task", "x.mjs", "--items", "[1,2,3]", "--tolerated-failure-percentage", "40"];
  const { code, stdout, stderr } = await runCli(args, { cwd });
  expect(code).toBe(0);
  expect(jsonLines(stdout)[2]).toMatchObject({
    index: 2,
    status: "FAILED",
    error: { name: "RangeError", message: "3 is not liked" },
  });
  expect(stderr).toMatch(/^Succeeded, although 1 of 3 items did not succeed\n/);
});

test("a failed item inside a batch that succeeded counts against the tolerance too", async () => {
  const task =
    'import { task } from "fanout/task";\n' +
    PICKY.replace("async (n) => {", "task(async (n) => {").replace(/};\n$/, "});\n");
  const cwd = folderWith({ "x.ts": task.replace("(n)", "(n: number)") });
  const args = ["run", "--task", "x.ts", "--items", "[1,2,3]", "--batch", "3"];
  const strict = await runCli(args, { cwd });
  expect(strict.code).toBe(2);
  expect(strict.stderr).toMatch(/^Failed: 1 of 3 items did not succeed\n {2}hint/);
  const lenient = await runCli([...args, "--tolerated-failure-count", "1"], { cwd });
  expect(lenient.code).toBe(0);
  expect(jsonLines(lenient.stdout)).toMatchObject([{ output: 1 }, { output: 2 }, { status: "FAILED" }]);
});

test("--json is one document on stdout", async () => {
  const cwd = folderWith({ "x.mjs": DOUBLE });
  const { stdout } = await runCli(["run", "--task", "x.mjs", "--items", "[0,1,2]", "--json"], { cwd });
  expect(JSON.parse(stdout)).toMatchObject({
    status: "SUCCEEDED",
    results: doubled,
    summary: { items: { total: 3, succeeded: 3 }, failures: [], workers: expect.any(Number), files: [] },
  });
});

test("--json without any item has an empty list", async () => {
  const cwd = folderWith({ "x.mjs": DOUBLE });
  const { stdout } = await runCli(["run", "--task", "x.mjs", "--items", "[]", "--json"], { cwd });
  expect(JSON.parse(stdout)).toMatchObject({ status: "SUCCEEDED", results: [] });
});

test("--json with --out leaves the results to the file", async () => {
  const cwd = folderWith({ "x.mjs": PICKY });
  const { code, stdout } = await runCli(["run", "--task", "x.mjs", "--items", "[3]", "--json", "--out", "o.jsonl"], {
    cwd,
  });
  expect(code).toBe(2);
  const document = JSON.parse(stdout) as object;
  expect(document).not.toHaveProperty("results");
  expect(document).toMatchObject({
    status: "FAILED",
    error: { name: "States.ExceedToleratedFailureThreshold" },
    summary: { files: ["o.jsonl"] },
  });
});

test("--quiet leaves stderr empty", async () => {
  const cwd = folderWith({ "x.mjs": PICKY });
  const { code, stderr } = await runCli(["run", "--task", "x.mjs", "--items", "[3]", "--quiet"], { cwd });
  expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
});

test("--verbose tells of every failure with its stack", async () => {
  const cwd = folderWith({ "x.mjs": PICKY });
  // One thread: with two, either item may fail first.
  const run = ["run", "--task", "x.mjs", "--items", "[3,3]", "--workers", "1"];
  const { stderr } = await runCli([...run, "--tolerated-failure-count", "2", "--verbose"], { cwd });
  expect(stderr).toMatch(/^item 0: RangeError: 3 is not liked\n {4}at handler \(.*x\.mjs:2:/);
  expect(stderr).toContain("item 1: RangeError");
});

test("what the task writes to its console goes to a log that the summary names", async () => {
  const cwd = folderWith({ "x.mjs": 'export const handler = async (n) => { console.log("seen", n); return n; };\n' });
  const { stdout, stderr } = await runCli(["run", "--task", "x.mjs", "--items", "[7]"], { cwd });
  expect(stdout).toBe('{"index":0,"status":"SUCCEEDED","output":7}\n');
  const [, log = ""] = /logs {6}(.*)\n$/.exec(stderr) ?? [];
  expect(readFileSync(join(cwd, log), "utf8")).toMatch(/\tINFO\tseen 7\n$/);
});

test("a task that leaves a timer behind does not keep the command", async () => {
  const task = "export const handler = async (n) => { setInterval(() => {}, 1000); return n; };\n";
  const cwd = folderWith({ "x.mjs": task });
  const args = ["run", "--task", "x.mjs", "--items", "[1]", "--backend", "event-loop"];
  expect((await runCli(args, { cwd })).code).toBe(0);
});
