import type { Clock } from "../../run/ports.js";
import { Timers } from "./timers.js";

/** setTimeout takes a 32-bit delay; longer waits are made of several. */
const LONGEST_DELAY = 2 ** 31 - 1;

/**
 * The wall clock, monotonic: epoch ms with a fraction. One Node timer is set, for the earliest call, so that calls for
 * equal times wake in order and a hundred thousand of them cost no more than a heap. Keeps the process alive while
 * anything is scheduled.
 */
export function realClock(): Clock {
  const timers = new Timers();
  const { timeOrigin } = performance;
  const now = () => timeOrigin + performance.now();
  let armed: { at: number; handle: NodeJS.Timeout } | undefined;

  /**
   * Sets the Node timer unless one goes off soon enough. One that goes off too early, because its call was cancelled,
   * is left: cancelled timeouts are the rule, and setting timers anew is what would cost.
   */
  const arm = () => {
    const next = timers.first;
    if (next !== undefined && armed !== undefined && armed.at <= next.at) return;
    clearTimeout(armed?.handle);
    armed = undefined;
    if (next === undefined) return;
    const delay = Math.min(Math.max(Math.ceil(next.at - now()), 0), LONGEST_DELAY);
    armed = { at: next.at, handle: setTimeout(fire, delay) };
  };
  const fire = () => {
    armed = undefined;
    const until = now();
    for (let next = timers.first; next !== undefined && next.at <= until; next = timers.first) {
      timers.remove(next);
      next.wake();
    }
    arm();
  };

  return {
    now,
    schedule(at, wake) {
      const waiting = timers.add(at, wake);
      arm();
      return {
        cancel() {
          timers.remove(waiting);
          arm();
        },
      };
    },
    idle: () => false,
  };
}
