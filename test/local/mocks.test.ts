import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Application, StateMachineSource } from "../../lib/definition/application.js";
import { FanoutError } from "../../lib/errors.js";
import type { JsonObject } from "../../lib/json.js";
import { mockLookup } from "../../lib/local/mocks.js";
import { chain } from "../support/simulate.js";

const task: JsonObject = { Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage" };

function source(name: string, definition: JsonObject, logicalId?: string): StateMachineSource {
  const arn = `arn:aws:states:eu-west-1:123456789012:stateMachine:${name}`;
  return { name, logicalId, arn, type: "STANDARD", roleArn: "", definition, file: "t.json" };
}

const order = source(
  "app-order-1X2Y",
  chain({ Price: task, All: { Type: "Map", ItemProcessor: chain({ Ship: task }) } }),
  "Order",
);
const child = source("child", chain({ Price: task }));
const application: Application = {
  stateMachines: [order, child],
  functions: [],
  buckets: [],
  account: "123456789012",
  region: "eu-west-1",
};

function lookup(machines: object, testCase = "Happy") {
  const folder = mkdtempSync(join(tmpdir(), "fanout-mocks-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "mocks.json");
  const responses = { One: { "0": { Return: 1 } }, Two: { "0": { Return: 2 } } };
  writeFileSync(file, JSON.stringify({ StateMachines: machines, MockedResponses: responses }));
  const find = mockLookup({ file, testCase }, application, order);
  return (stateMachineName: string, stateName: string) =>
    find({ execution: { arn: "" }, stateMachineName, stateName })?.name;
}

function refusal(machines: object, testCase?: string): string {
  try {
    lookup(machines, testCase);
  } catch (error) {
    if (error instanceof FanoutError) return `${error.code} ${error.message.replace(/^.*mocks\.json:\S+ /, "")}`;
  }
  return "none";
}

test("a state machine is found by its logical id, its states wherever they are", () => {
  const found = lookup({ Order: { TestCases: { Happy: { Price: "One", Ship: "Two" } } } });
  expect(found(order.name, "Price")).toBe("One");
  expect(found(order.name, "Ship")).toBe("Two");
  expect(found(order.name, "All")).toBeUndefined();
});

test("the test case of the same name counts for state machines that are started on the way", () => {
  const found = lookup({
    Order: { TestCases: { Happy: { Price: "One" } } },
    child: { TestCases: { Happy: { Price: "Two" }, Sad: {} } },
    elsewhere: { TestCases: { Happy: { Anything: "One" } } },
  });
  expect(found("child", "Price")).toBe("Two");
  expect(found(order.name, "Price")).toBe("One");
  expect(found("elsewhere", "Anything")).toBeUndefined();
});

test.each([
  [
    { Other: { TestCases: { Happy: {} } } },
    undefined,
    'FANOUT_MOCK_INVALID /StateMachines: there is nothing for the state machine "app-order-1X2Y", only for "Other"',
  ],
  [
    { Order: { TestCases: { Happy: {}, Sad: {} } } },
    "Glad",
    'FANOUT_MOCK_INVALID /StateMachines/Order/TestCases: there is no test case "Glad", only "Happy" and "Sad"',
  ],
  [
    { Order: { TestCases: { Happy: { Prise: "One" } } } },
    undefined,
    'FANOUT_MOCK_INVALID /StateMachines/Order/TestCases/Happy/Prise: the state machine "app-order-1X2Y" has no Task "Prise", only "Price" and "Ship"',
  ],
])("what does not fit is told (%#)", (machines, testCase, message) => {
  expect(refusal(machines, testCase)).toBe(message);
});
