import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { BIN, type CliProcess, folderWith, jsonLines, namesIn, runCli, startCli } from "./run-cli.js";

/** Notes each call, and takes its time for later items until there is a file `go`. */
const TASK = `import { appendFileSync, existsSync } from "node:fs";
export const handler = async ({ id }) => {
  appendFileSync("calls", id + "\\n");
  while (id >= 20 && !existsSync("go")) await new Promise((done) => setTimeout(done, 20));
  if (id === 3) throw new RangeError("three");
  return { id };
};
`;
const COUNT = 60;
const ITEMS = Array.from({ length: COUNT }, (_, id) => `{"id":${id}}\n`).join("");
const RUN = ["run", "--task", "x.mjs", "--items", "items.jsonl", "--data", "d", "--out", "out.jsonl"];
const TOLERATED = [...RUN, "--tolerated-failure-count", "1", "--workers", "2"];

/** A folder with a run of which some items have ended, killed or stopped. */
async function interrupted(signal: NodeJS.Signals): Promise<{ cwd: string; stderr: string; code: number | null }> {
  const cwd = folderWith({ "x.mjs": TASK, "items.jsonl": ITEMS });
  const process = startCli(TOLERATED, { cwd });
  await called(cwd, 22, process);
  await sleep(50);
  process.kill(signal);
  // What runs is finished.
  if (signal === "SIGINT") {
    await process.said("stopping");
    writeFileSync(join(cwd, "go"), "");
  }
  const { stderr, code } = await process.ended;
  writeFileSync(join(cwd, "go"), "");
  return { cwd, stderr, code };
}

/** Waits for so many calls; throws when the process ends before. */
async function called(cwd: string, times: number, process: CliProcess): Promise<void> {
  await process.until(() => existsSync(join(cwd, "calls")) && callsIn(cwd).length >= times);
}

const callsIn = (cwd: string) => readFileSync(join(cwd, "calls"), "utf8").trim().split("\n").map(Number);
const outputs = (cwd: string) => jsonLines(readFileSync(join(cwd, "out.jsonl"), "utf8"));
const WHOLE = Array.from({ length: COUNT }, (_, id) =>
  id === 3
    ? expect.objectContaining({ index: 3, status: "FAILED" })
    : { index: id, status: "SUCCEEDED", output: { id } },
);

test("a run that was killed goes on, runs nothing twice that had ended, and leaves whole results", async () => {
  const { cwd } = await interrupted("SIGKILL");
  expect(existsSync(join(cwd, "out.jsonl"))).toBe(false);
  const { code, stderr } = await runCli(["resume", "--data", "d"], { cwd });
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/^going on after 20 children[\s\S]*60: 59 succeeded, 1 failed/),
  });
  expect(outputs(cwd)).toEqual(WHOLE);
  const calls = callsIn(cwd);
  expect(calls.filter((id) => id < 20)).toHaveLength(20);
  // The two that were under way were called again.
  expect(calls).toHaveLength(COUNT + 2);
  expect(namesIn(cwd)).toEqual(["calls", "d", "go", "items.jsonl", "out.jsonl", "x.mjs"]);
});

test("a run that was stopped says how to go on, and goes on", async () => {
  const { cwd, stderr, code } = await interrupted("SIGINT");
  expect(code).toBe(130);
  expect(stderr).toContain("fanout resume --data d   goes on with it");
  expect(outputs(cwd).length).toBeLessThan(COUNT);
  expect((await runCli(["resume", "--data", "d", "--quiet"], { cwd })).code).toBe(0);
  expect(outputs(cwd)).toEqual(WHOLE);
  expect(callsIn(cwd)).toHaveLength(COUNT);
});

test("from another folder, with one JSON document", async () => {
  const { cwd } = await interrupted("SIGKILL");
  const elsewhere = folderWith({});
  const { code, stdout } = await runCli(["resume", "--data", join(cwd, "d"), "--json"], { cwd: elsewhere });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ status: "SUCCEEDED", summary: { items: { total: COUNT, failed: 1 } } });
  expect(outputs(cwd)).toEqual(WHOLE);
});

test("a run that is over has nothing to go on with, unless its results are gone", async () => {
  const { cwd } = await interrupted("SIGKILL");
  await runCli(["resume", "--data", "d"], { cwd });
  const again = await runCli(["resume", "--data", "d"], { cwd });
  expect(again).toMatchObject({ code: 0, stderr: "nothing to do: the run is over, its status is SUCCEEDED\n" });
  rmSync(join(cwd, "out.jsonl"));
  rmSync(join(cwd, "calls"));
  expect((await runCli(["resume", "--data", "d"], { cwd })).code).toBe(0);
  expect(outputs(cwd)).toEqual(WHOLE);
  expect(existsSync(join(cwd, "calls"))).toBe(false);
  // Its folder may be used for another one.
  expect((await runCli(TOLERATED, { cwd })).code).toBe(0);
});

test("the folder of a run that is not over is not taken for another", async () => {
  const { cwd } = await interrupted("SIGKILL");
  const { code, stderr } = await runCli(TOLERATED, { cwd });
  expect(code).toBe(1);
  expect(stderr).toBe(
    "fanout: d: holds a run that is not over: fanout resume --data goes on with it, or give another folder [FANOUT_DATA_UNUSABLE]\n",
  );
  expect((await runCli(["resume", "--data", "d"], { cwd })).code).toBe(0);
});

test("while a process runs in the folder another is refused", async () => {
  const cwd = folderWith({ "x.mjs": TASK, "items.jsonl": ITEMS });
  const process = startCli(TOLERATED, { cwd });
  await called(cwd, 1, process);
  for (const args of [TOLERATED, ["resume", "--data", "d"]]) {
    const { code, stderr } = await runCli(args, { cwd });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^fanout: d: process \d+ is running in this folder: .*\[FANOUT_DATA_UNUSABLE\]\n$/),
    });
  }
  writeFileSync(join(cwd, "go"), "");
  expect((await process.ended).code).toBe(0);
});

test.each<[what: string, change: (cwd: string) => void, says: RegExp]>([
  [
    "its items have changed",
    (cwd) => writeFileSync(join(cwd, "items.jsonl"), `${ITEMS}{"id":60}\n`),
    /^going on.*\nfanout: items\.jsonl: has changed since the run began: it cannot be gone on with \[FANOUT_DATA_UNUSABLE\]\n$/,
  ],
  [
    "its task is gone",
    (cwd) => rmSync(join(cwd, "x.mjs")),
    /fanout: x\.mjs: there is no such file \[FANOUT_FILE_NOT_FOUND\]\n$/,
  ],
  [
    "it was begun by a version with another format",
    (cwd) => writeFileSync(join(cwd, "d", "run.json"), '{"format":2}'),
    /^fanout: d\/run\.json: has format 2, this version of fanout reads 1: resume with the other \[FANOUT_DATA_UNUSABLE\]\n$/,
  ],
  [
    "its run.json is broken",
    (cwd) => truncateSync(join(cwd, "d", "run.json"), 20),
    /^fanout: d\/run\.json: cannot be read: .*\[FANOUT_DATA_UNUSABLE\]\n$/,
  ],
  [
    "its journal is damaged in the middle",
    (cwd) => {
      const bytes = readFileSync(join(cwd, "d", "journal"));
      bytes[40] = (bytes[40] ?? 0) ^ 0xff;
      writeFileSync(join(cwd, "d", "journal"), bytes);
    },
    /^fanout: d\/journal: the block at byte 17 is damaged, and whole ones follow it: it cannot be gone on with \[FANOUT_DATA_UNUSABLE\]\n$/,
  ],
])("a run is not gone on with when %s, and nothing is touched", async (_, change, says) => {
  const { cwd } = await interrupted("SIGKILL");
  change(cwd);
  const before = readFileSync(join(cwd, "d", "journal"));
  const { code, stderr } = await runCli(["resume", "--data", "d"], { cwd });
  expect(code).toBe(1);
  expect(stderr).toMatch(says);
  expect(readFileSync(join(cwd, "d", "journal")).equals(before)).toBe(true);
  expect(existsSync(join(cwd, "out.jsonl"))).toBe(false);
});

test("what a process had no time to write whole is left out, in one line", async () => {
  const { cwd } = await interrupted("SIGKILL");
  const journal = readFileSync(join(cwd, "d", "journal"));
  truncateSync(join(cwd, "d", "journal"), journal.length - 3);
  const { code, stderr } = await runCli(["resume", "--data", "d"], { cwd });
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(
      /^fanout: the last \d+ bytes of the journal are not whole and are left out\ngoing on/,
    ),
  });
  expect(outputs(cwd)).toEqual(WHOLE);
});

test("a disk that is full stops the run with one line, and it can be gone on with", async () => {
  const { cwd } = await interrupted("SIGKILL");
  const journal = join(cwd, "d", "journal");
  const kept = readFileSync(journal);
  rmSync(journal);
  symlinkSync("/dev/full", journal);
  const { code, stderr } = await runCli(["resume", "--data", "d"], { cwd });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /fanout: d: the journal cannot be written: ENOSPC.*\[FANOUT_DATA_UNUSABLE\]\nfanout resume --data d {3}goes on with it\n$/,
  );
  expect(existsSync(join(cwd, "out.jsonl"))).toBe(false);
  rmSync(journal);
  writeFileSync(journal, kept);
  expect((await runCli(["resume", "--data", "d"], { cwd })).code).toBe(0);
  expect(outputs(cwd)).toEqual(WHOLE);
});

test.each([
  [
    ["run", "--task", "x.mjs", "--items", "-", "--data", "d"],
    /stdin cannot be read again: give a file \[FANOUT_USAGE\]/,
  ],
  [["run", "--task", "none.mjs", "--items", "items.jsonl", "--data", "d"], /none\.mjs: there is no such file/],
  [["resume", "--data", "d"], /^fanout: d: no run has been started in this folder: .*\[FANOUT_DATA_UNUSABLE\]/],
  [["resume"], /required option '--data <dir>' not specified \[FANOUT_USAGE\]/],
])("%s is refused and leaves nothing to resume", async (args, says) => {
  const cwd = folderWith({ "x.mjs": TASK, "items.jsonl": ITEMS });
  const { code, stderr } = await runCli(args, { cwd });
  expect(code).toBe(1);
  expect(stderr).toMatch(says);
  expect(existsSync(join(cwd, "d", "run.json"))).toBe(false);
});

test("a folder that cannot be made is told of in one line", async () => {
  const cwd = folderWith({ "x.mjs": TASK, "items.jsonl": ITEMS, d: "" });
  const { code, stderr } = await runCli(TOLERATED, { cwd });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^fanout: d: the folder cannot be used: .*\[FANOUT_DATA_UNUSABLE\]\n$/),
  });
});

test("items that are given in the command line are kept with the run", async () => {
  const cwd = folderWith({ "x.mjs": "export const handler = async (n) => n * 2;\n" });
  mkdirSync(join(cwd, "d"));
  expect(
    (await runCli(["run", "--task", "x.mjs", "--items", "[1, 2]", "--data", "d", "--out", "o.jsonl"], { cwd })).code,
  ).toBe(0);
  rmSync(join(cwd, "o.jsonl"));
  expect((await runCli(["resume", "--data", "d"], { cwd })).code).toBe(0);
  expect(
    jsonLines(readFileSync(join(cwd, "o.jsonl"), "utf8")).map((line) => (line as { output: unknown }).output),
  ).toEqual([2, 4]);
});

test("a run whose reader has gone goes on, and prints all of its results", async () => {
  const task = `export const handler = async ({ id }) => {
  await new Promise((done) => setTimeout(done, 5));
  return { id };
};
`;
  const cwd = folderWith({ "x.mjs": task, "items.jsonl": ITEMS });
  const command = `'${process.execPath}' '${BIN}' run --task x.mjs --items items.jsonl --data d --workers 2 --quiet | head -n 1`;
  await promisify(execFile)("sh", ["-c", command], { cwd });
  const { code, stdout } = await runCli(["resume", "--data", "d"], { cwd });
  expect(code).toBe(0);
  expect(jsonLines(stdout)).toEqual(
    ITEMS.trim()
      .split("\n")
      .map((_, id) => ({ index: id, status: "SUCCEEDED", output: { id } })),
  );
});

test("a run that failed is over as well, with the exit code that it had", async () => {
  const cwd = folderWith({ "x.mjs": 'export const handler = async () => { throw new Error("no"); };\n' });
  const args = ["run", "--task", "x.mjs", "--items", "[1, 2]", "--data", "d", "--out", "o.jsonl"];
  expect((await runCli(args, { cwd })).code).toBe(2);
  const { code, stderr } = await runCli(["resume", "--data", "d"], { cwd });
  expect({ code, stderr }).toEqual({ code: 2, stderr: "nothing to do: the run is over, its status is FAILED\n" });
});
