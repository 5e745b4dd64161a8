import type { ChildRecord } from "../items.js";

/** Takes records in item order. A promise asks for patience: nothing more is started until it resolves. */
export type Sink = (record: ChildRecord) => void | Promise<void>;

/**
 * Puts the records of children, which end in any order, back into item order. What has ended before its turn waits in
 * a ring, so that memory follows the distance between the slowest child and the newest, not the number of items.
 */
export class Gatherer {
  readonly #sink: Sink;
  readonly #onFlow: () => void;
  #ring: (ChildRecord | undefined)[] = new Array(1024);
  #next = 0;
  #waiting = 0;
  #blocked = false;
  #failure: { error: unknown } | undefined;

  /** @param onFlow Called when a sink that asked for patience is ready again, or has failed. */
  constructor(sink: Sink, onFlow: () => void) {
    this.#sink = sink;
    this.#onFlow = onFlow;
  }

  /** True while the sink is busy: start nothing more. */
  get blocked(): boolean {
    return this.#blocked;
  }

  /** True when every record that was added has been handed on. */
  get drained(): boolean {
    return this.#waiting === 0 && !this.#blocked;
  }

  /** How the sink failed, if it did; records are dropped from then on. */
  get failure(): { error: unknown } | undefined {
    return this.#failure;
  }

  add(record: ChildRecord): void {
    while (record.index - this.#next >= this.#ring.length) this.#grow();
    this.#ring[record.index & (this.#ring.length - 1)] = record;
    this.#waiting += 1;
    this.#flow();
  }

  #flow(): void {
    while (!this.#blocked && this.#waiting > 0) {
      const at = this.#next & (this.#ring.length - 1);
      const record = this.#ring[at];
      if (record === undefined) return;
      this.#ring[at] = undefined;
      this.#waiting -= 1;
      this.#next += 1;
      if (this.#failure === undefined) this.#hand(record);
    }
  }

  #hand(record: ChildRecord): void {
    let pending: void | Promise<void>;
    try {
      pending = this.#sink(record);
    } catch (error) {
      this.#failure = { error };
      return;
    }
    if (pending === undefined) return;
    this.#blocked = true;
    pending
      .catch((error: unknown) => {
        this.#failure = { error };
      })
      .then(() => {
        this.#blocked = false;
        this.#flow();
        if (!this.#blocked) this.#onFlow();
      });
  }

  #grow(): void {
    const larger = new Array<ChildRecord | undefined>(this.#ring.length * 2);
    for (let index = this.#next; index < this.#next + this.#ring.length; index++) {
      larger[index & (larger.length - 1)] = this.#ring[index & (this.#ring.length - 1)];
    }
    this.#ring = larger;
  }
}
