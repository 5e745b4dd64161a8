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

const functionOf = (states: JsonObject) => directFunction(compile(chain(states)).program);

test.each([
  ["JSONPath", PATHS],
  ["JSONata", JSONATA],
  ["with retriers and catchers", { ...PATHS, Retry: [{ ErrorEquals: ["States.ALL"] }] }],
])("one call of a function, event and output as they are: %s", (_, state) => {
  expect(functionOf({ Call: state })).toBe("f");
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
  ["a limit", { Call: { ...PATHS, TimeoutSeconds: 3 } }],
  ["a heartbeat", { Call: { ...PATHS, HeartbeatSeconds: 3 } }],
  ["a role", { Call: { ...PATHS, Credentials: { RoleArn: "arn:aws:iam::123456789012:role/r" } } }],
  ["a token", { Call: { ...PATHS, Resource: `${INVOKE.Resource}.waitForTaskToken` } }],
  ["another service", { Call: { ...PATHS, Resource: "arn:aws:states:::sqs:sendMessage" } }],
])("more than that: %s", (_, states) => {
  expect(functionOf(states)).toBeNull();
});
