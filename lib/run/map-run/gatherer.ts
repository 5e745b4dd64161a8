import type { ChildRecord } from "../items.js";
import type { Spill } from "../ports.js";
import { type SpilledRecord, SpilledRuns, sizeOf } from "./spilled-runs.js";

/** A child that is gathered: it runs until it has ended. */
export interface Gathered extends ChildRecord {
  readonly hasEnded: boolean;
  /** Bytes that it takes in memory besides its texts, where that is less than a whole execution takes. */
  readonly weight?: number;
}

/** Takes records in item order. A promise asks for patience: nothing more is started until it resolves. */
export type Sink = (record: ChildRecord) => void | Promise<void>;

/** Where children that have ended wait when memory is full. */
export interface Overflow<Child> {
  readonly spill: Spill;
  /** Makes a child of what was kept of it. */
  readonly revive: (record: SpilledRecord) => Child;
  /** Bytes that may wait in memory, about; above 0. Default 64 MiB. */
  readonly waitingBytes?: number | undefined;
}

/** Children between the slowest and the newest, at most, when memory is all there is: each takes about a kilobyte. */
const MOST_AHEAD = 500_000;

const WAITING_BYTES = 64 * 1024 * 1024;

/**
 * Puts children, which end in any order, back into item order. From its start to its turn a child has a place in a ring.
 * When those that have ended and wait take half the memory they may, they are written to a file as one run; those that
 * run are set aside, and the ring begins anew behind them.
 */
export class Gatherer<Child extends Gathered> {
  readonly #sink: Sink;
  readonly #hold: () => () => void;
  readonly #mostAhead: number;
  #ring: (Child | undefined)[] = new Array(1024);
  /** Index of the child whose turn is next, and of the one that will be added next. */
  #next = 0;
  #newest = 0;
  /** The flow stands: the sink is busy, or a block is being read. */
  #paused = false;
  #failure: { error: unknown } | undefined;

  readonly #waitingBytes: number;
  readonly #revive: ((record: SpilledRecord) => Child) | undefined;
  readonly #runs: SpilledRuns | undefined;
  /** Where the ring begins. A child before it is set aside, in a run, or has been handed on. */
  #base = 0;
  /** Children that ran when those around them were written, in item order. */
  #aside = new Map<number, Child>();
  /** Bytes that wait in memory, those included that have been handed on since it was last counted. */
  #waiting = 0;
  /** When so many wait something has to be done: they are written, or nothing more is started while others are. */
  #alarm: number;
  #writing = false;
  #full = false;

  /**
   * @param hold Called when a sink asks for patience, and when a file is at work; what it gives is called when that is over.
   * @param overflow Default: nothing more is started when too many wait.
   * @param mostAhead How far the newest child may be ahead of the slowest one without `overflow`.
   */
  constructor(sink: Sink, hold: () => () => void, overflow?: Overflow<Child>, mostAhead = MOST_AHEAD) {
    this.#sink = sink;
    this.#hold = hold;
    this.#mostAhead = overflow === undefined ? mostAhead : Number.POSITIVE_INFINITY;
    this.#waitingBytes = overflow?.waitingBytes ?? WAITING_BYTES;
    this.#alarm = this.#waitingBytes / 2;
    this.#revive = overflow?.revive;
    this.#runs = overflow && new SpilledRuns(overflow.spill, this.#waitingBytes / 64);
  }

  /**
   * True while the sink is busy, while what was written is read back, which takes longer than to run most functions, and
   * while too many wait for the slowest child: start nothing more.
   */
  get blocked(): boolean {
    return this.#paused || this.#full || this.#newest - this.#next >= this.#mostAhead;
  }

  /** True when every child that was added has ended and been handed on. */
  get drained(): boolean {
    return this.#next === this.#newest && !this.#paused;
  }

  /** How the sink or the overflow failed, if one did; records are dropped from then on. */
  get failure(): { error: unknown } | undefined {
    return this.#failure;
  }

  get #ringBegin(): number {
    return Math.max(this.#next, this.#base);
  }

  /** Adds a child that starts, or one that has ended already. Indexes follow one another from 0. */
  add(child: Child): void {
    if (this.#newest - this.#ringBegin >= this.#ring.length) this.#grow();
    this.#ring[this.#newest & (this.#ring.length - 1)] = child;
    this.#newest += 1;
    if (child.hasEnded) this.ended(child);
  }

  /** Puts a child in the place of the one that has its index, and runs. */
  replace(child: Child): void {
    if (child.index < this.#base) this.#aside.set(child.index, child);
    else this.#ring[child.index & (this.#ring.length - 1)] = child;
  }

  /** The children that have not ended, in order. */
  *running(): Iterable<Child> {
    for (const child of this.#inMemory()) if (!child.hasEnded) yield child;
  }

  /** The children that are set aside or in the ring, in order. */
  *#inMemory(): Iterable<Child> {
    yield* this.#aside.values();
    for (let index = this.#ringBegin; index < this.#newest; index++) {
      const child = this.#ring[index & (this.#ring.length - 1)];
      if (child !== undefined) yield child;
    }
  }

  /** To be called when a child has ended: hands on those whose turn has come. */
  ended(child: Child): void {
    if (child.index === this.#next) this.#flow();
    else if (this.#runs !== undefined && this.#failure === undefined) this.#wait(child);
  }

  /** No more children are added, and those that wait are dropped. */
  close(): void {
    void this.#runs?.close();
  }

  #flow(): void {
    while (!this.#paused && this.#next < this.#newest) {
      if (this.#next < this.#base) {
        if (this.#flowBeforeRing()) continue;
        return;
      }
      const at = this.#next & (this.#ring.length - 1);
      const child = this.#ring[at] as Child;
      if (!child.hasEnded) return;
      this.#ring[at] = undefined;
      this.#hand(child);
    }
  }

  #hand(child: Child): void {
    this.#next += 1;
    if (this.#failure !== undefined) return;
    let pending: void | Promise<void>;
    try {
      pending = this.#sink(child);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (pending === undefined) return;
    this.#pause(pending);
  }

  #pause(pending: Promise<void>): void {
    this.#paused = true;
    const release = this.#hold();
    pending
      .catch((error: unknown) => this.#fail(error))
      .then(() => {
        this.#paused = false;
        this.#flow();
        release();
      });
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#full = false;
    void this.#runs?.close();
  }

  #grow(): void {
    const larger = new Array<Child | undefined>(this.#ring.length * 2);
    for (let index = this.#ringBegin; index < this.#newest; index++) {
      larger[index & (larger.length - 1)] = this.#ring[index & (this.#ring.length - 1)];
    }
    this.#ring = larger;
  }

  // Overflow ---------------------------------------------------------------------------------------------------------

  /** Hands on one child of before the ring. Gives whether there was one whose turn it was. */
  #flowBeforeRing(): boolean {
    const child = this.#aside.get(this.#next);
    if (child !== undefined) {
      if (!child.hasEnded) return false;
      this.#aside.delete(this.#next);
      this.#hand(child);
      return true;
    }
    if (this.#failure !== undefined) {
      this.#next = this.#aside.keys().next().value ?? this.#base;
      return true;
    }
    const record = this.#runs?.take(this.#next);
    if (record !== undefined && this.#revive !== undefined) {
      this.#hand(this.#revive(record));
      return true;
    }
    // One that is not here is being written: the flow goes on when that is done.
    if (this.#runs?.has(this.#next)) this.#pause(this.#runs.load(this.#next));
    return false;
  }

  #wait(child: Child): void {
    this.#waiting += sizeOf(child);
    if (this.#waiting >= this.#alarm) this.#relieve();
  }

  #relieve(): void {
    if (this.#writing) {
      this.#full = true;
      return;
    }
    this.#waiting = 0;
    for (const child of this.#inMemory()) if (child.hasEnded) this.#waiting += sizeOf(child);
    if (this.#waiting >= this.#waitingBytes / 4) void this.#overflow();
  }

  async #overflow(): Promise<void> {
    const ended: Child[] = [];
    const running = new Map<number, Child>();
    for (const child of this.#inMemory()) {
      if (child.hasEnded) ended.push(child);
      else running.set(child.index, child);
    }
    this.#aside = running;
    this.#ring = new Array(1024);
    this.#base = this.#newest;
    this.#writing = true;
    this.#alarm = this.#waitingBytes - this.#waiting;
    this.#full = this.#alarm <= 0;
    this.#waiting = 0;
    const release = this.#hold();
    try {
      await this.#runs?.write(ended);
    } catch (error) {
      this.#fail(error);
    }
    this.#writing = this.#full = false;
    this.#alarm = this.#waitingBytes / 2;
    if (this.#waiting >= this.#alarm && this.#failure === undefined) this.#relieve();
    this.#flow();
    release();
  }
}
