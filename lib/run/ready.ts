import type { Frame, Signal } from "../machine/index.js";

/** Used entries in front, from which the queue is moved up. */
const SLACK = 4096;

/** Frames that can be stepped and what each is told, in the order in which they came. */
export class ReadyQueue {
  readonly #entries: [Frame, Signal][] = [];
  #head = 0;

  get empty(): boolean {
    return this.#head === this.#entries.length;
  }

  push(frame: Frame, signal: Signal): void {
    this.#entries.push([frame, signal]);
  }

  /** Hands on up to `limit` of them, those that come meanwhile included. Gives how many. */
  drain(limit: number, advance: (frame: Frame, signal: Signal) => void): number {
    let steps = 0;
    while (this.#head < this.#entries.length && steps < limit) {
      const [frame, signal] = this.#entries[this.#head++] as [Frame, Signal];
      advance(frame, signal);
      steps += 1;
      if (this.#head === this.#entries.length) {
        this.clear();
      } else if (this.#head >= SLACK) {
        this.#entries.splice(0, this.#head);
        this.#head = 0;
      }
    }
    return steps;
  }

  clear(): void {
    this.#entries.length = 0;
    this.#head = 0;
  }
}
