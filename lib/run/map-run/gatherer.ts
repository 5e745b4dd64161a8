import type { ChildRecord } from "../items.js";

/** A child in the ring: it runs until it has ended. */
export interface Gathered extends ChildRecord {
  readonly hasEnded: boolean;
}

/** Takes records in item order. A promise asks for patience: nothing more is started until it resolves. */
export type Sink = (record: ChildRecord) => void | Promise<void>;

/** Children between the slowest and the newest, at most: each takes about a kilobyte. */
const MOST_AHEAD = 500_000;

/**
 * Puts children, which end in any order, back into item order. From its start to its turn a child has a place in a
 * ring, so that memory follows the distance between the slowest child and the newest, not the number of items.
 */
export class Gatherer<Child extends Gathered> {
  readonly #sink: Sink;
  readonly #hold: () => () => void;
  readonly #mostAhead: number;
  #ring: (Child | undefined)[] = new Array(1024);
  /** Index of the child whose turn is next, and of the one that will be added next. */
  #next = 0;
  #newest = 0;
  #blocked = false;
  #failure: { error: unknown } | undefined;

  /**
   * @param hold Called when a sink asks for patience; what it gives is called when the sink is ready or has failed.
   * @param mostAhead How far the newest child may be ahead of the slowest one.
   */
  constructor(sink: Sink, hold: () => () => void, mostAhead = MOST_AHEAD) {
    this.#sink = sink;
    this.#hold = hold;
    this.#mostAhead = mostAhead;
  }

  /** True while the sink is busy, and while too many wait for the slowest child: start nothing more. */
  get blocked(): boolean {
    return this.#blocked || this.#newest - this.#next >= this.#mostAhead;
  }

  /** True when every child that was added has ended and been handed on. */
  get drained(): boolean {
    return this.#next === this.#newest && !this.#blocked;
  }

  /** How the sink failed, if it did; records are dropped from then on. */
  get failure(): { error: unknown } | undefined {
    return this.#failure;
  }

  /** Adds a child that starts, or one that has ended already. Indexes follow one another from 0. */
  add(child: Child): void {
    if (this.#newest - this.#next >= this.#ring.length) this.#grow();
    this.#ring[this.#newest & (this.#ring.length - 1)] = child;
    this.#newest += 1;
    if (child.hasEnded) this.flow();
  }

  /** Puts a child in the place of the one that has its index, and runs. */
  replace(child: Child): void {
    this.#ring[child.index & (this.#ring.length - 1)] = child;
  }

  /** The children that have not ended, in order. */
  *running(): Iterable<Child> {
    for (let index = this.#next; index < this.#newest; index++) {
      const child = this.#ring[index & (this.#ring.length - 1)];
      if (child !== undefined && !child.hasEnded) yield child;
    }
  }

  /** Hands on those whose turn has come. To be called when a child has ended. */
  flow(): void {
    while (!this.#blocked && this.#next < this.#newest) {
      const at = this.#next & (this.#ring.length - 1);
      const child = this.#ring[at] as Child;
      if (!child.hasEnded) return;
      this.#ring[at] = undefined;
      this.#next += 1;
      if (this.#failure === undefined) this.#hand(child);
    }
  }

  #hand(child: Child): void {
    let pending: void | Promise<void>;
    try {
      pending = this.#sink(child);
    } catch (error) {
      this.#failure = { error };
      return;
    }
    if (pending === undefined) return;
    this.#blocked = true;
    const release = this.#hold();
    pending
      .catch((error: unknown) => {
        this.#failure = { error };
      })
      .then(() => {
        this.#blocked = false;
        this.flow();
        release();
      });
  }

  #grow(): void {
    const larger = new Array<Child | undefined>(this.#ring.length * 2);
    for (let index = this.#next; index < this.#newest; index++) {
      larger[index & (larger.length - 1)] = this.#ring[index & (this.#ring.length - 1)];
    }
    this.#ring = larger;
  }
}
