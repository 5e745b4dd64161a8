import { describe, expect, test } from "vitest";
import { folderWith, runCli } from "./run-cli.js";

const good = JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", End: true } } });
const bad =
  '{\n  "StartAt": "A",\n  "States": {\n    "A": { "Type": "Pass", "Next": "B", "InputPath": "$.a[" }\n  }\n}\n';
const yaml = "StartAt: A\nStates:\n  A:\n    Type: Wait\n    Timestamp: tomorrow\n    Next: B\n";
const template = `Transform: AWS::Serverless-2016-10-31
Resources:
  Order:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition:
        StartAt: A
        States:
          A: { Type: Pass, Next: Nowhere }
`;

const files = {
  "good.asl.json": good,
  "bad.asl.json": bad,
  "wait.asl.yaml": yaml,
  "template.yaml": template,
  "empty.json": "",
  "cut.json": '{"StartAt": "A",\n "Sta',
  "token.asl.json": JSON.stringify({
    StartAt: "T",
    States: { T: { Type: "Task", Resource: "arn:aws:states:::states:startExecution.sync", Parameters: {}, End: true } },
  }),
};
const validate = (...args: string[]) => runCli(["validate", ...args], { cwd: folderWith(files) });

describe("findings", () => {
  test("none: nothing on stdout, the count on stderr, exit 0", async () => {
    const { code, stdout, stderr } = await validate("good.asl.json");
    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toContain("1 state machine");
  });

  test("several in a file: one line each, with file, line and column, exit 1", async () => {
    const { code, stdout } = await validate("bad.asl.json");
    expect(code).toBe(1);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines).toContainEqual(
      expect.stringMatching(/^bad\.asl\.json:4:\d+: error MISSING_TRANSITION_TARGET: .*\/States\/A\/Next/),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/^bad\.asl\.json:4:\d+: error SCHEMA_VALIDATION_FAILED: .*InputPath/),
    );
  });

  test("in YAML, and in a template at the place of the definition", async () => {
    const { code, stdout } = await validate("wait.asl.yaml", "template.yaml");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^wait\.asl\.yaml:5:\d+: error .*RFC3339/m);
    expect(stdout).toMatch(/^template\.yaml:9:\d+: error MISSING_TRANSITION_TARGET/m);
  });

  test("from stdin", async () => {
    const { code, stdout } = await runCli(["validate", "-"], { cwd: folderWith(files), input: bad });
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^stdin:4:\d+: error/m)]);
  });

  test("a type of machine that may do less", async () => {
    expect((await validate("token.asl.json")).code).toBe(0);
    expect((await validate("--type", "EXPRESS", "token.asl.json")).code).toBe(1);
  });
});

describe("documents", () => {
  test("JSON: nothing else on stdout", async () => {
    const { code, stdout } = await validate("--json", "good.asl.json", "bad.asl.json");
    const { files, errors } = JSON.parse(stdout) as {
      files: { file: string; diagnostics: object[] }[];
      errors: number;
    };
    expect(code).toBe(1);
    expect(files.map(({ file }) => file).sort()).toEqual(["bad.asl.json", "good.asl.json"]);
    expect(errors).toBe(files.flatMap(({ diagnostics }) => diagnostics).length);
  });

  test("SARIF 2.1.0: a rule and a region for every finding", async () => {
    const { code, stdout } = await validate("--sarif", "bad.asl.json");
    const { version, runs } = JSON.parse(stdout) as {
      version: string;
      runs: {
        tool: { driver: { name: string; rules: { id: string }[] } };
        results: { ruleId: string; level: string; message: { text: string }; locations: object[] }[];
      }[];
    };
    expect([code, version, runs.length]).toEqual([1, "2.1.0", 1]);
    const [run] = runs;
    const rules = run?.tool.driver.rules.map(({ id }) => id);
    expect(run?.tool.driver.name).toBe("fanout");
    expect(run?.results.length).toBeGreaterThanOrEqual(2);
    for (const { ruleId, level, message, locations } of run?.results ?? []) {
      expect(rules).toContain(ruleId);
      expect(level).toBe("error");
      expect(message.text).not.toBe("");
      expect(locations).toMatchObject([
        { physicalLocation: { artifactLocation: { uri: "bad.asl.json" }, region: { startLine: expect.any(Number) } } },
      ]);
    }
  });
});

describe("what cannot be checked", () => {
  test.each([
    ["a file that is not there", "none.json", /none\.json.*FANOUT_FILE_NOT_FOUND|none\.json: error/],
    ["an empty file", "empty.json", /empty\.json.*empty/],
    ["a file that is cut off", "cut.json", /cut\.json:2:\d+: error/],
  ])("%s is a finding", async (_what, file, expected) => {
    const { code, stdout, stderr } = await validate(file);
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(expected);
  });

  test("an unknown flag is one line", async () => {
    const { code, stdout, stderr } = await validate("--strickt", "good.asl.json");
    expect([code, stdout, stderr.trimEnd().split("\n").length]).toEqual([1, "", 1]);
  });
});
