import { expect, test } from "vitest";
import type { Frame } from "../../lib/machine/index.js";
import { ReadyQueue } from "../../lib/run/ready.js";

const frame = (slot: number) => ({ slot }) as Frame;
const SIGNAL = { kind: "woke" } as const;

test("what is ready comes in its order, what comes meanwhile at the end, and no more than is asked for", () => {
  const queue = new ReadyQueue();
  const seen: number[] = [];
  for (let slot = 0; slot < 10_000; slot++) queue.push(frame(slot), SIGNAL);
  const advance = ({ slot }: Frame) => {
    seen.push(slot);
    if (slot < 5000) queue.push(frame(10_000 + slot), SIGNAL);
  };
  expect(queue.drain(7000, advance)).toBe(7000);
  expect(queue.empty).toBe(false);
  expect(queue.drain(100_000, advance)).toBe(8000);
  expect(queue.empty).toBe(true);
  expect(seen).toEqual(Array.from({ length: 15_000 }, (_, slot) => slot));
  expect(queue.drain(1, advance)).toBe(0);
});

test("what is dropped is gone", () => {
  const queue = new ReadyQueue();
  queue.push(frame(1), SIGNAL);
  queue.clear();
  expect(queue.empty).toBe(true);
});
