import { expect, test } from "vitest";
import { virtualClock } from "../../../lib/adapters/clock/virtual.js";
import { ExpressLimit } from "../../../lib/run/map-run/express-limit.js";
import type { Clock } from "../../../lib/run/ports.js";

test("each child is ended 5 minutes after its own start, with one timer at a time", () => {
  const clock = virtualClock();
  const ended: [number, number][] = [];
  const running = new Set([0, 1000, 1000, 7000].map((startDate) => ({ startDate })));
  let timers = 0;
  const counting: Clock = {
    ...clock,
    schedule(at, wake) {
      timers += 1;
      return clock.schedule(at, wake);
    },
  };
  const limit = new ExpressLimit(
    counting,
    () => running,
    (late) => {
      for (const child of late) {
        running.delete(child);
        ended.push([child.startDate, clock.now()]);
      }
      limit.watch();
    },
  );
  limit.watch();
  limit.watch();
  while (clock.idle());
  expect(ended).toEqual([
    [0, 300_000],
    [1000, 301_000],
    [1000, 301_000],
    [7000, 307_000],
  ]);
  expect(timers).toBe(3);
});

test("nothing that runs sets no timer, and a cancelled limit holds no clock", () => {
  const clock = virtualClock();
  const none = new ExpressLimit(
    clock,
    () => [],
    () => {},
  );
  none.watch();
  expect(clock.idle()).toBe(false);
  const one = new ExpressLimit(
    clock,
    () => [{ startDate: 0 }],
    () => {},
  );
  one.watch();
  one.cancel();
  expect(clock.idle()).toBe(false);
});
