import { expect, test } from "vitest";
import type { ChildRecord } from "../../../lib/run/items.js";
import type { Family } from "../../../lib/run/map-run/family.js";
import type { Gathered } from "../../../lib/run/map-run/gatherer.js";
import { KeptChild } from "../../../lib/run/map-run/kept-child.js";
import { pendingRecord } from "../../../lib/run/map-run/pending.js";
import { revived } from "../../../lib/run/map-run/revived.js";
import { SpilledRuns } from "../../../lib/run/map-run/spilled-runs.js";
import { MemorySpill } from "../../support/memory-spill.js";

const family = {
  executionType: "STANDARD",
  region: "eu-west-1",
  account: "123456789012",
  stateMachineName: "machine",
  label: "label",
  mapRunId: "run",
} as Family;

const times = { startDate: 1.5, stopDate: 2.25 };
const failed = {
  status: "FAILED",
  error: "E",
  cause: "c\ud800",
  ...times,
  endedIn: 1,
  redriveCount: 2,
  redriveDate: 7,
} as const;

/** All that a record tells, what it makes when it is asked included. */
function told(record: ChildRecord): object {
  const { status, index, firstItem, itemCount, inputText, output, error, cause, name, executionArn } = record;
  const { stateMachineArn, executionType, startDate, stopDate, kept = false, endedIn, redriveCount = 0 } = record;
  const what = { status, index, firstItem, itemCount, inputText, output, error, cause, startDate, stopDate };
  return {
    ...what,
    name,
    executionArn,
    stateMachineArn,
    executionType,
    kept,
    endedIn,
    redriveCount,
    redriveDate: record.redriveDate,
  };
}

test.each<[string, Gathered]>([
  ["ended in an attempt before", new KeptChild(family, 3, 6, { text: "[1,2]", count: 2 }, failed)],
  [
    "ended in this attempt",
    new KeptChild(
      family,
      3,
      6,
      { text: "1", count: 1 },
      { ...times, status: "SUCCEEDED", output: '"é"', thisAttempt: true },
    ),
  ],
  ["has never begun", pendingRecord("1", 3, 6, 2, "EXPRESS")],
])("a child that %s is the same after it was spilled", async (_, child) => {
  const runs = new SpilledRuns(new MemorySpill(), 1000);
  await runs.write([child]);
  await runs.load(3);
  const record = runs.take(3);
  const again = record && revived({ ...family, executionType: child.executionType }, record);
  expect(again && told(again)).toEqual(told(child));
  expect(again?.hasEnded).toBe(true);
});
