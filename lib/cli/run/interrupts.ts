import { EXIT } from "../exit-code.js";

/**
 * A second signal within this time is the first one again: npm and npx pass on to their child what the terminal has
 * already sent it.
 */
const SAME_MS = 250;

export interface InterruptHandlers {
  /** Asked to stop. */
  stop(): void;
  /** Asked again: the process ends when this returns. */
  drop(): void;
}

/** Ctrl-C and SIGTERM: the first one asks to stop, the next one ends the process at once. */
export class Interrupts {
  /** Exit code of the signal that came first. */
  code: number | undefined;
  readonly #handlers: InterruptHandlers;
  readonly #now: () => number;
  #at = 0;

  constructor(handlers: InterruptHandlers, now: () => number = Date.now) {
    this.#handlers = handlers;
    this.#now = now;
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    const code = signal === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
    if (this.code === undefined) {
      this.code = code;
      this.#at = this.#now();
      this.#handlers.stop();
    } else if (this.#now() - this.#at >= SAME_MS) {
      this.#handlers.drop();
      process.exit(code);
    }
  };

  listen(): void {
    process.on("SIGINT", this.#onSignal).on("SIGTERM", this.#onSignal);
  }

  ignore(): void {
    process.off("SIGINT", this.#onSignal).off("SIGTERM", this.#onSignal);
  }
}
