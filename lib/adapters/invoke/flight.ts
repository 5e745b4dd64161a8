import type { LocalInvocation } from "./options.js";

/** A message to a thread that is under way: its calls, whose outcomes arrive in their order. */
export class Flight {
  /** The cell of shared memory where its calls are claimed. */
  readonly cell: number;
  /** No call of it can expire sooner after it has begun, in ms. Infinity: none expires. */
  readonly timeoutMs: number;
  /** performance.now() */
  readonly sentAt = performance.now();
  /** Undefined where the caller has been answered before the function ended. */
  readonly #calls: (LocalInvocation | undefined)[];
  #reported = 0;

  constructor(cell: number, calls: LocalInvocation[], timeoutMs: number) {
    this.cell = cell;
    this.#calls = calls;
    this.timeoutMs = timeoutMs;
  }

  get count(): number {
    return this.#calls.length;
  }

  /** How many outcomes have arrived. */
  get reported(): number {
    return this.#reported;
  }

  /** The call at `index`; undefined when its caller has been answered already. */
  call(index: number): LocalInvocation | undefined {
    return this.#calls[index];
  }

  /** The next outcome has arrived: gives its call; undefined when its caller has been answered already. */
  report(): LocalInvocation | undefined {
    return this.#calls[this.#reported++];
  }

  /** The caller of a call has been answered: of the outcome nobody is told. */
  release(index: number): void {
    this.#calls[index] = undefined;
  }

  /** Takes back all calls but the first `count`. */
  cut(count: number): LocalInvocation[] {
    return this.#calls.splice(count).filter((call) => call !== undefined);
  }

  /** The calls without an outcome whose callers still wait. */
  unanswered(): LocalInvocation[] {
    return this.#calls.slice(this.#reported).filter((call) => call !== undefined);
  }
}
