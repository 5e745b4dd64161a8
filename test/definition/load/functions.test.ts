import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadApplication, selectStateMachine } from "../../../lib/definition/load.js";
import type { JsonObject } from "../../../lib/json.js";

const directory = mkdtempSync(join(tmpdir(), "fanout-functions-"));
afterAll(() => rmSync(directory, { recursive: true }));
mkdirSync(join(directory, "code/lib"), { recursive: true });
for (const file of ["plain.mjs", "typed.ts", "lib/deep.ts", "both.ts", "both.js"]) {
  writeFileSync(join(directory, "code", file), "export const run = async () => 1;\n");
}

/** A template with one function of these properties and a state machine that invokes it. */
function load(Properties: JsonObject, Type = "AWS::Serverless::Function") {
  const file = join(directory, "template.json");
  const Definition = { StartAt: "A", States: { A: { Type: "Task", Resource: { "Fn::GetAtt": "F.Arn" }, End: true } } };
  const machine = { Type: "AWS::Serverless::StateMachine", Properties: { Definition } };
  writeFileSync(file, JSON.stringify({ Resources: { F: { Type, Properties }, M: machine } }));
  return loadApplication(file);
}

describe("the code of a function", () => {
  it.each([
    ["plain.run", "directory", "code", "plain.run"],
    ["typed.run", "module", "code/typed.ts", "run"],
    ["lib/deep.run", "module", "code/lib/deep.ts", "run"],
    ["both.run", "directory", "code", "both.run"],
    ["missing.run", "directory", "code", "missing.run"],
  ])("for the handler %s is a %s", (Handler, kind, path, handler) => {
    const expected = { code: { kind, path: join(directory, path) }, handler };
    expect(load({ CodeUri: "code", Handler }).functions).toMatchObject([expected]);
    expect(load({ Code: "./code", Handler }, "AWS::Lambda::Function").functions).toMatchObject([expected]);
  });

  it.each<[JsonObject, RegExp]>([
    [{ CodeUri: "code", Handler: { Ref: "AWS::NoValue" } }, /^it has no Handler$/],
    [{ CodeUri: "gone" }, /^its code is not there: .*gone$/],
    [{ CodeUri: "code/both.js" }, /^its code is not a directory: .*both\.js$/],
    [{ CodeUri: "s3://bucket/key" }, /^its code is in S3: s3:/],
    [{ CodeUri: { Bucket: "b", Key: "k.zip" } }, /^its code is in S3 and no local asset has the key "k\.zip"$/],
    [{ InlineCode: "x" }, /^its code is inline in the template/],
    [{ PackageType: "Image", ImageUri: "x" }, /^its code is a container image$/],
    [{ CodeUri: "code", Runtime: "python3.13" }, /^its runtime is python3\.13, only Node\.js functions run here$/],
    [{ CodeUri: "code", Timeout: "soon" }, /Timeout: must be a positive number, got: soon$/],
    [{ CodeUri: "code", Environment: { Variables: { A: { Ref: "Nope" } } } }, /no parameter or resource Nope$/],
    [{ CodeUri: "code", Environment: { Variables: { A: ["x"] } } }, /Variables\/A: must be a string$/],
  ])("%j cannot be had, which matters once a state machine invokes it", (properties, reason) => {
    const application = load({ Handler: "plain.run", ...properties });
    expect(application.functions).toEqual([]);
    expect(application.unavailable).toMatchObject([{ name: "F", reason: expect.stringMatching(reason) }]);
    expect(() => selectStateMachine(application)).toThrow(
      /^.*template\.json: state machine M invokes F, which cannot run here: /,
    );
  });
});
