import { threw } from "../../lib/adapters/invoke/error-document.js";
import type { Clock, Invocation, InvocationOutcome, Invoker } from "../../lib/run/ports.js";

type Handler = (event: unknown) => unknown;

/**
 * Functions given as the source of CommonJS modules that export `handler`. Their `setTimeout` is that of the clock, so a
 * function that sleeps for a minute does so in virtual time; only calls that are not asleep count as in flight.
 */
export class ModuleInvoker implements Invoker {
  onOutcome: Invoker["onOutcome"] = () => {};
  onRoom: Invoker["onRoom"] = () => {};
  readonly room = Number.POSITIVE_INFINITY;
  readonly usage = { busyMs: 0, workers: 1 };
  readonly #clock: Clock;
  readonly #handlers = new Map<string, Handler>();
  #running = 0;
  #asleep = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get inFlight(): number {
    return this.#running - this.#asleep;
  }

  /** @param name What the state machine calls the function by: its name or its ARN. */
  add(name: string, source: string): void {
    const exports: { handler?: Handler } = {};
    const sleep = (wake: () => void, ms: number) => {
      this.#asleep += 1;
      this.#clock.schedule(this.#clock.now() + ms, () => {
        this.#asleep -= 1;
        wake();
      });
    };
    new Function("exports", "setTimeout", source)(exports, sleep);
    if (exports.handler === undefined) throw new Error(`The module of ${name} exports no handler`);
    this.#handlers.set(name, exports.handler);
  }

  invoke(invocation: Invocation): void {
    this.#running += 1;
    let open = true;
    const end = (outcome: InvocationOutcome) => {
      if (!open) return;
      open = false;
      timer?.cancel();
      this.onOutcome(invocation, outcome);
    };
    const { timeoutMs } = invocation;
    const timer =
      timeoutMs === undefined
        ? undefined
        : this.#clock.schedule(this.#clock.now() + timeoutMs, () => end({ kind: "timedOut" }));
    void this.#run(invocation).then((outcome) => {
      this.#running -= 1;
      end(outcome);
    });
  }

  async #run({ functionName, payload }: Invocation): Promise<InvocationOutcome> {
    const handler = this.#handlers.get(functionName);
    if (handler === undefined) {
      const cause = `Function not found: ${functionName}`;
      return { kind: "refused", error: "Lambda.ResourceNotFoundException", cause };
    }
    try {
      const value = await handler(JSON.parse(payload));
      return { kind: "returned", payload: JSON.stringify(value) ?? "null" };
    } catch (error) {
      return threw(error);
    }
  }

  async close(): Promise<void> {}
}
