import { expect, test } from "vitest";
import { parseStateMachineArn } from "../../lib/aws/arn.js";

test.each([
  ["arn:aws:states:eu-west-1:111122223333:stateMachine:order"],
  ["arn:aws:states:eu-west-1:111122223333:stateMachine:order:3"],
  ["arn:aws:states:eu-west-1:111122223333:stateMachine:order:PROD"],
])("%s names a state machine, its region and its executions", (arn) => {
  const { name, region, executionArn } = parseStateMachineArn(arn);
  expect({ name, region }).toEqual({ name: "order", region: "eu-west-1" });
  expect(executionArn("x")).toBe("arn:aws:states:eu-west-1:111122223333:execution:order:x");
});

test("the partition is kept", () => {
  const { executionArn } = parseStateMachineArn("arn:aws-cn:states:cn-north-1:111122223333:stateMachine:order");
  expect(executionArn("x")).toBe("arn:aws-cn:states:cn-north-1:111122223333:execution:order:x");
});

test.each([
  ["order", "order is no ARN of a state machine: arn:aws:states:REGION:ACCOUNT:stateMachine:NAME"],
  ["arn:aws:states:eu-west-1:1111:stateMachine:order", "is no ARN of a state machine"],
  ["arn:aws:states:eu-west-1:111122223333:execution:order:x", "is the ARN of another thing (execution)"],
])("%s is refused", (arn, message) => {
  expect(() => parseStateMachineArn(arn)).toThrow(message);
});
