import type { FunctionDefinition } from "../../definition/application.js";
import type { Lane } from "./lane.js";
import type { LocalInvokerOptions } from "./options.js";
import { type EnvironmentOwner, ThreadEnvironment } from "./thread-environment.js";

/** Threads that a slot keeps; the one that has not been used for longest is ended first. */
const MOST_ENVIRONMENTS = 8;

/** A place where one call can run at a time, with a thread for each function that it has run. */
export class Slot {
  readonly #index: number;
  readonly #options: LocalInvokerOptions;
  readonly #owner: EnvironmentOwner;
  /** The one used last comes last. */
  readonly #environments = new Map<FunctionDefinition, ThreadEnvironment>();
  /** The only one that has messages under way; undefined while the slot is idle. */
  current: ThreadEnvironment | undefined;

  constructor(index: number, options: LocalInvokerOptions, owner: EnvironmentOwner) {
    this.#index = index;
    this.#options = options;
    this.#owner = owner;
  }

  /** Has a thread for the function already. */
  knows(definition: FunctionDefinition): boolean {
    return this.#environments.has(definition);
  }

  /** Works for the function and can take a message in reserve. */
  takesReserve(lane: Lane): boolean {
    const { current } = this;
    return current?.definition === lane.definition && current.open && current.messages < lane.pace.messages;
  }

  /** The thread of a function, started when there is none. */
  environment({ definition, located }: Lane): ThreadEnvironment {
    const known = this.#environments.get(definition);
    if (known !== undefined && (known === this.current || this.#environments.size === 1)) return known;
    this.#environments.delete(definition);
    if (known === undefined) this.#makePlace();
    const environment = known ?? this.#start(definition, located);
    this.#environments.set(definition, environment);
    return environment;
  }

  /** Forgets a thread that has ended. True when it was one of this slot. */
  drop(environment: ThreadEnvironment): boolean {
    if (this.current === environment) this.current = undefined;
    if (this.#environments.get(environment.definition) !== environment) return false;
    return this.#environments.delete(environment.definition);
  }

  /** Ends the idle thread of a function, when there is one. */
  async forget(definition: FunctionDefinition): Promise<void> {
    const environment = this.#environments.get(definition);
    this.#environments.delete(definition);
    await environment?.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#environments.values()].map((environment) => environment.close()));
  }

  #start(definition: FunctionDefinition, located: Lane["located"]): ThreadEnvironment {
    return new ThreadEnvironment({ ...this.#options, definition, located, worker: this.#index }, this.#owner);
  }

  #makePlace(): void {
    if (this.#environments.size < MOST_ENVIRONMENTS) return;
    for (const [definition, environment] of this.#environments) {
      if (environment === this.current) continue;
      this.#environments.delete(definition);
      void environment.close();
      return;
    }
  }
}
