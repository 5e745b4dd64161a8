/** A wake-up call that waits in a queue. */
export interface Waiting {
  readonly at: number;
  readonly sequence: number;
  readonly wake: () => void;
  /** Where it stands in the heap; -1 when it has left. */
  slot: number;
}

/**
 * Wake-up calls by time, equal times by the order they came: a binary heap whose entries know their slot, so that a
 * cancelled call (the timeout of a finished invocation, nearly always) leaves at once and does not pile up.
 */
export class Timers {
  readonly #heap: Waiting[] = [];
  #sequence = 0;

  /** The number that the next call gets. */
  get sequence(): number {
    return this.#sequence;
  }

  get first(): Waiting | undefined {
    return this.#heap[0];
  }

  add(at: number, wake: () => void): Waiting {
    const waiting: Waiting = { at, sequence: this.#sequence++, wake, slot: -1 };
    this.#rise(waiting, this.#heap.length);
    return waiting;
  }

  /** Takes a call out; does nothing when it has already left. */
  remove(waiting: Waiting): void {
    const { slot } = waiting;
    if (slot === -1) return;
    waiting.slot = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === waiting) return;
    this.#sink(last, slot);
    if (last.slot === slot) this.#rise(last, slot);
  }

  #place(waiting: Waiting, slot: number): void {
    this.#heap[slot] = waiting;
    waiting.slot = slot;
  }

  #rise(waiting: Waiting, from: number): void {
    let slot = from;
    while (slot > 0) {
      const up = (slot - 1) >> 1;
      const parent = this.#heap[up];
      if (parent === undefined || before(parent, waiting)) break;
      this.#place(parent, slot);
      slot = up;
    }
    this.#place(waiting, slot);
  }

  #sink(waiting: Waiting, from: number): void {
    let slot = from;
    for (;;) {
      const left = this.#heap[2 * slot + 1];
      const right = this.#heap[2 * slot + 2];
      const child = left !== undefined && right !== undefined && before(right, left) ? right : left;
      if (child === undefined || before(waiting, child)) break;
      const down = child.slot;
      this.#place(child, slot);
      slot = down;
    }
    this.#place(waiting, slot);
  }
}

function before(a: Waiting, b: Waiting): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}
