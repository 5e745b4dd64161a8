import type { FunctionDefinition } from "../../definition/application.js";
import type { FanoutError } from "../../errors.js";
import { CallQueue } from "./call-queue.js";
import type { HandlerLocation } from "./load-handler.js";
import { locateHandler } from "./locate-handler.js";
import { Pace } from "./pace.js";
import { probeFailure } from "./probe.js";

/** A function that is called: its code, its calls that wait for a thread, and how long they take. */
export class Lane {
  readonly definition: FunctionDefinition;
  readonly queue = new CallQueue();
  readonly pace = new Pace();
  /** Where its code is; undefined until that is known. */
  location: HandlerLocation | undefined;
  /** Why there is no code, when there is none. */
  failure: FanoutError | undefined;
  /** Resolves when one of the two is known: to the location, when it is that. */
  readonly located: Promise<HandlerLocation | undefined>;
  /** Set when no further call comes: to be called when the last one has ended and the threads have. */
  forgotten: (() => void) | undefined;

  constructor(definition: FunctionDefinition) {
    this.definition = definition;
    this.located = this.#locate();
  }

  /** Resolves when `forgotten` is called. */
  forget(): Promise<void> {
    const before = this.forgotten;
    return new Promise((resolve) => {
      this.forgotten = () => {
        before?.();
        resolve();
      };
    });
  }

  async #locate(): Promise<HandlerLocation | undefined> {
    try {
      this.location = await locateHandler(this.definition);
    } catch (error) {
      this.failure = probeFailure(this.definition, error);
    }
    return this.location;
  }
}
