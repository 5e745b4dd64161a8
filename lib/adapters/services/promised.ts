import type { ServiceCall, ServiceOutcome, Services } from "../../run/ports.js";

/** What a call is told while it is carried out. */
export interface CallProgress {
  /** The service has taken the call; the outcome is that of the job, which virtual time does not wait for. */
  submitted(output: string): void;
  /** Virtual time goes on while the call waits: what it waits for is itself of this run. */
  waits(): void;
  /** Called when the task has ended without the outcome. */
  onCancel: (() => void) | undefined;
}

/**
 * Carries out a call. Undefined when all there is to say was said by `submitted`. Rejects only where there is a mistake in
 * fanout.
 */
export type Perform = (call: ServiceCall, progress: CallProgress) => Promise<ServiceOutcome | undefined>;

/** Services whose calls are promises. */
export class PromisedServices implements Services {
  onOutcome: Services["onOutcome"] = () => {};
  readonly #perform: Perform;
  readonly #under = new Map<ServiceCall, CallProgress>();
  #inFlight = 0;
  #closed = false;

  constructor(perform: Perform) {
    this.#perform = perform;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  call(call: ServiceCall): void {
    this.#inFlight += 1;
    let counted = true;
    const waits = () => {
      if (counted) this.#inFlight -= 1;
      counted = false;
    };
    const progress: CallProgress = {
      submitted: (output) => {
        this.#tell(call, { kind: "submitted", output });
        waits();
      },
      waits,
      onCancel: undefined,
    };
    this.#under.set(call, progress);
    void this.#run(call, progress, waits);
  }

  async #run(call: ServiceCall, progress: CallProgress, done: () => void): Promise<void> {
    // A port does not answer inside the call that asked it.
    await Promise.resolve();
    const outcome = await this.#perform(call, progress).catch(broken);
    this.#under.delete(call);
    done();
    if (outcome !== undefined) this.#tell(call, outcome);
  }

  #tell(call: ServiceCall, outcome: ServiceOutcome): void {
    if (!this.#closed) this.onOutcome(call, outcome);
  }

  cancel(call: ServiceCall): void {
    this.#under.get(call)?.onCancel?.();
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}

function broken(error: unknown): ServiceOutcome {
  const cause = `Internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  return { kind: "failed", error: "States.Runtime", cause };
}
