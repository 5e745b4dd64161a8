import { getPriority, setPriority } from "node:os";

/** Calls after which it is judged whether a thread should give way. */
const CALLS = 10_000;
/** Calls of this length, in ms, keep the thread that hands them out about as busy as the threads that run them. */
const SHORT_MS = 0.05;
/** Niceness on top of what the process has: the rest of the machine is given way to as well, so not for a few calls. */
const NICER = 10;
/** The highest there is. */
const NICEST = 19;

/**
 * Lets the thread that hands out calls go before this one when calls are short and many: where there are as many threads
 * as cores, the one that all others wait for would wait for a core itself. Only on Linux, where a thread has a niceness
 * of its own (setpriority(2), "C library/kernel differences"); elsewhere it is that of the process.
 */
export class GiveWay {
  #calls = 0;
  #tookMs = 0;
  #done = process.platform !== "linux";

  /** So many calls have been run, which took so long in all. */
  ran(calls: number, tookMs: number): void {
    if (this.#done) return;
    this.#calls += calls;
    this.#tookMs += tookMs;
    if (this.#calls < CALLS) return;
    if (this.#tookMs / this.#calls <= SHORT_MS) this.#giveWay();
    this.#calls = this.#tookMs = 0;
  }

  #giveWay(): void {
    this.#done = true;
    try {
      setPriority(Math.min(getPriority() + NICER, NICEST));
    } catch {
      // A sandbox may forbid it: all goes on as before, a little slower.
    }
  }
}
