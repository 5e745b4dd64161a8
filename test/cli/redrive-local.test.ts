import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { samTemplate, taskOf } from "../support/sam-template.js";
import { BIN, folderWith, jsonLines, runCli, startCli } from "./run-cli.js";

const RUN = ["run", "--data", "d", "--out", "out.jsonl"];
const REDRIVE = ["redrive", "--data", "d"];

const BROKEN = 'export const handler = async () => { throw new RangeError("down"); };\n';
/** Notes that it was called. */
const noting = (result: string) => `import { appendFileSync } from "node:fs";
export const handler = async (event) => {
  appendFileSync("calls", JSON.stringify(event) + "\\n");
  return ${result};
};
`;

const TWO_TASKS = samTemplate(
  {
    StartAt: "First",
    States: { First: taskOf("F", { Next: "Second" }), Second: taskOf("S", { End: true }) },
  },
  ["F", "S"],
);

test("a run that failed goes on with the state that failed, with the code as it is now", async () => {
  const cwd = folderWith({ "t.json": TWO_TASKS, "F/index.mjs": noting('"first"'), "S/index.mjs": BROKEN });
  const run = await runCli([...RUN, "t.json", "--input", '{"n":1}'], { cwd });
  expect(run).toMatchObject({ code: 2, stdout: "" });
  expect(run.stderr).toMatch(/\nfanout redrive --data d {3}runs again what did not succeed\n$/);
  // It fails as long as nothing is mended, and each time it can be redriven again.
  expect(await runCli(REDRIVE, { cwd })).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^redriving\nFailed: RangeError: down\n[\s\S]*fanout redrive --data d/),
  });
  writeFileSync(join(cwd, "S/index.mjs"), "export const handler = async (event) => [event];\n");
  const redriven = await runCli(REDRIVE, { cwd });
  expect(redriven).toMatchObject({ code: 0, stdout: '["first"]\n' });
  expect(jsonLines(readFileSync(join(cwd, "calls"), "utf8"))).toEqual([{ n: 1 }]);
  const over = await runCli(["resume", "--data", "d"], { cwd });
  expect(over).toMatchObject({ code: 0, stderr: "nothing to do: the run is over, its status is SUCCEEDED\n" });
});

test("from another folder, with one JSON document", async () => {
  const cwd = folderWith({ "t.json": TWO_TASKS, "F/index.mjs": noting("1"), "S/index.mjs": BROKEN });
  expect((await runCli([...RUN, "t.json"], { cwd })).code).toBe(2);
  writeFileSync(join(cwd, "S/index.mjs"), noting("2"));
  const args = ["redrive", "--data", join(cwd, "d"), "--json", "--quiet"];
  const { code, stdout, stderr } = await runCli(args, { cwd: folderWith({}) });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({ status: "SUCCEEDED", output: 2 });
});

test("a run that succeeded is not redriven", async () => {
  const cwd = folderWith({ "t.json": TWO_TASKS, "F/index.mjs": noting("1"), "S/index.mjs": noting("2") });
  expect((await runCli([...RUN, "t.json"], { cwd })).code).toBe(0);
  const before = readFileSync(join(cwd, "d", "journal"));
  expect(await runCli(REDRIVE, { cwd })).toMatchObject({
    code: 1,
    stdout: "",
    stderr:
      "fanout: d: ExecutionNotRedrivable: Execution is SUCCEEDED and cannot be redriven [FANOUT_NOT_REDRIVABLE]\n",
  });
  expect(readFileSync(join(cwd, "d", "journal")).equals(before)).toBe(true);
});

test("an EXPRESS run is not redriven", async () => {
  const definition = { StartAt: "S", States: { S: taskOf("S", { End: true }) } };
  const cwd = folderWith({ "t.json": samTemplate(definition, ["S"], { Type: "EXPRESS" }), "S/index.mjs": BROKEN });
  const run = await runCli([...RUN, "t.json"], { cwd });
  expect(run).toMatchObject({ code: 2, stderr: expect.not.stringContaining("fanout redrive") });
  expect(await runCli(REDRIVE, { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^fanout: d: ExecutionNotRedrivable: .* EXPRESS .* \[FANOUT_NOT_REDRIVABLE\]\n$/),
  });
});

test("a run whose state machine has changed is not redriven", async () => {
  const cwd = folderWith({ "t.json": TWO_TASKS, "F/index.mjs": noting("1"), "S/index.mjs": BROKEN });
  expect((await runCli([...RUN, "t.json"], { cwd })).code).toBe(2);
  writeFileSync(join(cwd, "t.json"), TWO_TASKS.replaceAll("Second", "Other"));
  expect(await runCli(REDRIVE, { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/the state machine has changed since the run began: .*\[FANOUT_DATA_UNUSABLE\]\n$/),
  });
});

const ARN = "arn:aws:states:us-east-1:000000000000:execution:A:b";
test.each<[what: string, args: readonly string[], says: RegExp]>([
  ["nothing to redrive", ["redrive"], /give the ARN of an execution, or the --data of a local run \[FANOUT_USAGE\]/],
  ["two things to redrive", [...REDRIVE, ARN], /give arn:\S+ or --data, not both \[FANOUT_USAGE\]/],
  ["a profile", [...REDRIVE, "--profile", "p"], /--profile does not go with --data: .* \[FANOUT_USAGE\]/],
  ["--no-wait", [...REDRIVE, "--no-wait"], /--no-wait does not go with --data: .* \[FANOUT_USAGE\]/],
  ["--out", [...REDRIVE, "--out", "o"], /--out does not go with --data: the results are where .* \[FANOUT_USAGE\]/],
  ["a folder without a run", REDRIVE, /^fanout: d: no run has been started in this folder: .*\[FANOUT_DATA_UNUSABLE\]/],
])("%s: one line, exit 1", async (_, args, says) => {
  const { code, stdout, stderr } = await runCli(args, { cwd: folderWith({}) });
  expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(says)]);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});

/** Notes each call; fails for some until they are mended. */
const PICKY = (failing: string) => `import { appendFileSync } from "node:fs";
export const handler = async ({ id }) => {
  appendFileSync("calls", id + "\\n");
  if (${failing}) throw new RangeError("no " + id);
  return { id };
};
`;
const COUNT = 40;
const ITEMS = Array.from({ length: COUNT }, (_, id) => `{"id":${id}}\n`).join("");
const callsIn = (cwd: string) => readFileSync(join(cwd, "calls"), "utf8").trim().split("\n").map(Number);
const outputs = (cwd: string) => jsonLines(readFileSync(join(cwd, "out.jsonl"), "utf8"));
const WHOLE = Array.from({ length: COUNT }, (_, id) => ({ index: id, status: "SUCCEEDED", output: { id } }));

test("items that failed or were not started are run, those that succeeded are not, and the results are whole", async () => {
  const cwd = folderWith({ "x.mjs": PICKY("id >= 10 && id < 20"), "items.jsonl": ITEMS });
  const run = await runCli([...RUN, "--task", "x.mjs", "--items", "items.jsonl", "--workers", "1"], { cwd });
  expect(run.code).toBe(2);
  const succeeded = outputs(cwd).filter((line) => (line as { status: string }).status === "SUCCEEDED").length;
  expect(succeeded).toBeGreaterThanOrEqual(10);
  expect(outputs(cwd).length).toBeLessThan(COUNT);
  // Some are mended, some are not.
  writeFileSync(join(cwd, "x.mjs"), PICKY("id === 15"));
  const again = await runCli(REDRIVE, { cwd });
  expect(again.stderr).toMatch(`redriving after ${succeeded} children of map runs that succeeded\n`);
  expect(again.code).toBe(2);
  writeFileSync(join(cwd, "x.mjs"), PICKY("false"));
  const redriven = await runCli(REDRIVE, { cwd });
  expect(redriven).toMatchObject({ code: 0, stderr: expect.stringContaining("40: 40 succeeded") });
  expect(outputs(cwd)).toEqual(WHOLE);
  expect(new Set(callsIn(cwd)).size).toBe(COUNT);
  for (let id = 0; id < 10; id++) expect(callsIn(cwd).filter((called) => called === id)).toHaveLength(1);
});

/** A folder with a run that failed for item 15, as `x.mjs` is mended since. */
async function failedRun(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const cwd = folderWith({ "x.mjs": PICKY("id === 15"), "items.jsonl": ITEMS, ...files });
  const run = await runCli([...RUN, "--task", "x.mjs", "--items", "items.jsonl", "--workers", "1"], { cwd });
  expect(run.code).toBe(2);
  writeFileSync(join(cwd, "x.mjs"), PICKY("false"));
  return cwd;
}

test("a run that has not ended is to be resumed, and one that runs is left alone", async () => {
  const slow = "export const handler = () => new Promise((done) => setTimeout(done, 60_000));\n";
  const cwd = folderWith({ "x.mjs": slow, "items.jsonl": ITEMS });
  const process = startCli([...RUN, "--task", "x.mjs", "--items", "items.jsonl"], { cwd });
  await expect.poll(() => existsSync(join(cwd, "d", "journal")), { timeout: 10_000 }).toBe(true);
  expect(await runCli(REDRIVE, { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^fanout: d: process \d+ is running in this folder: .*\[FANOUT_DATA_UNUSABLE\]\n$/),
  });
  process.kill("SIGKILL");
  await process.ended;
  expect(await runCli(REDRIVE, { cwd })).toMatchObject({
    code: 1,
    stdout: "",
    stderr:
      "fanout: d: ExecutionNotRedrivable: Execution is RUNNING and cannot be redriven: " +
      "fanout resume --data d goes on with it [FANOUT_NOT_REDRIVABLE]\n",
  });
});

test("a redrive that was stopped says how to go on, and its folder is not taken for another run", async () => {
  const cwd = await failedRun();
  const { length } = callsIn(cwd);
  const waits = `while (!existsSync("go")) await new Promise((done) => setTimeout(done, 20));`;
  const slow = PICKY("false").replace("  return", `  ${waits}\n  return`);
  writeFileSync(join(cwd, "x.mjs"), `import { existsSync } from "node:fs";\n${slow}`);
  const process = startCli(REDRIVE, { cwd });
  await expect.poll(() => callsIn(cwd).length, { timeout: 10_000 }).toBeGreaterThan(length);
  process.kill("SIGINT");
  await process.said("stopping");
  writeFileSync(join(cwd, "go"), "");
  expect(await process.ended).toMatchObject({
    code: 130,
    stderr: expect.stringMatching(/\nfanout resume --data d {3}goes on with it\n$/),
  });
  expect(await runCli([...RUN, "--task", "x.mjs", "--items", "items.jsonl"], { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("holds a run that is not over: fanout resume --data goes on with it"),
  });
  expect((await runCli(["resume", "--data", "d"], { cwd })).code).toBe(0);
  expect(outputs(cwd)).toEqual(WHOLE);
});

test("items that have changed since are refused, and nothing is touched", async () => {
  const cwd = await failedRun();
  writeFileSync(join(cwd, "items.jsonl"), `${ITEMS}{"id":40}\n`);
  const before = readFileSync(join(cwd, "d", "journal"));
  expect(await runCli(REDRIVE, { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /\nfanout: items\.jsonl: has changed since the run began: .*\[FANOUT_DATA_UNUSABLE\]\n$/,
    ),
  });
  expect(readFileSync(join(cwd, "d", "journal")).equals(before)).toBe(true);
});

test("items that could not be read are read anew as long as nothing was begun with them", async () => {
  const items = JSON.stringify(Array.from({ length: COUNT }, (_, id) => ({ id })));
  const cwd = folderWith({ "x.mjs": PICKY("false"), "items.json": `nothing ${items}` });
  const run = await runCli([...RUN, "--task", "x.mjs", "--items", "items.json"], { cwd });
  expect(run).toMatchObject({ code: 1, stderr: expect.stringMatching(/items\.json:1.*\[FANOUT_ITEMS_INVALID\]\n$/) });
  // As it is: the same again.
  expect((await runCli(REDRIVE, { cwd })).code).toBe(1);
  writeFileSync(join(cwd, "items.json"), items);
  expect((await runCli(REDRIVE, { cwd })).code).toBe(0);
  expect(outputs(cwd)).toEqual(WHOLE);
  rmSync(join(cwd, "out.jsonl"));
  // What was read last is what counts.
  expect((await runCli(["resume", "--data", "d"], { cwd })).code).toBe(0);
  expect(outputs(cwd)).toEqual(WHOLE);
});

test("a journal that cannot grow any more stops the redrive with one line, and it is gone on with", async () => {
  const cwd = await failedRun();
  const padded = PICKY("false").replace("return { id }", 'return { id, pad: "x".repeat(2000) }');
  writeFileSync(join(cwd, "x.mjs"), padded);
  const out = readFileSync(join(cwd, "out.jsonl"));
  const most = Math.ceil(readFileSync(join(cwd, "d", "journal")).length / 512) + 20;
  const command = `ulimit -f ${most}; exec '${process.execPath}' '${BIN}' ${REDRIVE.join(" ")} --progress none`;
  await expect(promisify(execFile)("sh", ["-c", command], { cwd })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /\nfanout: d: the journal cannot be written: EFBIG.*\[FANOUT_DATA_UNUSABLE\]\nfanout resume --data d {3}goes on with it\n$/,
    ),
  });
  expect(readFileSync(join(cwd, "out.jsonl")).equals(out)).toBe(true);
  const again = await runCli(REDRIVE, { cwd });
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining("going on after") });
  expect(outputs(cwd)).toHaveLength(COUNT);
});

test("failures that a map run tolerated stay when a later state is redriven", async () => {
  const definition = {
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
          StartAt: "F",
          States: { F: taskOf("F", { End: true }) },
        },
        ToleratedFailureCount: 1,
        Next: "Second",
      },
      Second: taskOf("S", { End: true }),
    },
  };
  const cwd = folderWith({
    "t.json": samTemplate(definition, ["F", "S"]),
    "F/index.mjs": PICKY("id === 1"),
    "S/index.mjs": BROKEN,
  });
  const run = [...RUN, "t.json", "--input", '[{"id":0},{"id":1},{"id":2}]'];
  expect((await runCli(run, { cwd })).code).toBe(2);
  const before = outputs(cwd);
  writeFileSync(join(cwd, "F/index.mjs"), PICKY("false"));
  writeFileSync(join(cwd, "S/index.mjs"), "export const handler = async () => 'done';\n");
  expect(await runCli(REDRIVE, { cwd })).toMatchObject({ code: 0, stdout: '"done"\n' });
  expect(outputs(cwd)).toEqual(before);
  expect(callsIn(cwd).sort()).toEqual([0, 1, 2]);
});

test("items of a batch that failed are run again with their batch", async () => {
  const batched = (failing: string) => `export const handler = async ({ Items }) => {
  if (Items.some(({ id }) => ${failing})) throw new RangeError("no");
  return Items;
};
`;
  const cwd = folderWith({ "x.mjs": batched("id === 15"), "items.jsonl": ITEMS });
  const args = ["--task", "x.mjs", "--items", "items.jsonl", "--batch", "7"];
  expect((await runCli([...RUN, ...args], { cwd })).code).toBe(2);
  writeFileSync(join(cwd, "x.mjs"), batched("false"));
  expect((await runCli(REDRIVE, { cwd })).code).toBe(0);
  expect(outputs(cwd)).toEqual(WHOLE);
});
