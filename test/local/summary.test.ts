import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JsonText } from "../../lib/json.js";
import type { ItemResult, ItemStatus } from "../../lib/local/item-results.js";
import { summaryOf, Tally } from "../../lib/local/summary.js";
import type { ExecutionOutcome } from "../../lib/run/execution.js";

const STATUSES: readonly ItemStatus[] = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "UNPROCESSED"];

function result(index: number, status: ItemStatus, name = "E", count = 1): ItemResult {
  if (status === "SUCCEEDED") return { index, count, status, output: "1" };
  return { index, count, status, error: { name, message: `message ${index}` } };
}

test("failures are grouped by their name, the largest group first, with the first one as the example", () => {
  const tally = new Tally();
  for (const each of [
    result(0, "FAILED", "A"),
    result(1, "FAILED", "B"),
    result(2, "SUCCEEDED"),
    result(3, "FAILED", "B"),
  ]) {
    tally.add(each);
  }
  expect(tally.failures).toEqual([
    { name: "B", count: 2, example: { index: 1, message: "message 1" } },
    { name: "A", count: 1, example: { index: 0, message: "message 0" } },
  ]);
});

test("the counts add up, and so do the groups of failures", () => {
  const results = fc.array(
    fc.tuple(fc.constantFrom(...STATUSES), fc.constantFrom("A", "B", "C"), fc.integer({ min: 1, max: 9 })),
  );
  fc.assert(
    fc.property(results, fc.nat(50), (given, succeeded) => {
      const tally = new Tally();
      tally.addSucceeded(succeeded);
      for (const [index, [status, name, count]] of given.entries()) tally.add(result(index, status, name, count));
      const { items, failures } = tally;
      const all = given.reduce((sum, [, , count]) => sum + count, succeeded);
      expect(items.total).toBe(all);
      expect(items.succeeded + items.failed + items.timedOut + items.aborted + items.unprocessed).toBe(all);
      expect(failures.reduce((sum, { count }) => sum + count, 0)).toBe(all - items.succeeded);
    }),
  );
});

describe("the summary of a run", () => {
  const usage = { busyMs: 300, workers: 2 };

  test("relates items and the time in handlers to the time of the run", () => {
    const tally = new Tally();
    tally.addSucceeded(50);
    expect(summaryOf({ status: "SUCCEEDED", output: new JsonText("null") }, tally, 500, usage)).toMatchObject({
      status: "SUCCEEDED",
      durationMs: 500,
      itemsPerSecond: 100,
      workers: 2,
      utilisation: 0.3,
    });
  });

  test("has no figures that are no numbers, and none of more than the workers there are", () => {
    const tally = new Tally();
    const outcome = { status: "FAILED", error: "E", cause: undefined } as const;
    expect(summaryOf(outcome, tally, 0, usage)).toMatchObject({ itemsPerSecond: 0, utilisation: 0 });
    expect(summaryOf(outcome, tally, 100, usage).utilisation).toBe(1);
  });

  test("says why a run did not succeed, unless its user stopped it", () => {
    const error = (outcome: ExecutionOutcome) => summaryOf(outcome, new Tally(), 1, usage).error;
    expect(error({ status: "FAILED", error: "E", cause: "why" })).toMatchObject({ name: "E", message: "why" });
    expect(error({ status: "TIMED_OUT" })).toMatchObject({ name: "TIMED_OUT" });
    expect(error({ status: "ABORTED", error: "Mine", cause: "c" })).toMatchObject({ name: "Mine" });
    expect(error({ status: "ABORTED" })).toBeUndefined();
  });
});
