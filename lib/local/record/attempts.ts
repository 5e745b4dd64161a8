import type { EndedChild, PriorChild, PriorChildren } from "../../run/map-run/prior.js";
import type { HistoryEvent } from "../../run/ports.js";
import { UNREDRIVABLE_EVENTS } from "../../run/restore.js";

/**
 * The children of a map run by what each of its attempts left of them: the first one, and each redrive it had a part in. The
 * last word on a child is that of the last attempt that had it; a history is that of all attempts together.
 */
export class Attempts implements PriorChildren {
  readonly #attempts: readonly PriorChildren[];
  readonly #current: number;

  /** @param current Place of the attempt that goes on; that of none when a new one begins. */
  constructor(attempts: readonly PriorChildren[], current: number) {
    this.#attempts = attempts;
    this.#current = current;
  }

  async load(from: number, to: number): Promise<void> {
    for (const attempt of this.#attempts) await attempt.load(from, to);
  }

  take(index: number): PriorChild | undefined {
    const events: HistoryEvent[] = [];
    let last: PriorChild | undefined;
    let child: EndedChild | undefined;
    let at = 0;
    let before = 0;
    for (const [place, attempt] of this.#attempts.entries()) {
      const left = attempt.take(index);
      if (left === undefined) continue;
      if (left.kind === "unfinished") events.push(...left.events);
      if (last !== undefined) before += 1;
      last = left;
      at = place;
      if (left.child !== undefined) child = { ...left.child, endedIn: place, redriveCount: before };
    }
    if (last === undefined) return undefined;
    const now = at === this.#current;
    if (last.kind === "ended" && child !== undefined) {
      return { kind: "ended", child: now ? { ...child, thisAttempt: true } : child };
    }
    if (!now && child !== undefined && events.length >= UNREDRIVABLE_EVENTS) return { kind: "ended", child };
    // An EXPRESS child has no history to tell how often it was redriven.
    return { kind: "unfinished", events, child, redriveCount: events.length > 0 ? undefined : before + 1 };
  }
}
