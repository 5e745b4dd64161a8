import { expect, test } from "vitest";
import { Arns, parseArn } from "../../../lib/serve/stepfunctions/arns.js";

const arns = new Arns("eu-west-1", "000000000000");
const PREFIX = "arn:aws:states:eu-west-1:000000000000";

test("what is made can be read", () => {
  expect(parseArn(arns.stateMachine("a"), "stateMachine")).toMatchObject({ name: "a", label: undefined, rest: [] });
  expect(parseArn(arns.execution("a", "b"), "execution")).toMatchObject({ kind: "execution", name: "a", rest: ["b"] });
  expect(parseArn(arns.express("a", "b", "c"), "express")).toMatchObject({ name: "a", rest: ["b", "c"] });
  expect(parseArn(arns.activity("a"), "activity").name).toBe("a");
  expect(parseArn(`${PREFIX}:mapRun:a/b:c`, "mapRun")).toMatchObject({ name: "a", label: "b", rest: ["c"] });
});

test.each([
  ["foo", "Invalid Arn: 'Invalid ARN prefix: foo'"],
  [`${PREFIX}:stateMachine:a`, "Invalid Arn: 'Resource type not valid in this context: stateMachine'"],
  ["arn:aws:lambda:eu-west-1:000000000000:function:a", "Invalid Arn: 'Invalid ARN service: "],
  [`${PREFIX}:execution:a`, "Invalid Arn: 'Invalid ARN: "],
  [`${PREFIX}:execution:a:b:c`, "Invalid Arn: 'Invalid ARN: "],
  [`${PREFIX}:execution::b`, "Invalid Arn: 'Invalid ARN: "],
  ["arn:", "Invalid Arn: 'Invalid ARN service: arn:'"],
])("%s is no ARN of an execution", (text, message) => {
  expect(() => parseArn(text, "execution")).toThrow(message);
});
