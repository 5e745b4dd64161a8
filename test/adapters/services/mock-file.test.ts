import fc from "fast-check";
import { expect, test } from "vitest";
import { parseMockFile, readMockFile } from "../../../lib/adapters/services/mock-file.js";
import { FanoutError } from "../../../lib/errors.js";

const FILE = `{
  "StateMachines": {
    "Order": {
      "TestCases": {
        "Happy": { "Price": "Good", "Ship": "Slow" }
      }
    }
  },
  "MockedResponses": {
    "Good": { "0": { "Return": { "StatusCode": 200 } } },
    "Slow": {
      "1-2": { "Throw": { "Error": "Later", "Cause": "busy" } },
      "0": { "Throw": { "Error": "Later" } },
      "3": { "Return": null }
    }
  }
}`;

function mistakeOf(text: string): string {
  try {
    parseMockFile(text, "mocks.json");
  } catch (error) {
    if (error instanceof FanoutError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "none";
}

test("test cases lead to responses, whose answers are in order", () => {
  const { stateMachines } = parseMockFile(FILE, "mocks.json");
  const states = stateMachines.get("Order")?.get("Happy");
  expect(states?.get("Price")?.answers).toEqual([
    { from: 0, to: 0, answer: { kind: "return", output: { StatusCode: 200 } } },
  ]);
  expect(states?.get("Ship")?.answers).toEqual([
    { from: 0, to: 0, answer: { kind: "throw", error: "Later", cause: undefined } },
    { from: 1, to: 2, answer: { kind: "throw", error: "Later", cause: "busy" } },
    { from: 3, to: 3, answer: { kind: "return", output: null } },
  ]);
});

test.each([
  ["{", "FANOUT_FILE_UNREADABLE mocks.json:1:2: broken JSON"],
  ["[]", "FANOUT_MOCK_INVALID mocks.json:1:1: the file must hold an object"],
  ['{"StateMachines":{}}', "FANOUT_MOCK_INVALID mocks.json:1:1: MockedResponses is missing"],
  ['{"MockedResponses":{}}', "FANOUT_MOCK_INVALID mocks.json:1:1: StateMachines is missing"],
  [
    FILE.replace('"Ship": "Slow"', '"Ship": "Fast"'),
    'FANOUT_MOCK_INVALID mocks.json:5:45 /StateMachines/Order/TestCases/Happy/Ship: there is no mocked response "Fast": MockedResponses has "Good" and "Slow"',
  ],
  [
    FILE.replace('"1-2"', '"2-1"'),
    'FANOUT_MOCK_INVALID mocks.json:12:7 /MockedResponses/Slow/2-1: "2-1" must be the number of an invocation, such as "0", or a range, such as "1-2"',
  ],
  [
    FILE.replace('"3"', '"2"'),
    "FANOUT_MOCK_INVALID mocks.json:11:5 /MockedResponses/Slow: two of its answers are for invocation 2",
  ],
  [
    FILE.replace('"Return": null', '"Returns": null'),
    "FANOUT_MOCK_INVALID mocks.json:14:7 /MockedResponses/Slow/3: an answer has either a Return or a Throw",
  ],
  [
    FILE.replace('{ "Error": "Later" }', '{ "Cause": "Later" }'),
    "FANOUT_MOCK_INVALID mocks.json:13:14 /MockedResponses/Slow/0/Throw: Throw needs an Error and may have a Cause, both strings",
  ],
  [
    FILE.replace('{ "0": { "Return": { "StatusCode": 200 } } }', "[]"),
    "FANOUT_MOCK_INVALID mocks.json:10:5 /MockedResponses/Good: Good must hold an object",
  ],
])("a mistake is told with its place (%#)", (text, message) => {
  expect(mistakeOf(text)).toBe(message);
});

test("a file that is not there", () => {
  expect(() => readMockFile("none/mocks.json")).toThrow(expect.objectContaining({ code: "FANOUT_FILE_NOT_FOUND" }));
});

test("whatever JSON a file holds, it is read or refused", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (machines, responses) => {
      mistakeOf(JSON.stringify({ StateMachines: machines, MockedResponses: responses }));
    }),
  );
});
