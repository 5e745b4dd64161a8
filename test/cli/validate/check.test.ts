import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Checker, type FileFindings } from "../../../lib/cli/validate/check.js";
import { folderWith } from "../run-cli.js";

const fixtures = relative(process.cwd(), fileURLToPath(new URL("../../definition/fixtures", import.meta.url)));

function check(targets: readonly string[], stdin = "", type: "STANDARD" | "EXPRESS" = "STANDARD") {
  const checker = new Checker({ type, stdin });
  for (const target of targets) checker.check(target);
  return checker;
}

const brief = (files: readonly FileFindings[]) =>
  files.map(({ file, diagnostics }) => [
    file,
    ...diagnostics.map(({ code, line, column, location }) => `${line}:${column} ${code} ${location}`),
  ]);

const machine = (fields = "") => `{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true${fields}}}}`;

test("a definition without findings is part of the answer", () => {
  const checker = check([join(fixtures, "order.asl.json"), join(fixtures, "order.asl.yaml")]);
  expect(checker.files.map(({ diagnostics }) => diagnostics)).toEqual([[], []]);
  expect(checker.stateMachines).toBe(2);
});

test("the state machines of a CDK app are found in its templates and assets, each with its file", () => {
  const checker = check([join(fixtures, "assembly")]);
  expect(checker.stateMachines).toBeGreaterThan(1);
  for (const { file } of checker.files) expect(file).toMatch(/^test\/definition\/fixtures\/assembly\//);
});

test("a SAM template's definition is found in the file it names", () => {
  const checker = check([join(fixtures, "sam/template.yaml")]);
  expect(checker.stateMachines).toBeGreaterThan(0);
  expect(checker.files.map(({ file }) => file)).toContain(join(fixtures, "sam/statemachine/orders.asl.json"));
});

test("several findings of a file are in the order of their places", () => {
  const text = '{\n"States": {"B": {"Type": "Pass", "Next": "C"},\n"A": {"Type": "Pass"}},\n"StartAt": "X"}';
  const places = check(["-"], text).files.flatMap(({ diagnostics }) => diagnostics.map(({ line }) => line ?? 0));
  expect(places.length).toBeGreaterThan(2);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

test("what is missing in a definition is a finding about the definition", () => {
  expect(brief(check(["-"], '{"States": {}}').files)[0]).toContain("1:1 SCHEMA_VALIDATION_FAILED ");
});

test("syntax of expressions is checked", () => {
  const { files } = check(["-"], machine(', "InputPath": "$.a["'));
  expect(brief(files)).toEqual([["stdin", "1:77 SCHEMA_VALIDATION_FAILED /States/A/InputPath"]]);
});

test("a template on stdin is resolved from the working directory", () => {
  const template = `Resources:
  Order:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/r
      DefinitionString: |
        {
          "StartAt": "A",
          "States": { "A": { "Type": "Pass", "Next": "B" } }
        }
`;
  const { files } = check(["-"], template);
  expect(brief(files)).toEqual([["stdin", "6:25 MISSING_END_STATE ", "9:54 MISSING_TRANSITION_TARGET /States/A/Next"]]);
  expect(files[0]?.diagnostics[0]?.stateMachine).toBe("Order");
});

test("the type of a template's state machine is its own", () => {
  const token = '{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "End": true}';
  const template = (type: string) => `Resources:
  Order:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      StateMachineType: ${type}
      Definition: {"StartAt": "A", "States": {"A": ${token}}}
`;
  const errors = (text: string, type: "STANDARD" | "EXPRESS") =>
    check(["-"], text, type).files.flatMap(({ diagnostics }) => diagnostics.filter((one) => one.severity === "ERROR"));
  expect(errors(template("STANDARD"), "EXPRESS")).toEqual([]);
  expect(errors(template("EXPRESS"), "STANDARD")).not.toEqual([]);
});

test.each([
  ["nothing", "", "FANOUT_FILE_UNREADABLE", "nothing came"],
  ["broken JSON", '{"StartAt": "A",\n "Sta', "FANOUT_FILE_UNREADABLE", "broken JSON"],
  ["something else", '{"name": "x"}', "FANOUT_FILE_UNREADABLE", "is no state machine definition"],
  [
    "a template that makes no sense",
    "Resources:\n  A: { Type: AWS::StepFunctions::StateMachine }\n",
    "FANOUT_TEMPLATE_INVALID",
    "has no definition",
  ],
])("%s is a finding with a place", (_what, stdin, code, message) => {
  const { files } = check(["-"], stdin);
  expect(files).toMatchObject([{ file: "stdin", diagnostics: [{ severity: "ERROR", code }] }]);
  expect(files[0]?.diagnostics[0]?.message).toMatch(new RegExp(`^${message}|: ${message}`));
});

test("a folder that is no CDK app, and a file that is not there, keep the others from nothing", () => {
  const folder = folderWith({ "good.json": machine(), "x/y.txt": "" });
  const { files } = check([join(folder, "x"), join(folder, "none.json"), join(folder, "good.json")]);
  expect(files.map(({ diagnostics }) => diagnostics.map(({ code }) => code))).toEqual([
    ["FANOUT_FILE_UNREADABLE"],
    ["FANOUT_FILE_NOT_FOUND"],
    [],
  ]);
});

test("a byte order mark is no part of a definition on stdin", () => {
  expect(check(["-"], `\uFEFF${machine()}`).files).toEqual([{ file: "stdin", diagnostics: [] }]);
});

test("whatever comes is answered", () => {
  const broken = fc
    .tuple(
      fc.constant(machine(', "InputPath": "$.a[?(@.b)]", "Assign": {"x.$": "States.Format(\'{}\', $.c)"}')),
      fc.nat(),
      fc.string({ maxLength: 8 }),
    )
    .map(
      ([text, at, piece]) => text.slice(0, at % text.length) + piece + text.slice((at % text.length) + piece.length),
    );
  const anyJson = fc.json().map((text) => `{"StartAt": "A", "States": ${text}}`);
  const yaml = fc.string({ maxLength: 60 }).map((text) => `Resources:\n  A:\n    ${text}`);
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" }), broken, anyJson, yaml), (text) => {
      for (const { diagnostics } of check(["-"], text).files) {
        for (const { line = 1, column = 1 } of diagnostics) expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
      }
    }),
    { numRuns: 3000 },
  );
});
