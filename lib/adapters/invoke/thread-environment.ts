import { randomUUID } from "node:crypto";
import type { Worker } from "node:worker_threads";
import type { FunctionDefinition } from "../../definition/application.js";
import type { InvocationOutcome } from "../../run/ports.js";
import { exited, functionTimedOut, threwBySandbox } from "./error-document.js";
import { Flights } from "./flights.js";
import type { LocalInvocation, LocalInvokerOptions } from "./options.js";
import {
  decodeOutcome,
  type FromThread,
  type LoadFailure,
  type OutcomesMessage,
  type ToThread,
  threwWith,
} from "./protocol.js";
import { SharedMemory } from "./shared-memory.js";
import { type EnvironmentOptions, startThread } from "./start-thread.js";

/** What an environment tells its owner. */
export interface EnvironmentOwner {
  answer(invocation: LocalInvocation, outcome: InvocationOutcome): void;
  /** A part of the calls of a message has been answered, or all of them, and it took so long. */
  progress(environment: ThreadEnvironment, calls: number, busyMs: number): void;
  /** The thread is gone: `lost` calls ended with it, `unbegun` must run elsewhere. */
  gone(environment: ThreadEnvironment, lost: number, unbegun: readonly LocalInvocation[]): void;
}

/** One function in one thread: the local counterpart of an execution environment of Lambda. */
export class ThreadEnvironment {
  readonly definition: FunctionDefinition;
  /** Resolves when the handler has been loaded, or to why it could not be; never rejects. */
  readonly loaded: Promise<LoadFailure | undefined>;
  readonly #owner: EnvironmentOwner;
  readonly #onLog: LocalInvokerOptions["onLog"];
  readonly #memory = new SharedMemory();
  readonly #worker: Worker;
  readonly #timeoutMs: number;
  readonly #flights: Flights;
  #hasBegun = false;
  #loadSettled: (failure?: LoadFailure) => void = () => {};
  /** How the running call ends when the thread does; set before the thread is gone. */
  #fate: InvocationOutcome | undefined;
  /** Calls taken back before the thread was ended. */
  #unbegun: readonly LocalInvocation[] = [];
  #closing = false;

  constructor(options: EnvironmentOptions, owner: EnvironmentOwner) {
    this.definition = options.definition;
    this.#owner = owner;
    this.#onLog = options.onLog;
    this.#timeoutMs = functionTimeoutMs(options.definition);
    this.#flights = new Flights(this.#memory, this.#timeoutMs);
    this.loaded = new Promise((resolve) => {
      this.#loadSettled = resolve;
    });
    this.#worker = startThread(options, this.#memory);
    this.#worker.on("message", (message: FromThread) => this.#receive(message));
    this.#worker.on("error", (error) => this.#failed(error));
    this.#worker.on("exit", (code) => this.#exited(code));
  }

  /** Messages under way. */
  get messages(): number {
    return this.#flights.length;
  }

  /** Takes messages: the thread neither is being ended nor has ended by itself. */
  get open(): boolean {
    return this.#fate === undefined && !this.#closing;
  }

  /** Sends calls and their lines, one message. */
  send(calls: LocalInvocation[], text: string): void {
    if (this.#flights.length === 0) this.#worker.ref();
    const cell = this.#flights.add(calls);
    this.#worker.postMessage({ kind: "calls", cell, count: calls.length, text } satisfies ToThread);
  }

  /** Takes back the calls that have not begun, from messages sent before `sentBefore` (performance.now()). */
  reclaim(sentBefore = Number.POSITIVE_INFINITY): LocalInvocation[] {
    return this.#flights.reclaim(sentBefore);
  }

  /** Calls sent and not reported. */
  get pending(): number {
    return this.#flights.pending;
  }

  /** Ends what has been running too long; gives the time of the next look. */
  checkDeadlines(now: number): number {
    const running = this.#flights.running();
    if (running === undefined || !this.open) return this.nextDeadline(now);
    const { call, flight, index, begunAt } = running;
    const functionEnds = begunAt + this.#timeoutMs;
    if (call?.timeoutMs !== undefined && begunAt + call.timeoutMs <= Math.min(now, functionEnds)) {
      flight.release(index);
      this.#owner.answer(call, { kind: "timedOut" });
    } else if (functionEnds <= now) {
      this.#end(functionTimedOut(this.#requestId(), this.definition.timeoutSeconds ?? 0));
      return Number.POSITIVE_INFINITY;
    }
    return this.nextDeadline(now);
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#loadSettled();
    // The end of the thread is something to wait for, even when its work is not.
    this.#worker.ref();
    await this.#worker.terminate();
  }

  /** When to look whether a call has been running too long: epoch ms, Infinity for never. */
  nextDeadline(now: number): number {
    return this.#flights.nextDeadline(now);
  }

  /** That of the running call, where its caller has given one. */
  #requestId(): string {
    return this.#flights.running()?.call?.requestId ?? randomUUID();
  }

  #receive(message: FromThread): void {
    if (this.#closing) return;
    switch (message.kind) {
      case "loaded":
        this.#loadSettled(message.failure);
        if (this.#flights.length === 0) this.#worker.unref();
        return;
      case "outcomes":
        return this.#settle(message);
      case "crashed":
        this.#fate = threwWith(message.document);
        return;
      case "log":
        this.#onLog?.(message.entry);
        this.#flights.find(message.entry.requestId)?.onLog?.(message.entry);
        return;
      case "figures":
        this.#flights.find(message.requestId)?.onFigures?.(message.figures);
        return;
    }
  }

  #settle({ text, count, done, busyMs }: OutcomesMessage): void {
    const flight = this.#flights.head;
    if (flight === undefined) return;
    this.#hasBegun = true;
    let start = 0;
    for (let left = count; left > 0; left--) {
      const next = text.indexOf("\n", start);
      const end = next === -1 ? text.length : next;
      const call = flight.report();
      if (call !== undefined) this.#owner.answer(call, decodeOutcome(text, start, end));
      start = end + 1;
    }
    if (done) this.#flights.shift();
    if (this.#flights.length === 0) this.#worker.unref();
    this.#owner.progress(this, count, busyMs);
  }

  /** Ends the thread; the running call gets `fate`, whatever has not begun runs elsewhere. */
  #end(fate: InvocationOutcome): void {
    this.#fate = fate;
    this.#unbegun = this.reclaim();
    void this.#worker.terminate();
  }

  #failed(error: Error): void {
    const outOfMemory = (error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY";
    const [type, what] = outOfMemory
      ? ["Runtime.OutOfMemory", "Runtime exited with error: signal: killed"]
      : ["Runtime.ExitError", `Runtime exited with error: ${error.message}`];
    this.#fate ??= threwBySandbox(type, this.#requestId(), what);
  }

  /** Every message that the thread sent has been received by now. */
  #exited(code: number): void {
    if (this.#closing) return;
    const fate = this.#fate ?? exited(this.#requestId(), code);
    this.#fate = fate;
    this.#settleKept();
    if (fate.kind === "threw") this.#loadSettled({ document: fate.document });
    const unbegun = [...this.reclaim(), ...this.#unbegun];
    let lost = this.pending;
    for (const call of this.#flights.unanswered()) this.#owner.answer(call, fate);
    // A thread that dies before its first call would die again: the call at the head pays for it.
    const head = this.#hasBegun || lost > 0 ? undefined : unbegun.shift();
    if (head !== undefined) {
      lost++;
      this.#owner.answer(head, fate);
    }
    this.#flights.clear();
    this.#owner.gone(this, lost, unbegun);
  }

  /** Outcomes that were finished when the thread was stopped, and that it could not send any more. */
  #settleKept(): void {
    const kept = this.#memory.kept();
    const flight = this.#flights.head;
    if (flight === undefined || flight.cell !== kept.cell) return;
    const lines = kept.lines.slice(flight.reported - kept.first);
    if (lines.length === 0) return;
    const text = lines.join("\n");
    this.#settle({ kind: "outcomes", cell: kept.cell, count: lines.length, text, done: false, busyMs: 0 });
  }
}

function functionTimeoutMs(definition: FunctionDefinition): number {
  return definition.timeoutSeconds === undefined ? Number.POSITIVE_INFINITY : definition.timeoutSeconds * 1000;
}
