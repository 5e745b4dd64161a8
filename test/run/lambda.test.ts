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
