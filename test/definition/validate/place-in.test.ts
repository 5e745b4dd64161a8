import { expect, test } from "vitest";
import { locator, placeIn } from "../../../lib/definition/validate.js";

const place = (text: string) => placeIn(locator(text), { logicalId: "M" }, "/States/A/Next");

const template = (definition: string) => `Resources:
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties:
${definition}`;

const BLOCK = `
        {
          "StartAt": "A",
          "States": {
            "A": { "Type": "Task", "Resource": "\${TaskArn}", "Next": "B" }
          }
        }
`;

test.each([
  ["a block", template(`      DefinitionString: |${BLOCK}`), 9, 70],
  ["a folded block", template(`      DefinitionString: >-${BLOCK}`), 9, 70],
  ["!Sub and a block", template(`      DefinitionString: !Sub |${BLOCK}`), 9, 70],
  [
    "Fn::Sub and a block",
    template(`      DefinitionString:\n        Fn::Sub: |${BLOCK.replaceAll("\n", "\n  ")}`),
    10,
    72,
  ],
  [
    "!Sub of a block and values",
    template(`      DefinitionString: !Sub\n      - |${BLOCK}      - { TaskArn: x }\n`),
    10,
    70,
  ],
  [
    "a block of YAML",
    template("      DefinitionString: |\n        States:\n          A:\n            Next: B\n"),
    8,
    19,
  ],
  ["Definition", template("      Definition:\n        States: { A: { Next: B } }\n"), 6, 30],
])("a location is found in a definition that is %s", (_what, text, line, column) => {
  expect(place(text)).toEqual({ line, column });
});

test.each([
  ["JSON in one string", template(`      DefinitionString: '{"States":{"A":{"Next":"B"}}}'\n`), 5, 25],
  ["joined of pieces", template(`      DefinitionString: !Join ["", ["{", "}"]]\n`), 5, 32],
  ["in another file", template("      DefinitionUri: order.asl.json\n"), 2, 3],
  ["a block that goes on in nothing", template("      DefinitionString: |\n        just words\n"), 6, 9],
])("the nearest place stands for a definition that is %s", (_what, text, line, column) => {
  expect(place(text)).toEqual({ line, column });
});

test("a text without resources is a definition of its own", () => {
  expect(place('{"States": {"A": {"Next": "B"}}}')).toEqual({ line: 1, column: 27 });
});
