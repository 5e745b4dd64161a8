import type { Verdict } from "./verdict.js";

/**
 * Whether a map run starts children still, and how it ends. It goes one way only: the first verdict stands, and what has
 * been told to start no more never starts again.
 */
export class Ending {
  #status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED" = "RUNNING";
  #starting = true;
  #stopped = false;
  #unwritable = false;
  #verdict: Verdict | undefined;

  get status(): "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED" {
    return this.#status;
  }

  /** Children are started. */
  get starting(): boolean {
    return this.#starting;
  }

  /** There is somebody to whom children matter that are not started. */
  get gathering(): boolean {
    return !this.#unwritable && !this.#stopped;
  }

  /** Children that wait for their start are gathered as they are, without being started. */
  get leavesRest(): boolean {
    return this.#verdict !== undefined || (this.#status === "ABORTED" && !this.#stopped);
  }

  /** Starts nothing more by the wish of its user, which is no failure of the run. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Its results cannot be written. */
  get unwritable(): boolean {
    return this.#unwritable;
  }

  /** Why it fails, once that is decided. */
  get verdict(): Verdict | undefined {
    return this.#verdict;
  }

  /** False when it was to fail already. */
  fail(verdict: Verdict): boolean {
    if (this.#verdict !== undefined) return false;
    this.#verdict = verdict;
    this.#starting = false;
    return true;
  }

  /** The results are given up. `fail` says why. */
  giveUpWriting(): void {
    this.#unwritable = true;
  }

  /** What runs goes on to its end. */
  stop(): void {
    this.#starting = false;
    this.#stopped = true;
  }

  /** Nobody waits for it any more. */
  abort(): void {
    this.#starting = false;
    this.#status = "ABORTED";
  }

  /** All children have ended, and the results are written or given up. False when it had ended before: nobody is told. */
  close(): boolean {
    if (this.#status !== "RUNNING") return false;
    if (this.#verdict !== undefined) this.#status = "FAILED";
    else this.#status = this.#stopped ? "ABORTED" : "SUCCEEDED";
    return true;
  }
}
