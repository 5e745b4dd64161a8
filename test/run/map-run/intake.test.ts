import { expect, test } from "vitest";
import { Inputs } from "../../../lib/run/map-run/inputs.js";
import { Intake } from "../../../lib/run/map-run/intake.js";
import type { PriorChild } from "../../../lib/run/map-run/prior.js";

async function* chunks(...sizes: readonly number[]) {
  let next = 0;
  for (const size of sizes) yield { items: Array.from({ length: size }, () => String(next++)), source: "STATE_DATA" };
}

test("no child is taken before it is known what is left of it", async () => {
  const loads: [number, number][] = [];
  let answer: () => void = () => {};
  const prior = {
    load: (from: number, to: number) => {
      loads.push([from, to]);
      return new Promise<void>((resolve) => {
        answer = resolve;
      });
    },
    take: (index: number): PriorChild | undefined => (index === 2 ? { kind: "unfinished", events: [] } : undefined),
  };
  const intake = new Intake(new Inputs(chunks(2, 3), { select: null, batch: undefined }), prior);
  const first = intake.load();
  await expect.poll(() => loads).toEqual([[0, 2]]);
  expect(intake.ready).toBe(false);
  answer();
  await first;
  expect([intake.take(), intake.take()].map(({ input, left }) => [input.text, left])).toEqual([
    ["0", undefined],
    ["1", undefined],
  ]);
  expect(intake.ready).toBe(false);
  const second = intake.load();
  await expect.poll(() => loads).toHaveLength(2);
  answer();
  await second;
  expect(loads[1]).toEqual([2, 5]);
  expect(intake.take().left).toMatchObject({ kind: "unfinished" });
});

test("what is left of children cannot be read: the reading fails", async () => {
  const prior = { load: () => Promise.reject(new Error("gone")), take: () => undefined };
  const intake = new Intake(new Inputs(chunks(2), { select: null, batch: undefined }), prior);
  await expect(intake.load()).rejects.toThrow("gone");
  expect(intake.ready).toBe(false);
});
