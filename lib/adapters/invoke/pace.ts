/** Work that a message should carry, in ms: enough to pay for its way, little enough to let outcomes leave early. */
const WORK_MS = 2;
/** Less than this is not worth a message of its own while there are calls to share out, in ms. */
const LEAST_WORK_MS = 0.1;
/** Longer calls go one by one: a message in reserve would gain next to nothing and could hold a call up, in ms. */
const LONG_MS = 50;
const MOST_CALLS = 1024;
/** Weight of the newest measurement. */
const NEWEST = 0.3;

/** How long the calls of one function take, and from that how many belong into a message. What is not known is long. */
export class Pace {
  #perCall: number | undefined;
  /** At most twice as many calls as were sent before, because the first measurements are of cold code. */
  #reach = 1;
  #full = 1;
  #least = 1;
  #messages: 1 | 2 = 1;

  /** Takes note that so many calls took so long in all. */
  measured(calls: number, busyMs: number): void {
    if (calls === 0) return;
    const sample = busyMs / calls;
    this.#perCall = this.#perCall === undefined ? sample : this.#perCall * (1 - NEWEST) + sample * NEWEST;
    if (calls >= this.#reach) this.#reach = Math.min(this.#reach * 2, MOST_CALLS);
    this.#full = Math.max(1, Math.min(Math.floor(WORK_MS / this.#perCall), this.#reach));
    this.#least = Math.max(1, Math.min(Math.floor(LEAST_WORK_MS / this.#perCall), this.#full));
    this.#messages = this.#perCall > LONG_MS ? 1 : 2;
  }

  /** Calls in a full message. */
  get full(): number {
    return this.#full;
  }

  /** Calls in the smallest message that is worth sending. */
  get least(): number {
    return this.#least;
  }

  /** Messages that a thread should have: the one it works on, and for short calls one in reserve. */
  get messages(): 1 | 2 {
    return this.#messages;
  }

  /** Calls that `workers` threads should have been given, so that none of them has to wait for its next one. */
  capacity(workers: number): number {
    if (this.#messages === 2) return workers * 2 * this.#full;
    return workers + Math.max(1, workers >> 1);
  }
}
