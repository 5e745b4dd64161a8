import type { Clock } from "../../run/ports.js";
import { Timers } from "./timers.js";

/**
 * A clock that stands still until the loop is idle and then jumps to the next timer: hours of waiting pass in no time,
 * and the same run gives the same times.
 *
 * @param options.start Epoch ms it shows first; 0 by default, so that a virtual date is seen to be one.
 */
export function virtualClock(options: { start?: number } = {}): Clock {
  const timers = new Timers();
  let now = options.start ?? 0;
  return {
    now: () => now,
    schedule(at, wake) {
      const waiting = timers.add(at, wake);
      return { cancel: () => timers.remove(waiting) };
    },
    idle() {
      const next = timers.first;
      if (next === undefined) return false;
      timers.remove(next);
      if (next.at > now) now = next.at;
      next.wake();
      return true;
    },
  };
}
