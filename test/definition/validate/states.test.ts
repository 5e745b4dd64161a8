import { describe, expect, it } from "vitest";
import { type ValidateOptions, validate } from "../../../lib/definition/validate.js";
import type { Json } from "../../../lib/json.js";

const resource = "arn:aws:lambda:us-east-1:000000000000:function:f";

/** Findings over one state called A: `location message`. */
function findings(state: Json, options: ValidateOptions & { language?: string } = {}): string[] {
  const QueryLanguage = options.language ?? "JSONPath";
  return validate({ QueryLanguage, StartAt: "A", States: { A: state } }, options).map(
    ({ location, message }) => `${location} ${message}`,
  );
}

describe("fields of a state", () => {
  it.each<[string, Json, string[]]>([
    ["a type", { End: true }, ["/States/A These fields are required: [Type]"]],
    [
      "a known type",
      { Type: "Nope", End: true },
      [
        "/States/A/Type The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]",
      ],
    ],
    ["an object", 5, ["/States/A Expected value of type Object"]],
    ["what is required", { Type: "Task", End: true }, ["/States/A These fields are required: [Resource]"]],
    [
      "a resource",
      { Type: "Task", Resource: "f", End: true },
      ["/States/A/Resource Value is not a valid resource ARN"],
    ],
    [
      "fields it knows",
      { Type: "Map", TimeoutSeconds: 1, Iterator: block(), End: true },
      ["/States/A Field 'TimeoutSeconds' is not supported"],
    ],
    [
      "no Retry where there is none",
      { Type: "Pass", Retry: [], End: true },
      ["/States/A Field 'Retry' is not supported"],
    ],
    [
      "Next or End",
      { Type: "Pass", Next: "A", End: true },
      ["/States/A There should only be one of the following fields: [Next, End]"],
    ],
    [
      "End to be true",
      { Type: "Pass", End: false },
      ["/States/A/End The field 'End' should have one of these values: [true]"],
    ],
    [
      "one way to wait",
      { Type: "Wait", Seconds: 1, Timestamp: "2026-01-01T00:00:00Z", End: true },
      ["/States/A There should only be one of the following fields: [Seconds, SecondsPath, Timestamp, TimestampPath]"],
    ],
    [
      "some way to wait",
      { Type: "Wait", End: true },
      ["/States/A One of these fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath]"],
    ],
    ["a time that is not negative", { Type: "Wait", Seconds: -1, End: true }, ["/States/A/Seconds Minimum value is 0"]],
    ["whole seconds", { Type: "Wait", Seconds: 1.5, End: true }, ["/States/A/Seconds Expected value of type Integer"]],
    [
      "a timeout",
      { Type: "Task", Resource: resource, TimeoutSeconds: 0, End: true },
      ["/States/A/TimeoutSeconds Minimum value is 1"],
    ],
    [
      "a heartbeat within the timeout",
      { Type: "Task", Resource: resource, TimeoutSeconds: 5, HeartbeatSeconds: 5, End: true },
      ["/States/A/HeartbeatSeconds HeartbeatSeconds must be smaller than TimeoutSeconds"],
    ],
    ["branches", { Type: "Parallel", Branches: [], End: true }, ["/States/A/Branches Value cannot be empty"]],
    [
      "an error or a path to it",
      { Type: "Fail", Error: "E", ErrorPath: "$.e" },
      ["/States/A There should only be one of the following fields: [Error, ErrorPath]"],
    ],
    ["a path", { Type: "Succeed", InputPath: "x" }, ["/States/A/InputPath Value is not a valid JSONPath"]],
    [
      "a reference path",
      { Type: "Pass", ResultPath: "$$.x", End: true },
      ["/States/A/ResultPath Value is not a Reference Path"],
    ],
    [
      "a template of paths",
      { Type: "Pass", Parameters: { "a.$": "b", c: { "d.$": 1 } }, End: true },
      [
        "/States/A/Parameters The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call",
        "/States/A/Parameters/c The value for the field 'd.$' must be a valid JSONPath or a valid intrinsic function call",
      ],
    ],
    [
      "a variable name",
      { Type: "Pass", Assign: { "a.b": 1 }, End: true },
      ["/States/A/Assign 'a.b' is not a valid variable name"],
    ],
    [
      "a name of its own",
      { Type: "Pass", Assign: { states: 1 }, End: true },
      ["/States/A/Assign The variable name 'states' is reserved"],
    ],
  ])("must have %s", (_, state, expected) => {
    expect(findings(state)).toEqual(expect.arrayContaining(expected));
    expect(findings(state).filter((finding) => !expected.includes(finding) && !/terminal/.test(finding))).toEqual([]);
  });

  it.each([
    "2016-13-05T21:29:29Z",
    "2016-02-30T21:29:29Z",
    "2016-12-05T25:29:29Z",
    "2016-12-05 21:29:29Z",
    "2016-12-05T21:29:29",
    "x",
    5,
  ])("refuse the timestamp %s", (Timestamp) => {
    expect(findings({ Type: "Wait", Timestamp, End: true })).toEqual([
      "/States/A/Timestamp String does not match RFC3339 timestamp",
    ]);
  });

  it.each(["2016-12-05T21:29:29Z", "2024-02-29T21:29:29.123456789Z", "2016-12-05T21:29:29+02:00"])(
    "take the timestamp %s",
    (Timestamp) => {
      expect(findings({ Type: "Wait", Timestamp, End: true })).toEqual([]);
    },
  );
});

describe("query languages", () => {
  it("keep their fields to themselves", () => {
    expect(findings({ Type: "Pass", Output: 1, End: true })).toEqual([
      "/States/A The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage",
    ]);
    expect(findings({ Type: "Wait", QueryLanguage: "JSONata", SecondsPath: "$.s", End: true })).toEqual([
      "/States/A The QueryLanguage is set to 'JSONata', but field 'SecondsPath' is only supported for the 'JSONPath' QueryLanguage",
    ]);
  });

  it("cannot go back to JSONPath in a JSONata machine", () => {
    expect(findings({ Type: "Succeed", QueryLanguage: "JSONPath" }, { language: "JSONata" })).toEqual([
      "/States/A 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
    ]);
  });

  it("are not handed down by a Map state", () => {
    const Iterator = { StartAt: "P", States: { P: { Type: "Pass", Output: 1, End: true } } };
    expect(findings({ Type: "Map", QueryLanguage: "JSONata", Iterator, End: true })).toEqual([
      "/States/A/Iterator/States/P The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage",
    ]);
  });

  it("allow expressions for numbers only in JSONata", () => {
    const state = { Type: "Wait", Seconds: "{% 1 %}", End: true };
    expect(findings(state, { language: "JSONata" })).toEqual([]);
    expect(findings(state)).toEqual(["/States/A/Seconds Expected value of type Integer"]);
  });

  it("refuse a half-open expression", () => {
    const Output = { a: "{% 1", b: ["1 %}", "{%1%}", " {% 1 %} "] };
    expect(findings({ Type: "Pass", Output, End: true }, { language: "JSONata" })).toEqual([
      "/States/A/Output/a A JSONata expression must start with '{%' and end with '%}'",
      "/States/A/Output/b[0] A JSONata expression must start with '{%' and end with '%}'",
    ]);
  });
});

describe("the syntax of expressions", () => {
  it("is judged by the hook, with what stands between the delimiters", () => {
    const seen: string[][] = [];
    const expression = (...call: string[]) => {
      seen.push(call);
      return "no";
    };
    const state = {
      Type: "Pass",
      InputPath: "$.a",
      Parameters: { "b.$": "States.UUID()", "c.$": "$.c" },
      ResultPath: "$.d",
      End: true,
    };
    expect(findings(state, { expression })).toEqual([
      "/States/A/InputPath Value is not a valid JSONPath",
      "/States/A/Parameters The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call",
      "/States/A/Parameters The value for the field 'c.$' must be a valid JSONPath or a valid intrinsic function call",
      "/States/A/ResultPath Value is not a Reference Path",
    ]);
    expect(seen).toEqual([
      ["path", "$.a", "InputPath"],
      ["intrinsic", "States.UUID()", "b.$"],
      ["path", "$.c", "c.$"],
      ["referencePath", "$.d", "ResultPath"],
    ]);
  });

  it("tells what cannot be parsed from what is not supported", () => {
    const state = { Type: "Pass", QueryLanguage: "JSONata", Output: "{% phone %}", End: true };
    const diagnose = (answer: string) => validate({ StartAt: "A", States: { A: state } }, { expression: () => answer });
    expect(diagnose("Unexpected end of expression")).toMatchObject([
      { code: "INVALID_JSONATA_EXPRESSION", location: "/States/A/Output", message: "Unexpected end of expression" },
    ]);
    expect(diagnose("Reference to 'phone' at the top level is not supported.")).toMatchObject([
      { code: "UNSUPPORTED_JSONATA_EXPRESSION" },
    ]);
  });
});

describe("a path that looks forgotten", () => {
  it("is a warning", () => {
    const States = { A: { Type: "Pass", Parameters: { a: "$.x", b: "$5", c: "x" }, End: true } };
    expect(validate({ StartAt: "A", States })).toMatchObject([
      { severity: "WARNING", code: "NO_DOLLAR", location: "/States/A/Parameters" },
    ]);
  });
});

describe("an EXPRESS state machine", () => {
  it.each([
    ["arn:aws:states:::states:startExecution.sync:2", "sync:2"],
    ["arn:aws:states:::sqs:sendMessage.waitForTaskToken", "waitForTaskToken"],
    ["arn:aws:states:us-east-1:000000000000:activity:a", "activity"],
  ])("has no %s", (Resource, pattern) => {
    const task = { Type: "Task", Resource, End: true };
    const message = `Express state machine does not support '${pattern}' service integration`;
    expect(findings(task, { type: "EXPRESS" })).toEqual([`/States/A/Resource ${message}`]);
    expect(findings(task)).toEqual([]);
    const ItemProcessor = {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
      StartAt: "T",
      States: { T: task },
    };
    expect(findings({ Type: "Map", ItemProcessor, End: true })).toEqual([
      `/States/A/ItemProcessor/States/T/Resource ${message}`,
    ]);
  });
});

function block(): Json {
  return { StartAt: "Inner", States: { Inner: { Type: "Succeed" } } };
}
