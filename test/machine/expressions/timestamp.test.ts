import fc from "fast-check";
import { expect, test } from "vitest";
import { compareTimestamps, parseTimestamp } from "../../../lib/machine/expressions/timestamp.js";

test.each<[string, number, number]>([
  ["1970-01-01T00:00:00Z", 0, 0],
  ["1970-01-01T00:00:00.1Z", 100, 0],
  ["1970-01-01T00:00:00.123456789Z", 123, 456_789],
  ["1970-01-01T01:00:00+01:00", 0, 0],
  ["1969-12-31T22:30:00-01:30", 0, 0],
  ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29), 0],
  ["0001-01-01T00:00:00Z", Date.parse("0001-01-01T00:00:00Z"), 0],
])("%s", (text, ms, nanos) => {
  expect(parseTimestamp(text)).toEqual({ ms, nanos });
});

test.each([
  "",
  "2024-01-01",
  "2024-01-01T00:00:00",
  "2024-01-01 00:00:00Z",
  "2024-01-01t00:00:00Z",
  "2024-01-01T00:00:00z",
  "2024-01-01T00:00Z",
  "2024-1-1T00:00:00Z",
  "2023-02-29T00:00:00Z",
  "2024-13-01T00:00:00Z",
  "2024-01-00T00:00:00Z",
  "2024-01-01T24:00:00Z",
  "2024-01-01T00:60:00Z",
  "2024-01-01T00:00:60Z",
  "2024-01-01T00:00:00.Z",
  "2024-01-01T00:00:00.1234567890Z",
  "2024-01-01T00:00:00+1:00",
  "2024-01-01T00:00:00+19:00",
])("%j is no timestamp", (text) => {
  expect(parseTimestamp(text)).toBeNull();
});

test("for any two moments the order is theirs", () => {
  const dates = fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true });
  fc.assert(
    fc.property(dates, dates, (a, b) => {
      const [first, second] = [parseTimestamp(a.toISOString()), parseTimestamp(b.toISOString())];
      if (first === null || second === null) throw new Error("ISO text was refused");
      expect(Math.sign(compareTimestamps(first, second))).toBe(Math.sign(a.getTime() - b.getTime()));
    }),
  );
});
