import type { Engine } from "../engine.js";
import type { Children } from "./children.js";
import type { Ending } from "./ending.js";
import type { Intake } from "./intake.js";
import type { Limits } from "./limits.js";

export interface FeederOptions {
  readonly engine: Engine;
  readonly intake: Intake;
  readonly children: Children;
  readonly limits: Limits;
  readonly ending: Ending;
  /** Whether children that are not started are gathered as well. */
  readonly wantsRest: boolean;
  /** Called once, before anything is read; never rejects. */
  readonly open: () => Promise<void>;
  readonly onUnreadable: (error: unknown) => void;
  /** All items have been read. */
  readonly onExhausted: () => void;
}

/**
 * Takes the children of a map run from its intake, in order: starts them while fewer run than may, gathers as they are those
 * that are not to be started, and reads on when the intake is hungry. One reading is under way at most.
 */
export class Feeder {
  readonly #options: FeederOptions;
  readonly #engine: Engine;
  readonly #intake: Intake;
  readonly #children: Children;
  readonly #limits: Limits;
  readonly #ending: Ending;
  #loading = false;
  #opened = false;

  constructor(options: FeederOptions) {
    this.#options = options;
    this.#engine = options.engine;
    this.#intake = options.intake;
    this.#children = options.children;
    this.#limits = options.limits;
    this.#ending = options.ending;
  }

  /** Nothing is left to be taken, nor is anything being read. */
  get done(): boolean {
    if (this.#loading) return false;
    return !this.#wantsInputs || (this.#intake.exhausted && !this.#intake.ready);
  }

  get #wantsInputs(): boolean {
    return this.#ending.starting || (this.#options.wantsRest && this.#ending.gathering);
  }

  /** Starts what may be started. */
  start(): void {
    const { invoker } = this.#engine.ports;
    const { executions } = this.#children.counts;
    const { atOnce } = this.#limits;
    while (
      this.#ending.starting &&
      executions.running < atOnce &&
      invoker.room > 0 &&
      !this.#children.blocked &&
      this.#intake.ready
    ) {
      this.#children.goOn(this.#intake.take());
    }
  }

  /** Gathers those that have been read and are not started any more. */
  leaveRest(): void {
    while (this.#intake.ready && !this.#children.blocked) this.#children.leave(this.#intake.take());
  }

  /** Reads on when that is needed. */
  read(): void {
    if (this.#intake.hungry && !this.#loading && this.#wantsInputs) void this.#load();
  }

  async #load(): Promise<void> {
    const { open, onUnreadable, onExhausted } = this.#options;
    this.#loading = true;
    const done = this.#engine.busy();
    if (!this.#opened) {
      this.#opened = true;
      await open();
    }
    try {
      if (this.#wantsInputs) await this.#intake.load();
    } catch (error) {
      onUnreadable(error);
    }
    this.#loading = false;
    if (this.#intake.exhausted) onExhausted();
    done();
  }
}
