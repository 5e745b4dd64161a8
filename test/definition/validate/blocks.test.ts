import { describe, expect, it } from "vitest";
import { validate } from "../../../lib/definition/validate.js";
import type { Json } from "../../../lib/json.js";

function findings(definition: Json): string[] {
  return validate(definition).map(({ code, location, message }) => `${code} ${location} ${message}`);
}

const pass = { Type: "Pass", End: true };

describe("the top level", () => {
  it.each<[Json, string]>([
    [{ StartAt: "A" }, "SCHEMA_VALIDATION_FAILED  These fields are required: [States]"],
    [{ States: { A: pass } }, "SCHEMA_VALIDATION_FAILED  These fields are required: [StartAt]"],
    [{ StartAt: "A", States: { A: pass }, Foo: 1 }, "SCHEMA_VALIDATION_FAILED  Field 'Foo' is not supported"],
    [
      { StartAt: "A", States: { A: pass }, TimeoutSeconds: 0 },
      "SCHEMA_VALIDATION_FAILED /TimeoutSeconds Minimum value is 1",
    ],
    [
      { StartAt: "A", States: { A: pass }, QueryLanguage: "XPath" },
      "SCHEMA_VALIDATION_FAILED /QueryLanguage The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]",
    ],
    [
      { StartAt: "A", States: { A: pass }, Version: "2.0" },
      "SCHEMA_VALIDATION_FAILED /Version The field 'Version' should have one of these values: [1.0]",
    ],
    [
      { StartAt: "B", States: { A: pass } },
      'MISSING_TRANSITION_TARGET /StartAt StartAt names the state "B", which is not among the States',
    ],
    [{ StartAt: "A", States: [] }, "SCHEMA_VALIDATION_FAILED /States Expected value of type Object"],
  ])("of %j is refused", (definition, expected) => {
    expect(findings(definition)).toEqual([expected]);
  });

  it("has states", () => {
    expect(findings({ StartAt: "A", States: {} })).toContain("SCHEMA_VALIDATION_FAILED /States Value cannot be empty");
  });
});

describe("state names", () => {
  it("have 1 to 80 characters", () => {
    const name = "x".repeat(80);
    expect(findings({ StartAt: name, States: { [name]: pass } })).toEqual([]);
    expect(findings({ StartAt: `${name}x`, States: { [`${name}x`]: pass } })).toEqual([
      `INVALID_STATE_NAME /States/${name}x A state name has 1 to 80 characters`,
    ]);
  });

  it("are unique over all nested blocks", () => {
    const branch = { StartAt: "A", States: { A: pass } };
    const States = { A: { Type: "Parallel", Branches: [branch, branch], End: true } };
    expect(findings({ StartAt: "A", States })).toEqual([
      "DUPLICATE_STATE_NAME /States/A/Branches[0]/States/A Duplicate State name: A",
      "DUPLICATE_STATE_NAME /States/A/Branches[1]/States/A Duplicate State name: A",
    ]);
  });

  it("may be those of JavaScript's own", () => {
    const States = JSON.parse(
      '{"constructor":{"Type":"Pass","Next":"__proto__"},"__proto__":{"Type":"Pass","Next":"toString"}}',
    );
    expect(findings({ StartAt: "constructor", States })).toEqual([
      "MISSING_TRANSITION_TARGET /States/__proto__/Next Missing 'Next' target: toString",
      "MISSING_END_STATE  Workflow has no terminal state",
    ]);
  });
});

describe("transitions", () => {
  it("lead to states of the same block, wherever they are named", () => {
    const Branches = [{ StartAt: "I", States: { I: { Type: "Pass", Next: "Z" }, J: { Type: "Succeed" } } }];
    const States = {
      A: { Type: "Choice", Choices: [{ Variable: "$", IsNull: true, Next: "X" }], Default: "Y" },
      P: { Type: "Parallel", Branches, Catch: [{ ErrorEquals: ["E"], Next: "I" }], Next: "A" },
      Z: pass,
    };
    expect(findings({ StartAt: "P", States })).toEqual([
      "MISSING_TRANSITION_TARGET /States/A/Choices[0]/Next Missing 'Next' target: X",
      "MISSING_TRANSITION_TARGET /States/A/Default Missing 'Next' target: Y",
      "MISSING_TRANSITION_TARGET /States/P/Catch[0]/Next Missing 'Next' target: I",
      'MISSING_TRANSITION_TARGET /States/Z State "Z" is not reachable.',
      "MISSING_TRANSITION_TARGET /States/P/Branches[0]/States/I/Next Missing 'Next' target: Z",
      'MISSING_TRANSITION_TARGET /States/P/Branches[0]/States/J State "J" is not reachable.',
    ]);
  });

  it("leave no state out", () => {
    const States = { A: { Type: "Pass", Next: "C" }, B: { Type: "Pass", Next: "B" }, C: pass };
    expect(findings({ StartAt: "A", States })).toEqual([
      'MISSING_TRANSITION_TARGET /States/B State "B" is not reachable.',
    ]);
  });

  it("come to an end; where there is none, nothing is said of unreachable states", () => {
    const loop = { A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", Next: "A" } };
    const noEnd = "MISSING_END_STATE  Workflow has no terminal state";
    expect(findings({ StartAt: "A", States: loop })).toEqual([noEnd]);
    expect(findings({ StartAt: "A", States: { ...loop, C: { Type: "Pass", Next: "A" } } })).toEqual([noEnd]);
    expect(findings({ StartAt: "A", States: { A: { Type: "Pass", Next: "NOPE" } } })).toEqual([
      "MISSING_TRANSITION_TARGET /States/A/Next Missing 'Next' target: NOPE",
      noEnd,
    ]);
    expect(findings({ StartAt: "A", States: { ...loop, C: pass } })).toEqual([
      'MISSING_TRANSITION_TARGET /States/C State "C" is not reachable.',
    ]);
  });
});

describe("variables", () => {
  const assigning = { Type: "Pass", Assign: { "x.$": "$" }, End: true };
  const inner = { StartAt: "I", States: { I: assigning } };
  const outer = (state: Json): Json => ({
    StartAt: "A",
    States: { A: { Type: "Pass", Assign: { x: 1 }, Next: "B" }, B: state },
  });

  it("of an outer scope cannot be assigned in a branch or an inline iteration", () => {
    const message = "The variable 'x' of an outer scope cannot be assigned here";
    expect(findings(outer({ Type: "Parallel", Branches: [inner], End: true }))).toEqual([
      `SCHEMA_VALIDATION_FAILED /States/B/Branches[0]/States/I ${message}`,
    ]);
    expect(findings(outer({ Type: "Map", ItemProcessor: inner, End: true }))).toEqual([
      `SCHEMA_VALIDATION_FAILED /States/B/ItemProcessor/States/I ${message}`,
    ]);
  });

  it("are the children's own in a distributed Map, and in siblings", () => {
    const ProcessorConfig = { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" };
    expect(findings(outer({ Type: "Map", ItemProcessor: { ...inner, ProcessorConfig }, End: true }))).toEqual([]);
    const other = { StartAt: "J", States: { J: assigning } };
    expect(
      findings({ StartAt: "A", States: { A: { Type: "Parallel", Branches: [inner, other], End: true } } }),
    ).toEqual([]);
  });
});
