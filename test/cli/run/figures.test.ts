import { expect, test } from "vitest";
import { clockText, durationText, grouped, itemsText, rateText } from "../../../lib/cli/run/figures.js";

test.each([
  [0, "0"],
  [999, "999"],
  [1000, "1,000"],
  [1234567.4, "1,234,567"],
])("%d is %s", (value, text) => {
  expect(grouped(value)).toBe(text);
});

test.each([
  [0, "0.00"],
  [0.123, "0.12"],
  [8.06, "8.1"],
  [12345.6, "12,346"],
])("%d a second is %s", (value, text) => {
  expect(rateText(value)).toBe(text);
});

test.each([
  [0.2, "0:01"],
  [59.5, "1:00"],
  [754, "12:34"],
  [3723, "1:02:03"],
])("%d s is %s on a clock", (value, text) => {
  expect(clockText(value)).toBe(text);
});

test.each([
  [12.4, "12 ms"],
  [1240, "1.24 s"],
  [754_000, "12:34 min"],
  [3_723_000, "1:02:03 h"],
])("%d ms is %s", (value, text) => {
  expect(durationText(value)).toBe(text);
});

test.each<[Partial<Record<"total" | "succeeded" | "failed" | "timedOut" | "aborted", number>>, number, string]>([
  [{}, 0, "0"],
  [{ total: 1234, succeeded: 1234 }, 0, "1,234: 1,234 succeeded"],
  [
    { total: 15, succeeded: 1, failed: 2, timedOut: 3, aborted: 4 },
    5,
    "15: 1 succeeded, 2 failed, 3 timed out, 4 stopped, 5 left",
  ],
])("items that ended like %o, and %d more, are %s", (counts, left, text) => {
  const none = { total: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
  expect(itemsText({ ...none, ...counts }, [left, "left"])).toBe(text);
});
