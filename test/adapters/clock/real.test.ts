import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { realClock } from "../../../lib/adapters/clock/real.js";
import { clockContract } from "../../contracts/clock.js";

clockContract(() => ({
  clock: realClock(),
  pass: (isDone) => vi.waitUntil(isDone, { interval: 1, timeout: 10_000 }).then(() => undefined),
}));

test("it shows the time of day and never goes back", () => {
  const clock = realClock();
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(60_000);
  let last = clock.now();
  for (let round = 0; round < 1000; round++) {
    const now = clock.now();
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
});

test("being idle wakes nothing", async () => {
  const clock = realClock();
  let isWoken = false;
  const timer = clock.schedule(clock.now() + 60_000, () => {
    isWoken = true;
  });
  clock.idle();
  await sleep(2);
  expect(isWoken).toBe(false);
  timer.cancel();
});

test("a wait longer than a Node timer can hold does not go off at once", async () => {
  const clock = realClock();
  let isWoken = false;
  const timer = clock.schedule(clock.now() + 2 ** 31 + 1000, () => {
    isWoken = true;
  });
  await sleep(5);
  expect(isWoken).toBe(false);
  timer.cancel();
});

test("a call for an earlier time than the one that is set is not late", async () => {
  const clock = realClock();
  const woken: string[] = [];
  const late = clock.schedule(clock.now() + 60_000, () => woken.push("late"));
  clock.schedule(clock.now() + 1, () => woken.push("early"));
  await vi.waitUntil(() => woken.length > 0, { interval: 1 });
  expect(woken).toEqual(["early"]);
  late.cancel();
});
