import type { Clock } from "../../run/ports.js";
import { Timers, type Waiting } from "./timers.js";

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
      const { first } = timers;
      if (first === undefined) return false;
      now = Math.max(now, first.at);
      // All whose time it is wake in one go: thousands of children that waited as long call their functions side by side.
      const last = timers.sequence;
      for (let next: Waiting | undefined = first; isDue(next, now, last); next = timers.first) {
        timers.remove(next);
        next.wake();
      }
      return true;
    },
  };
}

/** Whether a timer goes off now, and was asked for before one with the number `sequence`. */
function isDue(timer: Waiting | undefined, now: number, sequence: number): timer is Waiting {
  return timer !== undefined && timer.at <= now && timer.sequence < sequence;
}
