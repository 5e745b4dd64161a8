import type { Invocation } from "../../run/ports.js";

/** Calls that wait, first in, first out; calls that were taken back go to the front. */
export class CallQueue {
  #calls: (Invocation | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#calls.length - this.#head;
  }

  push(call: Invocation): void {
    this.#calls.push(call);
  }

  /** Puts calls back in front of all others, in their order. */
  unshift(calls: readonly Invocation[]): void {
    if (calls.length > 0) this.#reset([...calls, ...this.#calls.slice(this.#head)]);
  }

  shift(): Invocation | undefined {
    const call = this.#calls[this.#head];
    if (call === undefined) return undefined;
    this.#calls[this.#head++] = undefined;
    if (this.#head === this.#calls.length) this.#reset([]);
    else if (this.#head >= 4096) this.#reset(this.#calls.slice(this.#head));
    return call;
  }

  /** Takes all calls. */
  drain(): Invocation[] {
    const calls = this.#calls.slice(this.#head) as Invocation[];
    this.#reset([]);
    return calls;
  }

  #reset(calls: (Invocation | undefined)[]): void {
    this.#calls = calls;
    this.#head = 0;
  }
}
