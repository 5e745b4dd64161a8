import type { Json } from "../../lib/json.js";
import type { Clock, Invocation, InvocationOutcome, Invoker } from "../../lib/run/ports.js";

export interface ScriptedCall {
  readonly name: string;
  readonly event: Json;
  /** How many calls came before this one, of all functions. */
  readonly number: number;
  /** Virtual time of the call, epoch ms. */
  readonly at: number;
}

/** What a function does, `after` so many virtual ms; by default at once. */
export type Answer = { readonly after?: number } & (
  | { readonly returns: Json }
  | { readonly throws: string; readonly message?: string }
  | { readonly refuses: string }
);

export type Script = (call: ScriptedCall) => Answer;

/** Functions that answer as a script says, in virtual time. */
export class ScriptedInvoker implements Invoker {
  onOutcome: Invoker["onOutcome"] = () => {};
  onRoom: Invoker["onRoom"] = () => {};
  readonly inFlight = 0;
  readonly usage = { busyMs: 0, workers: 1 };
  /** All calls, in order. */
  readonly calls: ScriptedCall[] = [];
  /** Most calls that ran at the same time. */
  peak = 0;
  #running = 0;
  readonly #clock: Clock;
  readonly #script: Script;
  readonly #places: number;

  constructor(clock: Clock, script: Script, places = Number.POSITIVE_INFINITY) {
    this.#clock = clock;
    this.#script = script;
    this.#places = places;
  }

  get room(): number {
    return this.#places - this.#running;
  }

  invoke(invocation: Invocation): void {
    const { functionName: name, payload, timeoutMs = Number.POSITIVE_INFINITY } = invocation;
    const at = this.#clock.now();
    const call = { name, event: JSON.parse(payload) as Json, number: this.calls.length, at };
    this.calls.push(call);
    this.#running += 1;
    this.peak = Math.max(this.peak, this.#running);
    const answer = this.#script(call);
    const { after = 0 } = answer;
    const outcome: InvocationOutcome = after > timeoutMs ? { kind: "timedOut" } : outcomeOf(answer);
    this.#clock.schedule(at + Math.min(after, timeoutMs), () => {
      this.#running -= 1;
      this.onOutcome(invocation, outcome);
      if (this.room === 1) this.onRoom();
    });
  }

  async close(): Promise<void> {}
}

function outcomeOf(answer: Answer): InvocationOutcome {
  if ("returns" in answer) return { kind: "returned", payload: JSON.stringify(answer.returns) };
  if ("refuses" in answer) return { kind: "refused", error: answer.refuses, cause: "refused by the script" };
  const document = { errorType: answer.throws, errorMessage: answer.message ?? "", trace: [] };
  return { kind: "threw", errorType: answer.throws, document: JSON.stringify(document) };
}
