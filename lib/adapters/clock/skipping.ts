import type { Clock } from "../../run/ports.js";
import { Timers, type Waiting } from "./timers.js";

export interface SkippingClockOptions {
  /**
   * How old a timer must be, in ms of real time, before the time to it is skipped: long enough for those outside who may
   * still act before it goes off.
   *
   * @default () => 10
   */
  readonly grace?: (() => number) | undefined;
}

/** A clock that has to be told whom to ask whether all is still. */
export interface SkippingClock extends Clock {
  /** Called when time may be skipped if all is still: what is called then calls `idle` again. */
  onGrace: () => void;
}

/** setTimeout takes a 32-bit delay; longer waits are made of several. */
const LONGEST_DELAY = 2 ** 31 - 1;

/**
 * The wall clock, except that it leaps to the next timer once the loop is idle and has been for a moment: for a server,
 * which cannot stand still between requests and must not run away from those who are about to make one.
 */
export function skippingClock({ grace = () => 10 }: SkippingClockOptions = {}): SkippingClock {
  const timers = new Timers();
  /** When each timer was asked for, in real time. */
  const asked = new WeakMap<Waiting, number>();
  const { timeOrigin } = performance;
  let skipped = 0;
  let due: NodeJS.Timeout | undefined;
  let overdue: NodeJS.Immediate | undefined;
  let graceEnd: NodeJS.Timeout | undefined;
  const now = () => timeOrigin + performance.now() + skipped;

  const wakeFirst = (next: Waiting) => {
    timers.remove(next);
    next.wake();
  };
  const arm = () => {
    clearTimeout(due);
    clearImmediate(overdue);
    const next = timers.first;
    if (next === undefined) return;
    // A time that has passed takes not even the millisecond of a timeout.
    if (next.at <= now()) overdue = setImmediate(fire);
    else due = setTimeout(fire, Math.min(Math.max(Math.ceil(next.at - now()), 0), LONGEST_DELAY));
  };
  const fire = () => {
    const until = now();
    for (let next = timers.first; next !== undefined && next.at <= until; next = timers.first) wakeFirst(next);
    arm();
  };

  const clock: SkippingClock = {
    onGrace: () => {},
    now,
    schedule(at, wake) {
      const waiting = timers.add(at, wake);
      asked.set(waiting, performance.now());
      if (timers.first === waiting) arm();
      return {
        cancel() {
          const wasFirst = timers.first === waiting;
          timers.remove(waiting);
          if (wasFirst) arm();
        },
      };
    },
    idle() {
      const next = timers.first;
      if (next === undefined) return false;
      const left = (asked.get(next) ?? 0) + grace() - performance.now();
      if (left > 0 && next.at > now()) {
        clearTimeout(graceEnd);
        graceEnd = setTimeout(() => clock.onGrace(), Math.ceil(left));
        return false;
      }
      skipped += Math.max(next.at - now(), 0);
      wakeFirst(next);
      arm();
      return true;
    },
  };
  return clock;
}
