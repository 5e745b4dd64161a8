import { expect, test } from "vitest";
import { inputRefusal } from "../../lib/run/execution-input.js";

test.each([
  ["an object", "{}"],
  ["null", " null "],
  ["256 KiB", `"${"x".repeat(262_142)}"`],
])("%s can be the input of an execution", (_, text) => {
  expect(inputRefusal(text)).toBeUndefined();
});

test.each([
  ["text that is no JSON", "{", /^Invalid State Machine Execution Input: '.*JSON.*'$/],
  [
    "more than 256 KiB",
    `"${"é".repeat(131_072)}"`,
    /^Invalid State Machine Execution Input: 'The input has more than the 262144 bytes that an execution may have\.'$/,
  ],
])("%s cannot, and is told why", (_, text, refusal) => {
  expect(inputRefusal(text)).toMatch(refusal);
});
