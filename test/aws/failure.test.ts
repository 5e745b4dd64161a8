import { expect, test } from "vitest";
import { answerOf, awsError, failureKind } from "../../lib/aws/failure.js";

const error = (properties: object) => Object.assign(new Error("no"), properties);

test.each([
  ["throttled", { name: "ThrottlingException" }],
  ["throttled", { name: "SomeException", $metadata: { httpStatusCode: 429 } }],
  ["throttled", { name: "SomeException", $retryable: { throttling: true } }],
  ["transient", { code: "ECONNREFUSED" }],
  ["transient", { name: "TimeoutError" }],
  ["transient", { name: "InternalServerError", $metadata: { httpStatusCode: 500 } }],
  ["aborted", { name: "AbortError" }],
  ["final", { name: "AccessDeniedException", $metadata: { httpStatusCode: 400 } }],
  ["final", { name: "CredentialsProviderError" }],
  ["final", {}],
])("a failure is %s: %j", (kind, properties) => {
  expect(failureKind(error(properties))).toBe(kind);
});

test.each([
  [{ name: "InvalidName", message: "Invalid Name: 'a b'" }, "InvalidName: Invalid Name: 'a b'"],
  [{ name: "ValidationException", message: "1\n  2" }, "ValidationException: 1 2"],
  [{ name: "Weird", message: "" }, "Weird"],
  [{ name: "CredentialsProviderError", message: "None found" }, /^no AWS credentials: None found; give --profile/],
  [{ name: "Error", message: "Region is missing" }, "no AWS region: give --region or AWS_REGION"],
  [{ name: "Error", code: "ECONNREFUSED", message: "" }, "Step Functions cannot be reached: ECONNREFUSED"],
])("%j is one line that says what to do", (properties, message) => {
  const given = error(properties);
  const made = awsError(given);
  expect(made).toMatchObject({ code: "FANOUT_AWS", cause: given });
  expect(made.message).toMatch(message);
});

test("an answer is handed on, a refusal is told in our words, an abort stays what it is", async () => {
  const abort = error({ name: "AbortError" });
  expect(await answerOf(Promise.resolve(7))).toBe(7);
  await expect(answerOf(Promise.reject(error({ name: "InvalidArn" })))).rejects.toThrow("InvalidArn: no");
  await expect(answerOf(Promise.reject(abort))).rejects.toBe(abort);
});
