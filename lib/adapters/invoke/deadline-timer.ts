/** The largest delay of a timer. */
const LONGEST_DELAY = 2 ** 31 - 1;

/**
 * One timer for many deadlines. Only the earliest is kept; `look` is called when it has come, ends what is due, and
 * gives the next one. All times are epoch ms, Infinity for none.
 */
export class DeadlineTimer {
  readonly #look: (now: number) => number;
  #at = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(look: (now: number) => number) {
    this.#look = look;
  }

  /** Makes sure that there is a look at `at` or before. */
  expect(at: number): void {
    if (at >= this.#at) return;
    this.stop();
    this.#at = at;
    this.#timer = setTimeout(() => this.#due(), Math.min(Math.max(at - Date.now(), 1), LONGEST_DELAY));
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#at = Number.POSITIVE_INFINITY;
  }

  /**
   * Looks after the messages that have come in: when this thread was busy for long, the outcome of a call that seems
   * to be late may be among them.
   */
  #due(): void {
    setImmediate(() => {
      this.#at = Number.POSITIVE_INFINITY;
      this.expect(this.#look(Date.now()));
    });
  }
}
