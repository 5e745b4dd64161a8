import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { parseText } from "../../../lib/definition/load/read.js";
import { loadApplication } from "../../../lib/definition/load.js";
import { FanoutError } from "../../../lib/errors.js";

const directory = mkdtempSync(join(tmpdir(), "fanout-hostile-"));
afterAll(() => rmSync(directory, { recursive: true }));

const functions = [
  "Ref",
  "Fn::GetAtt",
  "Fn::Join",
  "Fn::Sub",
  "Fn::Select",
  "Fn::Split",
  "Fn::If",
  "Fn::FindInMap",
  "Fn::Equals",
];
const words = fc.constantFrom(
  "A",
  "B",
  "M",
  "P",
  "C",
  "Arn",
  "",
  "AWS::Region",
  "AWS::NoValue",
  ...["A", "!x", "B.Arn"].map((name) => `\${${name}}`),
  "__proto__",
  "toString",
);
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    words,
    fc.constantFrom(null, 0, 1, true),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.tuple(fc.constantFrom(...functions), tie("any")).map(([name, argument]) => ({ [name]: argument })),
    fc.dictionary(words, tie("any"), { maxKeys: 3 }),
  ),
})).any;

const types = fc.constantFrom(
  "AWS::StepFunctions::StateMachine",
  "AWS::Serverless::StateMachine",
  "AWS::Lambda::Function",
  "AWS::Serverless::Function",
  "AWS::Lambda::Alias",
  "AWS::S3::Bucket",
  "AWS::CloudFormation::Stack",
  "Custom::Thing",
);
const propertyNames = fc.constantFrom(
  ...[
    "Definition",
    "DefinitionString",
    "DefinitionUri",
    "DefinitionSubstitutions",
    "Code",
    "CodeUri",
    "Handler",
    "Timeout",
  ],
  ...["Environment", "FunctionName", "BucketName", "Name", "StateMachineName", "TemplateURL", "Parameters", "Role"],
);
const resource = fc.record({ Type: types, Properties: fc.dictionary(propertyNames, value, { maxKeys: 5 }) });
const template = fc.record({
  Resources: fc.dictionary(fc.constantFrom("A", "B", "M", "constructor"), resource, { minKeys: 1, maxKeys: 4 }),
  Parameters: fc.constantFrom({}, { P: { Type: "String", Default: "p" } }, { P: { Type: "List<Number>" } }),
  Conditions: fc.dictionary(fc.constantFrom("C", "D"), value, { maxKeys: 2 }),
});

describe("loadApplication", () => {
  it("answers for every template: with an application or with one line", () => {
    const file = join(directory, "template.json");
    fc.assert(
      fc.property(template, (document) => {
        writeFileSync(file, JSON.stringify(document));
        try {
          const { functions: found, unavailable = [] } = loadApplication(file);
          for (const { environment } of found) {
            for (const text of Object.values(environment)) expect(typeof text).toBe("string");
          }
          for (const { reason } of unavailable) expect(reason).not.toBe("");
        } catch (error) {
          expect(error).toBeInstanceOf(FanoutError);
          expect((error as FanoutError).message).not.toContain("\n");
        }
      }),
      { numRuns: 500 },
    );
  });

  it("answers for templates nested without end", () => {
    const file = join(directory, "deep.json");
    const deep = `${'{"Fn::Not":['.repeat(20_000)}true${"]}".repeat(20_000)}`;
    writeFileSync(file, `{"Resources":{"M":{"Type":"AWS::S3::Bucket","Condition":"C"}},"Conditions":{"C":${deep}}}`);
    expect(() => loadApplication(file)).toThrow(/nested too deeply/);
  });
});

describe("the place of a JSON mistake", () => {
  it("is where the text was cut", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.nat(), (text, seed) => {
        const whole = `{"a":${text}}`;
        const cut = whole.slice(0, 1 + (seed % (whole.length - 1)));
        try {
          parseText(cut, "cut.json");
          expect.unreachable("a cut document does not parse");
        } catch (error) {
          expect(error).toMatchObject({ location: { line: 1 } });
          // A cut inside an escape is reported where the escape begins.
          const { column = 0 } = (error as FanoutError).location;
          expect(column).toBeLessThanOrEqual(cut.length + 1);
          expect(column).toBeGreaterThan(cut.length - 6);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is where a wrong character was put", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 50 }), fc.nat(), (items, seed) => {
        const lines = items.map((item, i) => (i === seed % items.length ? "  ?" : `  ${item}`));
        const line = 2 + (seed % items.length);
        expect(() => parseText(`[\n${lines.join(",\n")}\n]`, "wrong.json")).toThrow(
          `wrong.json:${line}:3: broken JSON: `,
        );
      }),
    );
  });
});
