import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadApplication } from "../../../lib/definition/load.js";
import type { FanoutError } from "../../../lib/errors.js";

const directory = mkdtempSync(join(tmpdir(), "fanout-load-"));
afterAll(() => rmSync(directory, { recursive: true }));

let count = 0;
function file(name: string, text: string): string {
  const inside = join(directory, String(count++));
  mkdirSync(inside);
  writeFileSync(join(inside, name), text);
  return join(inside, name);
}

function failure(target: string, options?: Parameters<typeof loadApplication>[1]): FanoutError {
  try {
    loadApplication(target, options);
  } catch (error) {
    expect((error as Error).message).not.toContain("\n");
    return error as FanoutError;
  }
  throw new Error("expected a failure");
}

/** A template with one state machine of these properties. */
function template(properties: object, rest: object = {}): string {
  const Resources = { Machine: { Type: "AWS::StepFunctions::StateMachine", Properties: properties } };
  return file("template.json", JSON.stringify({ Resources, ...rest }));
}

describe("a target that is no application", () => {
  it("is not there", () => {
    const path = join(directory, "nope.json");
    expect(failure(path)).toMatchObject({ code: "FANOUT_FILE_NOT_FOUND", location: { file: path } });
  });

  it("is empty", () => {
    expect(failure(file("a.asl.json", " \n"))).toMatchObject({
      code: "FANOUT_FILE_UNREADABLE",
      message: /the file is empty/,
    });
  });

  it("is of another type", () => {
    expect(failure(file("items.csv", "a,b\n"))).toMatchObject({
      code: "FANOUT_FILE_UNREADABLE",
      message: /another type/,
    });
    expect(failure(file("a.json", "[1]")).message).toMatch(/no state machine definition .* and no template/);
    expect(failure(file("a.yaml", "hello")).message).toMatch(/no state machine definition/);
  });

  it("is a directory without a manifest", () => {
    mkdirSync(join(directory, "app/cdk.out"), { recursive: true });
    writeFileSync(join(directory, "app/cdk.out/manifest.json"), "{}");
    expect(failure(join(directory, "app")).message).toMatch(
      /no CDK cloud assembly: .*; did you mean .*app.cdk\.out\?$/,
    );
    expect(failure(join(directory, "app/cdk.out")).message).toMatch(/no manifest of a CDK cloud assembly/);
  });
});

describe("a broken file", () => {
  it.each([
    ["cut in the middle", '{\n  "StartAt": "A",\n  "Sta', 3, 7],
    ["cut in a word", '{\n  "a": tru', 2, 11],
    ["with a stray comma", '{\n  "a": [1, 2,]\n}', 2, 15],
    ["with a wrong word", '{\n  "a": nope\n}', 2, 9],
    ["without quotes", "{\n  a: 1\n}", 2, 3],
    ["with text behind it", "{}\n}", 2, 1],
  ])("of JSON %s is reported with line and column", (_, text, line, column) => {
    const error = failure(file("machine.asl.json", text));
    expect(error).toMatchObject({ code: "FANOUT_FILE_UNREADABLE", location: { line } });
    // Versions of V8 differ by one in where they stop.
    expect(Math.abs((error.location.column ?? 0) - column)).toBeLessThanOrEqual(1);
    expect(error.message).toMatch(/broken JSON: \S/);
  });

  it("of YAML is reported with line and column", () => {
    expect(failure(file("template.yaml", "Resources:\n  A: [1\n  B: 2\n"))).toMatchObject({
      code: "FANOUT_FILE_UNREADABLE",
      message: /broken YAML: \S/,
      location: { line: 3, column: 3 },
    });
  });

  it.each(["a.json", "a.yaml"])("nested without end (%s) is no crash", (name) => {
    expect(failure(file(name, `${"[".repeat(100_000)}`)).code).toBe("FANOUT_FILE_UNREADABLE");
  });

  it("whose aliases multiply is refused", () => {
    const levels = Array.from({ length: 30 }, (_, i) => `a${i}: &a${i} [${i === 0 ? "x" : `*a${i - 1},*a${i - 1}`}]`);
    expect(failure(file("a.yaml", levels.join("\n"))).message).toMatch(/broken YAML/);
  });
});

describe("a template that cannot be resolved", () => {
  const role = { RoleArn: "arn:aws:iam::000000000000:role/r" };

  it.each([
    [
      "an unknown reference",
      { Ref: "Nope" },
      /\/Resources\/Machine\/Properties\/DefinitionString\/Ref: there is no parameter or resource Nope/,
    ],
    ["an unknown attribute's resource", { "Fn::GetAtt": ["Nope", "Arn"] }, /there is no resource Nope/],
    ["an unknown import", { "Fn::ImportValue": "x" }, /no stack here exports x/],
    ["an unknown mapping", { "Fn::FindInMap": ["a", "b", "c"] }, /the mapping a\/b\/c is not there/],
    ["an unknown condition", { "Fn::If": ["a", "b", "c"] }, /there is no condition a/],
    ["an unknown function", { "Fn::Nope": [] }, /Fn::Nope is not supported/],
    ["a wrong argument", { "Fn::Join": "x" }, /must be a list of 2|must be a list/],
    ["an index beyond the list", { "Fn::Select": [3, ["a"]] }, /the list has no element 3/],
    ["a parameter without a value", { Ref: "Stage" }, /parameter Stage has no value: give it a Default/],
  ])("names %s", (_, value, message) => {
    const path = template({ ...role, DefinitionString: value }, { Parameters: { Stage: { Type: "String" } } });
    expect(failure(path)).toMatchObject({ code: "FANOUT_TEMPLATE_INVALID", message });
  });

  it("names a circular reference", () => {
    const path = template({ ...role, StateMachineName: { Ref: "Machine" }, Definition: {} });
    expect(failure(path).message).toMatch(/circular reference: the name of Machine depends on itself/);
  });

  it("says where a DefinitionString is no JSON", () => {
    expect(failure(template({ ...role, DefinitionString: '{"StartAt": }' })).message).toMatch(
      /DefinitionString: broken JSON: .* in line 1, column 13 of the definition/,
    );
  });

  it("says that a definition in S3 cannot be had", () => {
    const path = template({ ...role, DefinitionS3Location: { Bucket: "b", Key: "k.json" } });
    expect(failure(path).message).toMatch(/the definition is in S3 \(k\.json\)/);
  });

  it("names the file of a missing DefinitionUri", () => {
    const Resources = { M: { Type: "AWS::Serverless::StateMachine", Properties: { DefinitionUri: "gone.asl.json" } } };
    const error = failure(file("template.json", JSON.stringify({ Resources })));
    expect(error).toMatchObject({
      code: "FANOUT_FILE_NOT_FOUND",
      location: { file: expect.stringContaining("gone.asl.json") },
    });
  });

  it("asks for a definition, a type that exists, and sections that are objects", () => {
    expect(failure(template(role)).message).toMatch(/has no definition/);
    expect(failure(template({ ...role, StateMachineType: "FAST", Definition: {} })).message).toMatch(/got: FAST/);
    expect(failure(template(role, { Outputs: [] })).message).toMatch(/Outputs must be an object/);
    expect(failure(file("t.json", '{"Resources":{"A":{}}}')).message).toMatch(/resource A has no Type/);
  });

  it("leaves other state machines alone when one is wanted", () => {
    const machine = (Properties: object) => ({ Type: "AWS::StepFunctions::StateMachine", Properties });
    const Definition = { StartAt: "A", States: { A: { Type: "Succeed" } } };
    const Resources = { Good: machine({ ...role, Definition }), Bad: machine({ DefinitionS3Location: {} }) };
    const path = file("template.json", JSON.stringify({ Resources }));
    expect(failure(path).code).toBe("FANOUT_TEMPLATE_INVALID");
    expect(loadApplication(path, { stateMachine: "Good" }).stateMachines).toHaveLength(1);
  });

  it("does not follow templates that contain each other for ever", () => {
    const path = file(
      "t.json",
      '{"Resources":{"A":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"t.json"}}}}',
    );
    expect(failure(path).message).toMatch(/nested stacks contain each other/);
  });
});
