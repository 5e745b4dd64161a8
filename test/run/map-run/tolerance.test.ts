import fc from "fast-check";
import { expect, test } from "vitest";
import { exceedsTolerance } from "../../../lib/run/map-run/tolerance.js";

test("without thresholds the first failure is too many", () => {
  expect(exceedsTolerance({ count: undefined, percentage: undefined }, 0, 10)).toBe(false);
  expect(exceedsTolerance({ count: undefined, percentage: undefined }, 1, undefined)).toBe(true);
});

test("a count is exceeded by more failures than it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.nat({ max: 2000 }), (count, failed) => {
      expect(exceedsTolerance({ count, percentage: undefined }, failed, undefined)).toBe(failed > count);
    }),
  );
});

test("a percentage is exceeded by a larger part of all items, and is not decided before all are known", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 500 }), (tenths, total) => {
      const percentage = tenths / 10;
      for (const failed of [0, 1, Math.floor(total / 2), total].filter((n) => n <= total)) {
        const tolerance = { count: undefined, percentage };
        expect(exceedsTolerance(tolerance, failed, total)).toBe((failed / total) * 100 > percentage);
        expect(exceedsTolerance(tolerance, failed, undefined)).toBe(false);
      }
    }),
  );
});

test.each([
  [5, 3, true],
  [1, 3, true],
  [5, 50, false],
])("either threshold trips: count %i, percentage %i of 4 in 10", (count, percentage, expected) => {
  expect(exceedsTolerance({ count, percentage }, 4, 10)).toBe(expected);
});
