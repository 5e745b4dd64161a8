import type { Random } from "../run/ports.js";

/** What the last request came to. */
export type PollOutcome = "answered" | "throttled" | "failed";

export interface PollLimits {
  /** The first pause, in ms. */
  readonly first: number;
  /** The longest pause as long as requests are answered, in ms. */
  readonly longest: number;
}

/** How much longer each pause is than the one before it. */
const GROWTH = 1.5;
/** A refused request makes the pause longer, even than the longest one. */
const BACK_OFF = 2;
const LONGEST_BACK_OFF_MS = 60_000;
/** Pauses are shorter or longer by so much, so that many watchers do not ask all at once. */
const JITTER = 0.2;

/**
 * How long to wait before one looks again: short pauses at first, since most executions are short, then longer ones,
 * since quotas are shared by a whole account. Pure but for chance.
 */
export class PollSchedule {
  readonly #limits: PollLimits;
  readonly #random: Random;
  #pause: number;

  constructor(limits: PollLimits, random: Random) {
    this.#limits = limits;
    this.#random = random;
    this.#pause = limits.first;
  }

  /** The pause after a request, in ms. */
  next(outcome: PollOutcome): number {
    const { first, longest } = this.#limits;
    if (outcome === "throttled") this.#pause = Math.min(Math.max(this.#pause, first) * BACK_OFF, LONGEST_BACK_OFF_MS);
    const pause = this.#pause;
    if (outcome !== "throttled") this.#pause = Math.min(pause * GROWTH, longest);
    return pause * (1 - JITTER + 2 * JITTER * this.#random.next());
  }
}
