import { expect, test } from "vitest";
import type { RunLeft } from "../../../lib/adapters/journal/disk/scan.js";
import { redriveRefusal, redrivesIn } from "../../../lib/local/record/redrivable.js";

/** A journal whose execution has events of these types. */
function left(...types: readonly string[]): RunLeft {
  const events = types.map((type, at) => ({ id: at + 1, previousEventId: at, timestamp: 0, type }));
  const end = { size: 0, threads: 0, mapRuns: [] };
  return { end, cut: 0, events, mapRuns: [], objects: [], finished: undefined, lastTime: 0 };
}

const waits = (count: number) => Array.from({ length: count }, () => "WaitStateEntered");

test.each<[what: string, left: RunLeft | undefined, refusal: string | undefined]>([
  ["nothing recorded", undefined, "Execution is RUNNING and cannot be redriven"],
  ["one that runs", left("ExecutionStarted"), "Execution is RUNNING and cannot be redriven"],
  ["one that succeeded", left("ExecutionSucceeded"), "Execution is SUCCEEDED and cannot be redriven"],
  ["one that failed", left("ExecutionFailed"), undefined],
  ["one that timed out", left("ExecutionTimedOut"), undefined],
  ["one that was stopped", left("ExecutionAborted"), undefined],
  ["a redrive that has not ended", left("ExecutionFailed", "ExecutionRedriven"), undefined],
  [
    "a redrive that succeeded",
    left("ExecutionFailed", "ExecutionRedriven", "ExecutionSucceeded"),
    "Execution is SUCCEEDED and cannot be redriven",
  ],
  ["a history with room for an end", left(...waits(24_997), "ExecutionFailed"), undefined],
  [
    "a history that is full",
    left(...waits(24_998), "ExecutionFailed"),
    "Execution has exceeded the maximum history event limit",
  ],
])("%s", (_, run, refusal) => {
  expect(redriveRefusal(run)).toBe(refusal);
});

test("redrives are counted", () => {
  expect(redrivesIn(left("ExecutionStarted").events)).toBe(0);
  expect(redrivesIn(left("ExecutionFailed", "ExecutionRedriven", "ExecutionFailed", "ExecutionRedriven").events)).toBe(
    2,
  );
});
