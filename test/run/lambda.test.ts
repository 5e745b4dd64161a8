import { expect, test } from "vitest";
import { JsonText } from "../../lib/json.js";
import { Frame, type Program, TaskRequest } from "../../lib/machine/index.js";
import { signalOf } from "../../lib/run/lambda.js";
import type { InvocationOutcome } from "../../lib/run/ports.js";

const program = { start: {} } as unknown as Program;
const frame = new Frame({} as Frame["execution"], program, new JsonText("{}"), null, 0, null, null, 0);

function told(integration: string, outcome: InvocationOutcome, payloadOnly = false) {
  return signalOf(new TaskRequest(frame, integration, "f", "{}", { payloadOnly }), outcome, () => "id");
}

test("a direct call gives the payload, text as it came", () => {
  const signal = told("lambda", { kind: "returned", payload: "1.0" });
  expect(signal.kind === "taskSucceeded" && signal.output.text).toBe("1.0");
});

test("the optimised integration gives the envelope, its length in bytes", () => {
  const signal = told("lambda:invoke", { kind: "returned", payload: '"\u00e9"' });
  const output = signal.kind === "taskSucceeded" ? signal.output.value : null;
  expect(output).toMatchObject({
    ExecutedVersion: "$LATEST",
    Payload: "\u00e9",
    SdkHttpMetadata: { HttpHeaders: { "Content-Length": "4" }, HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: "id" },
    StatusCode: 200,
  });
});

test("no envelope is made when only the payload is wanted", () => {
  const signal = told("lambda:invoke", { kind: "returned", payload: "1" }, true);
  expect(signal.kind === "taskSucceeded" && signal.output.text).toBe("1");
});

test.each<[InvocationOutcome, object]>([
  [
    { kind: "threw", errorType: "E", document: "{}" },
    { kind: "taskFailed", error: "E", cause: "{}" },
  ],
  [
    { kind: "refused", error: "Lambda.X", cause: "why" },
    { kind: "taskFailed", error: "Lambda.X", cause: "why" },
  ],
  [{ kind: "timedOut" }, { kind: "taskTimedOut" }],
])("%j", (outcome, signal) => {
  expect(told("lambda", outcome)).toEqual(signal);
});

test("the log of a call that asked for it stands in its result", () => {
  const returned = { kind: "returned", payload: "1", logResult: "bG9n" } as const;
  for (const integration of ["lambda:invoke", "aws-sdk:lambda:invoke"]) {
    const signal = told(integration, returned);
    expect(signal.kind === "taskSucceeded" && signal.output.value).toMatchObject({ LogResult: "bG9n" });
  }
});

test("to the SDK a payload is text, and a function that failed a call that went well", () => {
  const returned = told("aws-sdk:lambda:invoke", { kind: "returned", payload: '{"a":1}' });
  expect(returned.kind === "taskSucceeded" && returned.output.value).toEqual({
    ExecutedVersion: "$LATEST",
    Payload: '{"a":1}',
    StatusCode: 200,
  });
  const threw = told("aws-sdk:lambda:invoke", { kind: "threw", errorType: "E", document: '{"errorType":"E"}' });
  expect(threw.kind === "taskSucceeded" && threw.output.value).toEqual({
    ExecutedVersion: "$LATEST",
    FunctionError: "Unhandled",
    Payload: '{"errorType":"E"}',
    StatusCode: 200,
  });
});

test("to the SDK a refusal ends in other words", () => {
  const cause =
    "Function not found: f (Service: AWSLambda; Status Code: 404; Error Code: X; Request ID: 1; Proxy: null)";
  const refused = { kind: "refused", error: "Lambda.ResourceNotFoundException", cause } as const;
  expect(told("aws-sdk:lambda:invoke", refused)).toEqual({
    kind: "taskFailed",
    error: "Lambda.ResourceNotFoundException",
    cause: "Function not found: f (Service: Lambda, Status Code: 404, Request ID: id) (SDK Attempt Count: 1)",
  });
});
