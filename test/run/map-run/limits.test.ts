import fc from "fast-check";
import { expect, test } from "vitest";
import { Limits } from "../../../lib/run/map-run/limits.js";

const NONE = { maxConcurrency: 0, toleratedFailureCount: undefined, toleratedFailurePercentage: undefined };

test("a concurrency of 0 is what the service allows, at the start and in an update", () => {
  const limits = new Limits(NONE);
  expect(limits.maxConcurrency).toBe(10_000);
  limits.update({ maxConcurrency: 3 });
  expect(limits.maxConcurrency).toBe(3);
  limits.update({ maxConcurrency: 0 });
  expect(limits.maxConcurrency).toBe(10_000);
});

test("a larger one is told as it is, and no more run at once than the service allows", () => {
  const limits = new Limits({ ...NONE, maxConcurrency: 20_000 });
  expect(limits).toMatchObject({ maxConcurrency: 20_000, atOnce: 10_000 });
  limits.update({ maxConcurrency: 9 });
  expect(limits).toMatchObject({ maxConcurrency: 9, atOnce: 9 });
});

test("an update changes what it names and nothing else", () => {
  const value = fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined });
  const update = fc.record({ maxConcurrency: value, toleratedFailureCount: value, toleratedFailurePercentage: value });
  fc.assert(
    fc.property(update, (changes) => {
      const limits = new Limits({ maxConcurrency: 7, toleratedFailureCount: 8, toleratedFailurePercentage: 9 });
      limits.update(changes);
      expect(limits.maxConcurrency).toBe(changes.maxConcurrency ?? 7);
      expect(limits.tolerance).toEqual({
        count: changes.toleratedFailureCount ?? 8,
        percentage: changes.toleratedFailurePercentage ?? 9,
      });
    }),
  );
});

test("a tolerance that is raised bears what it did not", () => {
  const limits = new Limits(NONE);
  expect(limits.exceededBy(1, undefined)).toBe(true);
  limits.update({ toleratedFailureCount: 1 });
  expect(limits.exceededBy(1, undefined)).toBe(false);
  expect(limits.exceededBy(2, undefined)).toBe(true);
});
