import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failureOf, itemResults, resultLine, resultLines } from "../../lib/local/item-results.js";
import type { ChildRecord } from "../../lib/run/items.js";

function record(fields: Partial<ChildRecord>): ChildRecord {
  return {
    status: "SUCCEEDED",
    index: 0,
    firstItem: 0,
    itemCount: 1,
    inputText: "{}",
    name: "child",
    executionArn: "arn",
    stateMachineArn: "machine",
    executionType: "EXPRESS",
    startDate: 0,
    stopDate: 1,
    ...fields,
  };
}

const outcomes = (values: unknown[]) => JSON.stringify(values);

describe("the results of a child without a batch", () => {
  test("its output is the item's, as it is", () => {
    expect(itemResults(record({ firstItem: 7, output: "[1, 2]" }), false)).toEqual([
      { index: 7, count: 1, status: "SUCCEEDED", output: "[1, 2]" },
    ]);
  });

  test("what only looks like an outcome of a batch is an output like any other", () => {
    const output = outcomes([{ status: "failed", error: { name: "E", message: "m" } }]);
    expect(itemResults(record({ output }), false)[0]?.status).toBe("SUCCEEDED");
  });

  test("a failure has the name and the message of what was thrown", () => {
    const cause = JSON.stringify({
      errorType: "RangeError",
      errorMessage: "too far",
      trace: ["RangeError: too far", "at x"],
    });
    expect(itemResults(record({ status: "FAILED", firstItem: 3, error: "RangeError", cause }), false)).toEqual([
      {
        index: 3,
        count: 1,
        status: "FAILED",
        error: { name: "RangeError", message: "too far", stack: "RangeError: too far\nat x" },
      },
    ]);
  });
});

describe("the results of a batch", () => {
  test("outcomes of a task are taken apart, in order", () => {
    const output = outcomes([
      { status: "succeeded", output: { a: 1 } },
      { status: "failed", error: { name: "TypeError", message: "no", stack: "at y" } },
      { status: "unprocessed" },
    ]);
    expect(itemResults(record({ firstItem: 10, itemCount: 3, output }), true)).toEqual([
      { index: 10, count: 1, status: "SUCCEEDED", output: '{"a":1}' },
      { index: 11, count: 1, status: "FAILED", error: { name: "TypeError", message: "no", stack: "at y" } },
      { index: 12, count: 1, status: "UNPROCESSED", error: { name: "Unprocessed", message: "not begun in time" } },
    ]);
  });

  test("an array of as many other values is a value an item", () => {
    const found = itemResults(record({ itemCount: 2, output: '[{"status":"ok"},null]' }), true);
    expect(found.map(({ output }) => output)).toEqual(['{"status":"ok"}', "null"]);
  });

  test.each(["[1]", "5", '{"n":2}'])("the output %s does not tell its items apart and is one result", (output) => {
    expect(itemResults(record({ firstItem: 4, itemCount: 2, output }), true)).toEqual([
      { index: 4, count: 2, status: "SUCCEEDED", output },
    ]);
  });

  test("a batch that failed is a failure of each of its items", () => {
    const found = itemResults(
      record({ status: "TIMED_OUT", firstItem: 5, itemCount: 3, error: "States.Timeout" }),
      true,
    );
    expect(found.map(({ index, status, error }) => [index, status, error?.name])).toEqual([
      [5, "TIMED_OUT", "States.Timeout"],
      [6, "TIMED_OUT", "States.Timeout"],
      [7, "TIMED_OUT", "States.Timeout"],
    ]);
  });
});

describe("lines", () => {
  test("a line says the state only when several maps share a file", () => {
    const result = { index: 0, count: 1, status: "SUCCEEDED", output: "1" } as const;
    expect(resultLine(result)).toBe('{"index":0,"status":"SUCCEEDED","output":1}');
    expect(resultLine(result, "M")).toBe('{"state":"M","index":0,"status":"SUCCEEDED","output":1}');
  });

  test("every result is one line of JSON, whatever is in it, and counts the same as its results", () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.record({ status: fc.constant("failed"), error: fc.record({ name: fc.string(), message: fc.string() }) }),
      fc.record({ status: fc.constant("succeeded"), output: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1 }),
        fc.boolean(),
        fc.integer({ min: 0, max: 2 }),
        (values, batched, indent) => {
          const output = JSON.stringify(values, null, indent);
          const child = record({ firstItem: 2, itemCount: batched ? values.length : 1, output });
          const lines = resultLines(child, batched).split("\n");
          const parsed = lines.map((line) => JSON.parse(line) as { index: number; status: string });
          const results = itemResults(child, batched);
          expect(parsed.map(({ index, status }) => [index, status])).toEqual(
            results.map(({ index, status }) => [index, status]),
          );
        },
      ),
    );
  });
});

test.each([
  ["E", "plain words", { name: "E", message: "plain words" }],
  ["E", "{not json", { name: "E", message: "{not json" }],
  ["E", '{"other":1}', { name: "E", message: '{"other":1}' }],
  ["", undefined, { name: "Failed", message: "" }],
])("the failure %j with cause %j", (error, cause, expected) => {
  expect(failureOf(error, cause)).toEqual(expected);
});
