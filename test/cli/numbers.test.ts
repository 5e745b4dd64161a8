import { InvalidArgumentError } from "commander";
import fc from "fast-check";
import { expect, test } from "vitest";
import { percentage, wholeNumber } from "../../lib/cli/numbers.js";

test("every whole number in range is taken", () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 9999 }), (value) => {
      expect(wholeNumber(3, 9999)(String(value))).toBe(value);
    }),
  );
});

test.each(["", "2", "10000", "-5", "5.0", "5e1", "0x10", " 5", "five", "99999999999999999999"])(
  "%j is refused",
  (text) => {
    expect(() => wholeNumber(3, 9999)(text)).toThrow(
      new InvalidArgumentError("It must be a whole number from 3 to 9999."),
    );
  },
);

test("without a maximum the message names the minimum only", () => {
  expect(() => wholeNumber(1)("0")).toThrow("It must be a whole number of at least 1.");
});

test.each([
  ["0", 0],
  ["12.5", 12.5],
  ["100%", 100],
])("%j is a percentage", (text, value) => {
  expect(percentage(text)).toBe(value);
});

test.each(["100.1", "-1", "half", "", "%", "1e1"])("%j is no percentage", (text) => {
  expect(() => percentage(text)).toThrow("It must be a number from 0 to 100.");
});
