import { expect, test } from "vitest";
import type { JsonObject } from "../../lib/json.js";
import { compile, directFunction } from "../../lib/machine/index.js";
import { chain } from "../support/simulate.js";

const INVOKE = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke" };
const PATHS = { ...INVOKE, Parameters: { FunctionName: "f", "Payload.$": "$" }, OutputPath: "$.Payload" };
const JSONATA = {
  ...INVOKE,
  QueryLanguage: "JSONata",
  Arguments: { FunctionName: "f", Payload: "{% $states.input %}" },
  Output: "{% $states.result.Payload %}",
};

const ARN = "arn:aws:lambda:eu-west-1:123456789012:function:f";
const BY_ARN = { Type: "Task", Resource: ARN };

const functionOf = (states: JsonObject) => directFunction(compile(chain(states)).program);

test.each([
  ["JSONPath", PATHS, false],
  ["JSONata", JSONATA, true],
  ["with retriers and catchers", { ...PATHS, Retry: [{ ErrorEquals: ["States.ALL"] }] }, false],
])("one call of a function, event and output as they are: %s", (_, state, takesNull) => {
  const call = { functionName: "f", takesNull, timeoutMs: undefined };
  expect(functionOf({ Call: state })).toEqual(call);
  expect(functionOf({ Call: { ...state, TimeoutSeconds: 3 } })).toEqual({ ...call, timeoutMs: 3000 });
});

test("a function by its ARN", () => {
  const call = { functionName: ARN, takesNull: true, timeoutMs: undefined };
  expect(functionOf({ Call: BY_ARN })).toEqual(call);
  expect(functionOf({ Call: { ...BY_ARN, QueryLanguage: "JSONata" } })).toEqual(call);
});

test.each<JsonObject>([
  { InputPath: "$.x" },
  { Parameters: { x: 1 } },
  { ResultSelector: { x: 1 } },
  { ResultPath: "$.x" },
  { OutputPath: "$.x" },
  { Assign: { x: 1 } },
  { QueryLanguage: "JSONata", Arguments: { x: 1 } },
  { QueryLanguage: "JSONata", Output: 1 },
  { QueryLanguage: "JSONata", Assign: { x: 1 } },
])("a function by its ARN with %j is more than that", (fields) => {
  expect(functionOf({ Call: { ...BY_ARN, ...fields } })).toBeNull();
});

test.each<[string, JsonObject]>([
  ["a state behind it", { Call: PATHS, Pass: { Type: "Pass" } }],
  ["another state", { Pass: { Type: "Pass" } }],
  ["a part of the input", { Call: { ...PATHS, InputPath: "$.x" } }],
  ["another event", { Call: { ...PATHS, Parameters: { FunctionName: "f", "Payload.$": "$.x" } } }],
  ["a parameter more", { Call: { ...PATHS, Parameters: { ...PATHS.Parameters, InvocationType: "Event" } } }],
  ["the whole result", { Call: { ...PATHS, OutputPath: "$" } }],
  ["a selector", { Call: { ...PATHS, ResultSelector: { "Payload.$": "$.Payload" } } }],
  ["a variable", { Call: { ...PATHS, Assign: { a: 1 } } }],
  ["a limit that has to be worked out", { Call: { ...PATHS, TimeoutSecondsPath: "$.s" } }],
  ["a limit in JSONata", { Call: { ...JSONATA, TimeoutSeconds: "{% 3 %}" } }],
  ["a limit that is none", { Call: { ...PATHS, TimeoutSeconds: 0 } }],
  ["a heartbeat", { Call: { ...PATHS, HeartbeatSeconds: 3 } }],
  ["a role", { Call: { ...PATHS, Credentials: { RoleArn: "arn:aws:iam::123456789012:role/r" } } }],
  ["a token", { Call: { ...PATHS, Resource: `${INVOKE.Resource}.waitForTaskToken` } }],
  ["another service", { Call: { ...PATHS, Resource: "arn:aws:states:::sqs:sendMessage" } }],
])("more than that: %s", (_, states) => {
  expect(functionOf(states)).toBeNull();
});
