import fc from "fast-check";
import { expect, test } from "vitest";
import { type PollOutcome, PollSchedule } from "../../lib/aws/poll-schedule.js";

const limits = { first: 200, longest: 5000 };
const schedule = (chance = 0.5) => new PollSchedule(limits, { next: () => chance, uuid: () => "" });
const pauses = (outcomes: readonly PollOutcome[], chance?: number) => {
  const made = schedule(chance);
  return outcomes.map((outcome) => Math.round(made.next(outcome)));
};
const answered = (count: number) => Array<PollOutcome>(count).fill("answered");

test("pauses widen from the first to the longest", () => {
  const all = pauses(answered(12));
  expect(all.slice(0, 4)).toEqual([200, 300, 450, 675]);
  expect(all.slice(-2)).toEqual([5000, 5000]);
});

test("throttling makes pauses longer than the longest, and one answer ends that", () => {
  const outcomes: PollOutcome[] = [...answered(10), "throttled", "throttled", "answered", "answered"];
  expect(pauses(outcomes).slice(-4)).toEqual([10_000, 20_000, 20_000, 5000]);
});

test("a failed request widens pauses as an answered one does", () => {
  expect(pauses(["failed", "failed", "failed"])).toEqual([200, 300, 450]);
});

test("jitter is a fifth to either side", () => {
  expect(pauses(["answered"], 0)).toEqual([160]);
  expect(pauses(["answered"], 0.999_999)).toEqual([240]);
});

test("no pause is shorter than the first or longer than a minute, jitter aside", () => {
  const outcome = fc.constantFrom<PollOutcome>("answered", "throttled", "failed");
  fc.assert(
    fc.property(
      fc.array(outcome, { maxLength: 50 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (outcomes, chance) => {
        for (const pause of pauses(outcomes, chance)) {
          expect(pause).toBeGreaterThanOrEqual(160);
          expect(pause).toBeLessThanOrEqual(72_000);
        }
      },
    ),
  );
});
