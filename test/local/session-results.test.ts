import { expect, test } from "vitest";
import type { ItemResult } from "../../lib/local/item-results.js";
import { SessionResults } from "../../lib/local/session-results.js";
import type { ChildRecord } from "../../lib/run/items.js";

const ALONE = { batched: false, stateName: "Each" };
const BATCHES = { batched: true, stateName: "Each" };

const RECORD = {
  hasEnded: true,
  index: 0,
  firstItem: 4,
  itemCount: 1,
  inputText: "{}",
  name: "child",
  executionArn: "",
  stateMachineArn: "",
  executionType: "EXPRESS",
  startDate: 1,
  stopDate: 2,
} as const;

const succeeded: ChildRecord = { ...RECORD, status: "SUCCEEDED", output: '{"ok":1}' };
const failed: ChildRecord = { ...RECORD, status: "FAILED", error: "Bad", cause: "no" };

function told(states: boolean) {
  const results: [ItemResult, string | undefined][] = [];
  const lines: string[] = [];
  const session = new SessionResults(
    { onResult: (result, state) => results.push([result, state]), onOrderedLines: (text) => void lines.push(text) },
    states,
  );
  return { session, results, lines };
}

test("what ends is counted, whether somebody wants its result or not", () => {
  const { session: heard } = told(false);
  const unheard = new SessionResults({}, false);
  for (const session of [heard, unheard]) {
    session.ended(succeeded, ALONE);
    session.ended(failed, ALONE);
    session.ended({ ...succeeded, itemCount: 2, output: "[1,2]" }, BATCHES);
    expect(session.tally.items).toMatchObject({ total: 4, succeeded: 3, failed: 1 });
    expect(session.tally.failures).toMatchObject([{ name: "Bad", count: 1 }]);
  }
});

test("a result is told once as its child ends; its lines are told in its turn and count nothing", () => {
  const { session, results, lines } = told(false);
  session.ended(succeeded, ALONE);
  expect(results).toEqual([[{ index: 4, count: 1, status: "SUCCEEDED", output: '{"ok":1}' }, undefined]]);
  expect(lines).toEqual([]);
  session.ordered(succeeded, ALONE);
  expect(results).toHaveLength(1);
  expect(lines.map((line) => JSON.parse(line))).toEqual([{ index: 4, status: "SUCCEEDED", output: { ok: 1 } }]);
  expect(session.tally.items.total).toBe(1);
});

test("results say their state only where they have to", () => {
  const { session, results, lines } = told(true);
  session.ended(failed, ALONE);
  session.ordered(failed, ALONE);
  expect(results.map(([, state]) => state)).toEqual(["Each"]);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ index: 4, state: "Each", status: "FAILED" });
});

test("who takes the lines may hold the run back; without anybody nothing does", async () => {
  const patience = Promise.resolve();
  const held = new SessionResults({ onOrderedLines: () => patience }, false);
  expect(held.ordered(succeeded, ALONE)).toBe(patience);
  expect(new SessionResults({}, false).ordered(succeeded, ALONE)).toBeUndefined();
  await patience;
});
