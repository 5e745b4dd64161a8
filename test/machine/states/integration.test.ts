import { expect, test } from "vitest";
import { StateFailure } from "../../../lib/machine/failure.js";
import { integrationOf } from "../../../lib/machine/states/integration.js";

const UNLIMITED = { timeoutSeconds: undefined, heartbeatSeconds: undefined };

test.each([
  ["arn:aws:lambda:eu-west-1:123456789012:function:f:live", "function", "lambda", "requestResponse"],
  ["arn:aws:states:eu-west-1:123456789012:activity:price", "activity", "activity", "requestResponse"],
  ["arn:aws:states:::lambda:invoke", "service", "lambda:invoke", "requestResponse"],
  ["arn:aws:states:::sqs:sendMessage.waitForTaskToken", "service", "sqs:sendMessage", "waitForTaskToken"],
  ["arn:aws:states:::states:startExecution.sync", "service", "states:startExecution", "sync"],
  ["arn:aws:states:::states:startExecution.sync:2", "service", "states:startExecution", "sync:2"],
  ["arn:aws:states:::aws-sdk:s3:getObject", "service", "aws-sdk:s3:getObject", "requestResponse"],
  ["arn:aws-cn:states:cn-north-1:123456789012:ecs:runTask.sync", "service", "ecs:runTask", "sync"],
])("%s", (resource, kind, name, pattern) => {
  expect(integrationOf(resource)).toMatchObject({ kind, name, pattern, resource });
});

test.each([
  ["arn:aws:states:::states:startExecution.sync:2", "states", "startExecution.sync:2"],
  ["arn:aws:states:::aws-sdk:sfn:startExecution", "aws-sdk:sfn", "startExecution"],
  ["arn:aws:states:::sqs:sendMessage.waitForTaskToken", "sqs", "sendMessage.waitForTaskToken"],
])("%s is shown as a type and a resource", (arn, resourceType, resource) => {
  const [name, details] = integrationOf(arn).scheduled("{}", "eu-west-1", { ...UNLIMITED, timeoutSeconds: 5 });
  expect(name).toBe("taskScheduledEventDetails");
  expect(details).toEqual({ resourceType, resource, region: "eu-west-1", parameters: "{}", timeoutInSeconds: 5 });
});

test("a failure without a name shows none", () => {
  const { failed } = integrationOf("arn:aws:states:::lambda:invoke");
  expect(failed(new StateFailure(""), false)[1]).toEqual({ resourceType: "lambda", resource: "invoke" });
  expect(failed(new StateFailure("E", "c"), false)[1]).toMatchObject({ error: "E", cause: "c" });
});
