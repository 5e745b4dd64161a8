import { expect, test } from "vitest";
import { skippingClock } from "../../../lib/adapters/clock/skipping.js";
import { clockContract } from "../../contracts/clock.js";

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

clockContract(() => {
  const clock = skippingClock({ grace: () => 0 });
  return {
    clock,
    async pass(isDone) {
      while (!isDone()) if (!clock.idle()) await nextTurn();
    },
  };
});

test("hours are skipped once all is still, and the time goes on from there", () => {
  const clock = skippingClock({ grace: () => 0 });
  const start = clock.now();
  let woken = 0;
  clock.schedule(start + 3_600_000, () => {
    woken = clock.now();
  });
  expect(clock.idle()).toBe(true);
  expect(woken).toBeGreaterThanOrEqual(start + 3_600_000);
  expect(clock.now()).toBeGreaterThanOrEqual(woken);
  expect(clock.idle()).toBe(false);
});

test("a timer that has just been asked for is not skipped to, and its time to be is told", async () => {
  let graceMs = 60_000;
  const clock = skippingClock({ grace: () => graceMs });
  let isWoken = false;
  clock.schedule(clock.now() + 3_600_000, () => {
    isWoken = true;
  });
  expect(clock.idle()).toBe(false);
  expect(isWoken).toBe(false);
  graceMs = 1;
  let told = 0;
  // A timeout may come a fraction of a millisecond before its time, and is asked for once more then.
  await new Promise<void>((resolve) => {
    clock.onGrace = () => {
      told += 1;
      if (clock.idle()) resolve();
    };
    // The machine may be so slow that the millisecond has passed already.
    if (clock.idle()) resolve();
  });
  expect(isWoken).toBe(true);
  expect(told).toBeLessThan(10);
});

test("a timer goes off in its time without anybody being idle", async () => {
  const clock = skippingClock({ grace: () => 60_000 });
  const at = clock.now() + 5;
  await new Promise<void>((resolve) => clock.schedule(at, resolve));
  expect(clock.now()).toBeGreaterThanOrEqual(at);
});
