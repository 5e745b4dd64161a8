import fc from "fast-check";
import { expect, test } from "vitest";
import { ApiError } from "../../../../lib/serve/stepfunctions/api-error.js";
import { checkRequest } from "../../../../lib/serve/stepfunctions/model/check-request.js";
import { OPERATIONS, type OperationName } from "../../../../lib/serve/stepfunctions/model/operations.js";

const message = (operation: OperationName, request: unknown) => {
  try {
    checkRequest(operation, request);
  } catch (error) {
    return `${(error as ApiError).code}: ${(error as ApiError).message}`;
  }
  return "ok";
};

test("all faults of a request are told at once", () => {
  expect(message("ListStateMachines", { maxResults: -1, nextToken: "" })).toBe(
    "ValidationException: 2 validation errors detected: Value '-1' at 'maxResults' failed to satisfy constraint: Member must " +
      "have value greater than or equal to 0; Value '' at 'nextToken' failed to satisfy constraint: Member must have length " +
      "greater than or equal to 1",
  );
});

test("what is missing is null", () => {
  const fault = "Value null at 'taskToken' failed to satisfy constraint: Member must not be null";
  expect(message("SendTaskHeartbeat", {})).toBe(`ValidationException: 1 validation error detected: ${fault}`);
  expect(message("SendTaskHeartbeat", { taskToken: null })).toContain(fault);
});

test("members of structures and lists are checked where they are", () => {
  const request = { resourceArn: "a", tags: [{ key: "k" }, { key: "", value: "v".repeat(257) }] };
  expect(message("TagResource", request)).toContain("Value '' at 'tags.2.member.key'");
  expect(message("TagResource", request)).toContain("at 'tags.2.member.value' failed to satisfy constraint");
  const loggingConfiguration = { level: "LOUD" };
  expect(message("UpdateStateMachine", { stateMachineArn: "a", loggingConfiguration })).toContain(
    "Value 'LOUD' at 'loggingConfiguration.level' failed to satisfy constraint: Member must satisfy enum value set: [ALL, ERROR, FATAL, OFF]",
  );
});

test("secrets are not repeated", () => {
  const error = "s3cret".repeat(50);
  const told = message("SendTaskFailure", { taskToken: "t", error });
  expect(told).toContain("Value at 'error' failed to satisfy constraint");
  expect(told).not.toContain("s3cret");
});

test("values of another type, and what is no object, cannot be read", () => {
  expect(message("ListStateMachines", { maxResults: "5" })).toMatch(/^SerializationException: STRING_VALUE can not/);
  expect(message("StartExecution", { stateMachineArn: {} })).toMatch(/^SerializationException: STRUCTURE_VALUE/);
  expect(message("TagResource", { resourceArn: "a", tags: {} })).toMatch(/^SerializationException/);
  for (const request of [null, [], "text", 1]) expect(message("ListActivities", request)).toMatch(/^Serialization/);
});

test("whatever is sent, there is an answer", () => {
  const operations = fc.constantFrom(...(Object.keys(OPERATIONS) as OperationName[]));
  fc.assert(
    fc.property(operations, fc.jsonValue(), fc.jsonValue(), (operation, whole, member) => {
      const names = Object.keys(OPERATIONS[operation]);
      for (const request of [whole, Object.fromEntries(names.map((name) => [name, member]))]) {
        try {
          checkRequest(operation, request);
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
        }
      }
    }),
  );
});
