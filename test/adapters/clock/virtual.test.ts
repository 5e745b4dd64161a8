import { expect, test } from "vitest";
import { virtualClock } from "../../../lib/adapters/clock/virtual.js";
import { clockContract } from "../../contracts/clock.js";

clockContract(() => {
  const clock = virtualClock({ start: 1000 });
  return {
    clock,
    async pass(isDone) {
      for (let left = 1_000_000; !isDone() && left > 0; left--) clock.idle();
      expect(isDone()).toBe(true);
    },
  };
});

test("time moves only when the loop is idle, and then exactly to the next timer", () => {
  const clock = virtualClock({ start: 100 });
  const woken: number[] = [];
  for (const at of [3_600_100.5, 200, 150]) clock.schedule(at, () => woken.push(clock.now()));
  expect(clock.now()).toBe(100);
  clock.idle();
  expect(woken).toEqual([150]);
  clock.idle();
  clock.idle();
  expect(woken).toEqual([150, 200, 3_600_100.5]);
  clock.idle();
  expect(clock.now()).toBe(3_600_100.5);
});

test("a time that has passed does not turn time back", () => {
  const clock = virtualClock({ start: 100 });
  clock.schedule(50, () => {});
  clock.idle();
  expect(clock.now()).toBe(100);
});

test("it begins at the epoch unless told otherwise", () => {
  expect(virtualClock().now()).toBe(0);
});

test("a cancelled timer does not move time", () => {
  const clock = virtualClock();
  clock.schedule(10, () => {}).cancel();
  clock.idle();
  expect(clock.now()).toBe(0);
});

test("timers of the same time go off in one go, but for those that are cancelled or asked for meanwhile", () => {
  const clock = virtualClock();
  const woken: string[] = [];
  const wake = (name: string) => () => woken.push(`${name} ${clock.now()}`);
  clock.schedule(10, () => {
    wake("first")();
    cancelled.cancel();
    clock.schedule(10, wake("asked for meanwhile"));
  });
  const cancelled = clock.schedule(10, wake("cancelled"));
  clock.schedule(10, wake("last"));
  clock.schedule(11, wake("later"));
  expect(clock.idle()).toBe(true);
  expect(woken).toEqual(["first 10", "last 10"]);
  clock.idle();
  expect(woken.slice(2)).toEqual(["asked for meanwhile 10"]);
  clock.idle();
  expect(woken.slice(3)).toEqual(["later 11"]);
  expect(clock.idle()).toBe(false);
});
