import { describe, expect, it } from "vitest";
import { checkDefinition, validate } from "../../lib/definition/validate.js";
import type { FanoutError } from "../../lib/errors.js";
import type { JsonObject } from "../../lib/json.js";

const source = (definition: JsonObject) => ({
  name: "order",
  arn: "arn:aws:states:us-east-1:000000000000:stateMachine:order",
  type: "STANDARD" as const,
  roleArn: "arn:aws:iam::000000000000:role/r",
  definition,
  file: "order.asl.json",
});

function failure(work: () => void): FanoutError {
  try {
    work();
  } catch (error) {
    return error as FanoutError;
  }
  throw new Error("expected a failure");
}

describe("validate", () => {
  it("finds nothing wrong with a good definition", () => {
    expect(validate({ StartAt: "A", States: { A: { Type: "Succeed" } } })).toEqual([]);
  });

  it("takes the machine's language from its own field", () => {
    const States = { A: { Type: "Pass", Output: "{% 1 %}", End: true } };
    expect(validate({ QueryLanguage: "JSONata", StartAt: "A", States })).toEqual([]);
    expect(validate({ StartAt: "A", States })).toHaveLength(1);
  });

  it.each([null, 1, "x", [], {}])("is no crash for %j", (definition) => {
    expect(validate(definition)).not.toEqual([]);
  });

  it("refuses a definition of more than 1 MB", () => {
    const States = { A: { Type: "Pass", Result: "x".repeat(1_048_576), End: true } };
    expect(validate({ StartAt: "A", States })).toMatchObject([
      { message: expect.stringContaining("maximum is 1048576") },
    ]);
  });
});

describe("checkDefinition", () => {
  const text = `{
  "StartAt": "A",
  "States": {
    "A": { "Type": "Pass",
      "Next": "B" },
    "C": { "Type": "Succeed" }
  }
}`;
  const definition = JSON.parse(text) as JsonObject;

  it("is silent over warnings", () => {
    const States = { A: { Type: "Pass", Result: { "a.$": "$" }, End: true } };
    expect(validate({ StartAt: "A", States })).toMatchObject([{ severity: "WARNING" }]);
    expect(() => checkDefinition(source({ StartAt: "A", States }))).not.toThrow();
  });

  it("says file, line, column and path of the first finding, one line for each", () => {
    expect(failure(() => checkDefinition(source(definition), text))).toMatchObject({
      code: "FANOUT_DEFINITION_INVALID",
      message: [
        "order.asl.json:5:15 /States/A/Next: MISSING_TRANSITION_TARGET: Missing 'Next' target: B",
        '/States/C MISSING_TRANSITION_TARGET: State "C" is not reachable.',
      ].join("\n"),
      location: { file: "order.asl.json", line: 5, column: 15, path: "/States/A/Next" },
    });
  });

  it("does without the text", () => {
    const { message } = failure(() => checkDefinition(source(definition)));
    expect(message).toMatch(/^order\.asl\.json \/States\/A\/Next: MISSING_TRANSITION_TARGET/);
  });

  it("finds the place of a definition inside a template", () => {
    const template = `Resources:
  Machine:
    Properties:
      Definition:
        StartAt: A
        States:
          A:
            Type: Pass
            Next: B
          C: { Type: Succeed }
  Other:
    Properties:
      DefinitionString: "{}"
`;
    const inside = { ...source(definition), file: "template.yaml", logicalId: "Machine" };
    expect(failure(() => checkDefinition(inside, template)).location).toMatchObject({ line: 9, column: 19 });
    const asString = { ...inside, logicalId: "Other" };
    expect(failure(() => checkDefinition(asString, template)).location).toMatchObject({ line: 13, column: 25 });
    const elsewhere = { ...inside, logicalId: "Another" };
    expect(failure(() => checkDefinition(elsewhere, template)).location).toMatchObject({ line: 1, column: 1 });
  });

  it("judges by the type of the state machine", () => {
    const States = { A: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken", End: true } };
    const machine = source({ StartAt: "A", States });
    expect(() => checkDefinition(machine)).not.toThrow();
    expect(() => checkDefinition({ ...machine, type: "EXPRESS" })).toThrow(/Express state machine does not support/);
  });
});
