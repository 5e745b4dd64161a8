import { expect, test } from "vitest";
import { DOUBLE, folderWith, namesIn, runCli } from "../run-cli.js";

/** Runs a task with --out and gives what was said; checks that nothing else than the one line came of it. */
async function refused(files: Readonly<Record<string, string>>, args: readonly string[]): Promise<string> {
  const given = { "x.mjs": DOUBLE, ...files };
  const cwd = folderWith(given);
  const { code, stdout, stderr } = await runCli(["run", ...args, "--out", "out.jsonl"], { cwd });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(namesIn(cwd)).toEqual(
    Object.keys(given)
      .map((name) => name.split("/")[0])
      .sort(),
  );
  return stderr;
}

const quick = (items: string, task = "x.mjs") => ["--task", task, "--items", items];

test.each([
  ["a missing file", {}, "none.jsonl", "none.jsonl: there is no such file [FANOUT_FILE_NOT_FOUND]"],
  ["an empty file", { "e.csv": "" }, "e.csv", "e.csv: the file is empty [FANOUT_FILE_UNREADABLE]"],
  ["a glob without files", {}, "*.png", "*.png: no file matches [FANOUT_FILE_NOT_FOUND]"],
  [
    "a folder",
    { "d/e.txt": "1" },
    "d/",
    "d/: is a directory: give a file, or a glob such as 'd/*' [FANOUT_FILE_UNREADABLE]",
  ],
  [
    "a JSON file cut in the middle",
    { "cut.json": '[\n  {"n": 1},\n  {"n":' },
    "cut.json",
    "cut.json:3:8: Unexpected end of JSON input inside an object [FANOUT_ITEMS_INVALID]",
  ],
  [
    "a broken line of JSON lines, blank lines counted",
    { "cut.jsonl": '1\n\n{"n": 2\n' },
    "cut.jsonl",
    "cut.jsonl:3:8: item 1 is not valid JSON: Unexpected end of JSON input inside an object [FANOUT_ITEMS_INVALID]",
  ],
  [
    "a quote that is not closed in a CSV file",
    { "cut.csv": 'a,b\n1,"2\n' },
    "cut.csv",
    "cut.csv:2:3: A quoted field in the CSV file is not closed [FANOUT_ITEMS_INVALID]",
  ],
  [
    "an items file of another type",
    { "n.txt": "1" },
    "n.txt",
    "n.txt: not an items file: its extension is none of .json, .jsonl, .ndjson, .csv, .tsv (each also with .gz, .zst or .zstd), .parquet [FANOUT_FILE_UNREADABLE]",
  ],
  [
    "a broken array",
    {},
    "[1, 2",
    "--items: column 6: Unexpected end of JSON input inside an array [FANOUT_ITEMS_INVALID]",
  ],
])("%s is one clear line", async (_what, files, items, line) => {
  expect(await refused(files, quick(items))).toBe(`fanout: ${line}\n`);
});

test("an unknown export of the task is one clear line", async () => {
  const text = await refused({}, [...quick("[1]"), "--handler", "nope"]);
  expect(text).toMatch(/^fanout: x\.mjs: .*"nope".*handler.* \[FANOUT_TASK_NOT_FOUND\]\n$/);
});

test("a task that throws on import is one clear line with its place", async () => {
  const text = await refused(
    { "t.ts": '\nthrow new Error("not today");\nexport const handler = async () => 1;\n' },
    quick("[1]", "t.ts"),
  );
  expect(text).toMatch(/^fanout: t\.ts: .*Error: not today.*t\.ts:2:7.* \[FANOUT_TASK_BROKEN\]\n$/);
});

test("a task that does not build is one clear line with its place", async () => {
  const text = await refused({ "t.ts": "export const handler = async ( => 1;\n" }, quick("[1]", "t.ts"));
  expect(text).toMatch(/^fanout: t\.ts:1:32: the task does not build: .* \[FANOUT_TASK_BROKEN\]\n$/);
});

test("a task that is not there is one clear line", async () => {
  expect(await refused({}, quick("[1]", "none.ts"))).toMatch(/^fanout: none\.ts: .* \[FANOUT_FILE_NOT_FOUND\]\n$/);
});

test("a missing Next target is shown with file, line and column", async () => {
  const machine =
    '{\n  "StartAt": "A",\n  "States": {\n    "A": { "Type": "Pass", "Next": "B" },\n    "C": { "Type": "Succeed" }\n  }\n}\n';
  const text = await refused({ "m.asl.json": machine }, ["m.asl.json"]);
  expect(text.split("\n")[0]).toMatch(
    /^fanout: m\.asl\.json:4:36 \/States\/A\/Next: .*Missing 'Next' target: B \[FANOUT_DEFINITION_INVALID\]$/,
  );
});

const machine = (name: string) => `  ${name}:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/r
      StateMachineName: ${name}
      Definition: { StartAt: A, States: { A: { Type: Pass, Result: ${name}, End: true } } }
`;
const TWO = `Resources:\n${machine("sort")}${machine("send")}`;

test("two state machines and no name: their names are listed", async () => {
  const text = await refused({ "two.yaml": TWO }, ["two.yaml"]);
  expect(text).toBe(
    "fanout: there are 2 state machines, choose one by its name: sort, send [FANOUT_STATE_MACHINE_AMBIGUOUS]\n",
  );
});

test("one of two state machines is chosen by its name", async () => {
  const cwd = folderWith({ "two.yaml": TWO });
  const { code, stdout } = await runCli(["run", "two.yaml", "--state-machine", "send"], { cwd });
  expect({ code, stdout }).toEqual({ code: 0, stdout: '"send"\n' });
});

test("an unknown flag is refused before anything is written", async () => {
  expect(await refused({}, [...quick("[1]"), "--bacth", "2"])).toBe(
    "fanout: unknown option '--bacth' (Did you mean --batch?) [FANOUT_USAGE]\n",
  );
});

test.each([["none/out.jsonl"], ["."]])(
  "results that cannot be written to %s are told of before the run",
  async (out) => {
    const cwd = folderWith({
      "x.mjs": `import { writeFileSync } from "node:fs";\nexport const handler = async () => writeFileSync("ran", "");\n`,
    });
    const { code, stderr } = await runCli(["run", ...quick("[1]"), "--out", out], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^fanout: .*: results cannot be written: it.* \[FANOUT_OUTPUT_UNWRITABLE\]\n$/);
    expect(namesIn(cwd)).toEqual(["x.mjs"]);
  },
);

test("a CSV with a ragged row is read as AWS reads it, with a warning that names the line", async () => {
  const cwd = folderWith({ "x.mjs": "export const handler = async (row) => row;\n", "r.csv": "a,b\n1,2\n3\n" });
  const { code, stdout, stderr } = await runCli(["run", ...quick("r.csv")], { cwd });
  expect(code).toBe(0);
  expect(stdout).toContain('"output":{"a":"3","b":""}');
  expect(stderr).toMatch(/^fanout: warning: r\.csv:3: .*\n/);
});

test("with --json an error is a document on stdout and a line on stderr", async () => {
  const cwd = folderWith({ "x.mjs": DOUBLE, "cut.json": "[1,2" });
  const { code, stdout, stderr } = await runCli(["run", ...quick("cut.json"), "--json"], { cwd });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ status: "NOT_RUN", error: { name: "FANOUT_ITEMS_INVALID" } });
  expect(stderr).toMatch(/^fanout: cut\.json:1:5: .*\n$/);
});

test("a stack is shown with --verbose only", async () => {
  const cwd = folderWith({ "x.mjs": DOUBLE });
  const { stderr } = await runCli(["run", ...quick("none.json"), "--verbose"], { cwd });
  expect(stderr).toMatch(/^fanout: none\.json: .*\n {4}at /);
});
