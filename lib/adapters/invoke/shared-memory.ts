/**
 * Memory that a thread and its owner share, for what must be known even while the thread is blocked by a handler:
 *
 *     claims    one counter per cell: how many calls of the message have been begun
 *     begun     when the running call began, in epoch ms; Infinity when none runs
 *     journal   outcomes that are finished and not yet sent, as UTF-8
 *
 * A call is begun by whoever raises the counter: the thread by one, to run it; the owner by a lot, to take back all
 * that have not been begun. So a call runs once, whatever happens.
 */
export class SharedMemory {
  readonly buffer: SharedArrayBuffer;
  readonly #claims: Int32Array;
  readonly #begun: Float64Array;
  readonly #header: Int32Array;
  readonly #journal: Buffer;

  constructor(buffer = new SharedArrayBuffer(JOURNAL_AT + JOURNAL_BYTES)) {
    this.buffer = buffer;
    this.#claims = new Int32Array(buffer, 0, CELLS);
    this.#begun = new Float64Array(buffer, BEGUN_AT, 1);
    this.#header = new Int32Array(buffer, HEADER_AT, 4);
    this.#journal = Buffer.from(buffer, JOURNAL_AT, JOURNAL_BYTES);
  }

  /** Owner: makes a cell ready for a new message. */
  open(cell: number): void {
    Atomics.store(this.#claims, cell, 0);
  }

  /** Thread: begins the next call of a message and gives its index, which may lie beyond the end. */
  claim(cell: number, now: number): number {
    // The time is written first: a claim that can be seen never goes with the time of the call before.
    this.#begun[0] = now;
    return Atomics.add(this.#claims, cell, 1);
  }

  /** Owner: how many calls of a message of `count` have been begun. */
  claimed(cell: number, count: number): number {
    return Math.min(Atomics.load(this.#claims, cell), count);
  }

  /** Owner: forbids further claims; gives how many calls have been begun. */
  seal(cell: number, count: number): number {
    return Math.min(Atomics.exchange(this.#claims, cell, SEALED), count);
  }

  get begunAt(): number {
    return this.#begun[0] ?? Number.POSITIVE_INFINITY;
  }

  /** Thread: no call is running. */
  rest(): void {
    this.#begun[0] = Number.POSITIVE_INFINITY;
  }

  /**
   * Thread: keeps the outcome of call `index` until it is sent. False when there is no place for it: then it, and what
   * was kept before, has to be sent now.
   */
  keep(cell: number, index: number, line: string): boolean {
    const used = this.#header[LENGTH] as number;
    if (used + line.length * 3 + 1 > JOURNAL_BYTES) return false;
    if (used === 0) {
      this.#header[CELL] = cell;
      this.#header[FIRST] = index;
    }
    const end = writeText(this.#journal, line, used);
    this.#journal[end] = NEWLINE;
    // Last: an entry counts only when it is whole.
    Atomics.store(this.#header, LENGTH, end + 1);
    return true;
  }

  /** Thread: everything kept has been sent. */
  forget(): void {
    Atomics.store(this.#header, LENGTH, 0);
  }

  /** Owner, when the thread is gone: the outcomes that were kept, those of calls from `first` on. */
  kept(): { cell: number; first: number; lines: string[] } {
    const length = Atomics.load(this.#header, LENGTH);
    const text = this.#journal.toString("utf8", 0, length);
    const lines = text.split("\n").slice(0, -1);
    return { cell: this.#header[CELL] as number, first: this.#header[FIRST] as number, lines };
  }
}

/** Two messages are under way at once; more cells keep a late look at an old one harmless. */
export const CELLS = 4;

const JOURNAL_BYTES = 64 * 1024;
const BEGUN_AT = CELLS * 4;
const HEADER_AT = BEGUN_AT + 8;
const JOURNAL_AT = HEADER_AT + 16;
const [LENGTH, CELL, FIRST] = [0, 1, 2] as const;
const SEALED = 2 ** 30;
const NEWLINE = 10;

/** Writes short ASCII by hand, which is several times faster than the call into native code. */
function writeText(buffer: Buffer, text: string, at: number): number {
  if (text.length <= 64) {
    let index = 0;
    for (; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) break;
      buffer[at + index] = code;
    }
    if (index === text.length) return at + index;
  }
  return at + buffer.write(text, at, "utf8");
}
