import { expect, test } from "vitest";
import { folderWith, runCli } from "../run-cli.js";

/** One error and one warning. */
const text = JSON.stringify({
  StartAt: "A",
  States: { A: { Type: "Pass", Parameters: { x: "$.a" }, Foo: 1, End: true } },
});
const validate = (args: readonly string[], files: Readonly<Record<string, string>> = { "m.json": text }) =>
  runCli(["validate", ...args], { cwd: folderWith(files) });

test("--severity error leaves warnings out of findings and counts", async () => {
  const all = await validate(["m.json"]);
  expect(all.stdout).toContain(": warning ");
  expect(all.stderr).toBe("fanout: 1 state machine: 1 error, 1 warning\n");
  const errors = await validate(["--severity", "error", "m.json"]);
  expect(errors.stdout).not.toContain(": warning ");
  expect(errors.stderr).toBe("fanout: 1 state machine: 1 error\n");
});

test("warnings alone are no failure", async () => {
  const warned = text.replace('"Foo":1,', "");
  const { code, stdout } = await validate(["m.json"], { "m.json": warned });
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^m\.json:1:\d+: warning /) });
});

test("--quiet says nothing but the findings", async () => {
  expect((await validate(["--quiet", "m.json"])).stderr).toBe("");
});

test("--format is the long form of --json and --sarif", async () => {
  for (const format of ["json", "sarif"]) {
    const long = await validate(["--format", format, "m.json"]);
    expect(long.stdout).toBe((await validate([`--${format}`, "m.json"])).stdout);
  }
});

test("two formats exclude each other", async () => {
  const { code, stdout, stderr } = await validate(["--json", "--sarif", "m.json"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toBe("fanout: there is one output: json and sarif exclude each other [FANOUT_USAGE]\n");
});

test("a file that is given twice is checked once", async () => {
  expect((await validate(["m.json", "m.json"])).stderr).toContain("1 state machine:");
});

test("no file at all is one line", async () => {
  const { code, stderr } = await validate([]);
  expect(code).toBe(1);
  expect(stderr).toBe("fanout: missing required argument 'file' [FANOUT_USAGE]\n");
});
