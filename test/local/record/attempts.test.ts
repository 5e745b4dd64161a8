import { expect, test } from "vitest";
import { Attempts } from "../../../lib/local/record/attempts.js";
import type { EndedChild, PriorChild } from "../../../lib/run/map-run/prior.js";
import type { HistoryEvent } from "../../../lib/run/ports.js";

const event = (id: number): HistoryEvent => ({ id, previousEventId: id - 1, timestamp: id, type: "WaitStateEntered" });
const child = (status: EndedChild["status"], startDate: number): EndedChild => ({ status, startDate, stopDate: 9 });
const ended = (status: EndedChild["status"], startDate: number): PriorChild => ({
  kind: "ended",
  child: child(status, startDate),
});
const unfinished = (ids: readonly number[], before?: EndedChild): PriorChild => ({
  kind: "unfinished",
  events: ids.map(event),
  child: before,
});

/** What attempts have of a child, together. */
async function together(
  attempts: readonly (PriorChild | undefined)[],
  current: number,
): Promise<PriorChild | undefined> {
  const loaded: number[] = [];
  const children = new Attempts(
    attempts.map((left) => ({ load: async (from, to) => void loaded.push(to - from), take: () => left })),
    current,
  );
  await children.load(3, 7);
  expect(loaded).toEqual(attempts.map(() => 4));
  return children.take(3);
}

test("a child that no attempt had", async () => {
  expect(await together([undefined, undefined], -1)).toBeUndefined();
});

test("a success of an earlier attempt stays", async () => {
  const left = await together([ended("SUCCEEDED", 1), undefined], 1);
  expect(left).toEqual({ kind: "ended", child: { ...child("SUCCEEDED", 1), endedIn: 0, redriveCount: 0 } });
});

test("a success of this attempt is told as such, with its redrives", async () => {
  const left = await together([unfinished([], child("FAILED", 1)), undefined, ended("SUCCEEDED", 3)], 2);
  const how = { endedIn: 2, redriveCount: 1, thisAttempt: true };
  expect(left).toEqual({ kind: "ended", child: { ...child("SUCCEEDED", 3), ...how } });
});

test("a failure of an earlier attempt goes on with the whole history, also through attempts that did not come to it", async () => {
  const left = await together(
    [unfinished([1, 2], child("FAILED", 1)), undefined, unfinished([3], child("ABORTED", 1))],
    -1,
  );
  const last = { ...child("ABORTED", 1), endedIn: 2, redriveCount: 1 };
  expect(left).toEqual({ ...unfinished([1, 2, 3], last), redriveCount: undefined });
});

test("one that was under way in this attempt goes on, and would stay at how it ended before", async () => {
  const left = await together([unfinished([1, 2], child("FAILED", 1)), unfinished([3])], 1);
  const before = { ...child("FAILED", 1), endedIn: 0, redriveCount: 0 };
  expect(left).toEqual({ ...unfinished([1, 2, 3], before), redriveCount: undefined });
});

test("an EXPRESS one has no history: its attempts tell how often it was redriven", async () => {
  const failed = unfinished([], child("FAILED", 1));
  const last = { ...child("FAILED", 1), endedIn: 1, redriveCount: 1 };
  expect(await together([failed, failed], -1)).toEqual({ ...unfinished([], last), redriveCount: 2 });
});

test("one whose history is full stays as it ended, unless it is under way", async () => {
  const most = Array.from({ length: 24_999 }, (_, at) => at + 1);
  const failed = child("FAILED", 1);
  expect(await together([unfinished(most, failed)], -1)).toEqual({
    kind: "ended",
    child: { ...failed, endedIn: 0, redriveCount: 0 },
  });
  expect(await together([unfinished(most.slice(0, -1), failed), unfinished([24_999])], 1)).toMatchObject({
    kind: "unfinished",
  });
});
