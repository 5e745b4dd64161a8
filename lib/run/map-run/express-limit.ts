import type { Clock, Timer } from "../ports.js";

/** Longest an EXPRESS execution may take, in seconds. */
export const EXPRESS_LIMIT_SECONDS = 300;

/**
 * Ends EXPRESS children that take too long. They start one after the other, so the one that started first is the first
 * whose time is up: one timer serves them all, however many run.
 */
export class ExpressLimit<Child extends { readonly startDate: number }> {
  readonly #clock: Clock;
  readonly #running: () => Iterable<Child>;
  readonly #end: (children: readonly Child[]) => void;
  #timer: Timer | null = null;

  /**
   * @param running The children that run, in the order in which they started.
   * @param end Is told whose time is up.
   */
  constructor(clock: Clock, running: () => Iterable<Child>, end: (children: readonly Child[]) => void) {
    this.#clock = clock;
    this.#running = running;
    this.#end = end;
  }

  /** To be called when children have started: sets the timer unless it is set. */
  watch(): void {
    if (this.#timer !== null) return;
    for (const oldest of this.#running()) {
      this.#timer = this.#clock.schedule(deadlineOf(oldest), () => this.#fire());
      return;
    }
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #fire(): void {
    this.#timer = null;
    const now = this.#clock.now();
    const late: Child[] = [];
    for (const child of this.#running()) {
      if (deadlineOf(child) > now) break;
      late.push(child);
    }
    this.#end(late);
  }
}

function deadlineOf({ startDate }: { readonly startDate: number }): number {
  return startDate + EXPRESS_LIMIT_SECONDS * 1000;
}
