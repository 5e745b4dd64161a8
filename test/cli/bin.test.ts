import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, namesIn, runCli } from "./run-cli.js";

const cwd = tmpdir();
const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

test.each([["--version"], ["-V"]])("%s prints the version of the package", async (flag) => {
  expect(await runCli([flag], { cwd })).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
});

test("the version alone is answered without anything else being loaded", async () => {
  const folder = folderWith({});
  await runCli(["--version"], { cwd, env: { NODE_V8_COVERAGE: folder } });
  const [report = ""] = namesIn(folder);
  const { result } = JSON.parse(readFileSync(join(folder, report), "utf8")) as { result: { url: string }[] };
  const modules = result.filter(({ url }) => url.startsWith("file:"));
  expect(modules.length).toBeLessThanOrEqual(2);
});

test("help goes to stdout and exits with 0", async () => {
  const { code, stdout, stderr } = await runCli(["--help"], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("Usage: fanout");
});

test("help of run names every flag and shows examples", async () => {
  const { code, stdout } = await runCli(["run", "--help"], { cwd });
  expect(code).toBe(0);
  for (const flag of ["--task", "--items", "--input", "--s3", "--state-machine", "--out", "--json", "--virtual-time"]) {
    expect(stdout).toContain(flag);
  }
  expect(stdout).toContain("Examples:");
  expect(stdout).toContain("Exit codes:");
});

test("without a command there is help on stderr and exit code 1", async () => {
  const { code, stdout, stderr } = await runCli([], { cwd });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("Usage: fanout");
});

test.each([
  [["rnu"], "fanout: unknown command 'rnu' (Did you mean run?) [FANOUT_USAGE]\n"],
  [["run", "--wrokers", "2"], "fanout: unknown option '--wrokers' (Did you mean --workers?) [FANOUT_USAGE]\n"],
  [
    ["run", "--workers", "many"],
    "fanout: option '--workers <n>' argument 'many' is invalid. It must be a whole number from 1 to 10000. [FANOUT_USAGE]\n",
  ],
  [
    ["run", "--progress", "loud"],
    "fanout: option '--progress <kind>' argument 'loud' is invalid. Allowed choices are auto, bar, plain, none. [FANOUT_USAGE]\n",
  ],
  [
    ["run", "--s3", "photos"],
    "fanout: option '--s3 <bucket=dir>' argument 'photos' is invalid. It must be BUCKET=DIR. [FANOUT_USAGE]\n",
  ],
])("%j is one line on stderr and exit code 1", async (args, line) => {
  expect(await runCli(args, { cwd })).toEqual({ code: 1, signal: null, stdout: "", stderr: line });
});

test("with --json a wrong flag is a document too", async () => {
  const { code, stdout } = await runCli(["run", "--json", "--wrokers"], { cwd });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    status: "NOT_RUN",
    error: { name: "FANOUT_USAGE", message: "unknown option '--wrokers' (Did you mean --workers?)" },
  });
});
