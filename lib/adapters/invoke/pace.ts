/** Work that a message should carry, in ms: enough to pay for its way, little enough to let outcomes leave early. */
const WORK_MS = 2;
/** Less than this is not worth a message of its own while there are calls to share out, in ms. */
const LEAST_WORK_MS = 0.1;
/** Calls longer than this go one by one: a message in reserve would gain nothing and could hold a call up, in ms. */
const LONG_MS = 2;
const MOST_CALLS = 512;

/** How long the calls of one function take, and from that how many belong into a message. */
export class Pace {
  /** ms; undefined until the first outcome. */
  #perCall: number | undefined;
  /** At most twice as many calls as were sent before, because the first measurements are of cold code. */
  #reach = 1;

  measured(calls: number, busyMs: number): void {
    if (calls === 0) return;
    const sample = busyMs / calls;
    this.#perCall = this.#perCall === undefined ? sample : this.#perCall * 0.7 + sample * 0.3;
    if (calls >= this.#reach) this.#reach = Math.min(this.#reach * 2, MOST_CALLS);
  }

  /** Calls in a full message. */
  get full(): number {
    return Math.max(1, Math.min(Math.floor(WORK_MS / this.#expected), this.#reach));
  }

  /** Calls in the smallest message that is worth sending. */
  get least(): number {
    return Math.max(1, Math.min(Math.floor(LEAST_WORK_MS / this.#expected), this.full));
  }

  /** Messages that a thread should have: the one it works on, and for short calls one in reserve. */
  get messages(): 1 | 2 {
    return this.#expected > LONG_MS ? 1 : 2;
  }

  /** Calls that `workers` threads should have been given, so that none of them has to wait for its next one. */
  capacity(workers: number): number {
    if (this.messages === 2) return workers * 2 * this.full;
    return workers + Math.max(1, workers >> 1);
  }

  /** What is not known is taken to be long. */
  get #expected(): number {
    return this.#perCall ?? Number.POSITIVE_INFINITY;
  }
}
