import type { LocalInvocation } from "./options.js";

/** Calls that wait, first in, first out; calls that were taken back go to the front. */
export class CallQueue {
  #calls: (LocalInvocation | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#calls.length - this.#head;
  }

  push(call: LocalInvocation): void {
    this.#calls.push(call);
  }

  /** Puts calls back in front of all others, in their order. */
  unshift(calls: readonly LocalInvocation[]): void {
    if (calls.length > 0) this.#reset([...calls, ...this.#calls.slice(this.#head)]);
  }

  shift(): LocalInvocation | undefined {
    const call = this.#calls[this.#head];
    if (call === undefined) return undefined;
    this.#calls[this.#head++] = undefined;
    if (this.#head === this.#calls.length) this.#reset([]);
    else if (this.#head >= 4096) this.#reset(this.#calls.slice(this.#head));
    return call;
  }

  /** Takes all calls. */
  drain(): LocalInvocation[] {
    const calls = this.#calls.slice(this.#head) as LocalInvocation[];
    this.#reset([]);
    return calls;
  }

  #reset(calls: (LocalInvocation | undefined)[]): void {
    this.#calls = calls;
    this.#head = 0;
  }
}
