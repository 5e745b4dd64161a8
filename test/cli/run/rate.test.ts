import { expect, test } from "vitest";
import { Rate } from "../../../lib/cli/run/rate.js";

test("at first it is the average since the start", () => {
  const rate = new Rate();
  expect(rate.at(0, 0)).toBe(0);
  expect(rate.at(2000, 100)).toBe(50);
});

test("later it is that of the last ten seconds", () => {
  const rate = new Rate();
  for (let second = 1; second <= 60; second++) rate.at(second * 1000, second * 10);
  let last = 0;
  for (let second = 61; second <= 80; second++) last = rate.at(second * 1000, 600 + (second - 60) * 100);
  expect(last).toBe(100);
});

test("a run that stands still comes down to 0", () => {
  const rate = new Rate();
  rate.at(1000, 50);
  for (let second = 2; second <= 20; second++) rate.at(second * 1000, 50);
  expect(rate.at(21_000, 50)).toBe(0);
});
