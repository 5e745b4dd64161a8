import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { FunctionDefinition } from "../../definition/application.js";
import type { InvocationOutcome } from "../../run/ports.js";
import { exited, functionTimedOut, threwBySandbox } from "./error-document.js";
import { describeEnvironment, lambdaEnvironment } from "./lambda-context.js";
import type { HandlerLocation } from "./load-handler.js";
import type { LocalInvocation, LocalInvokerOptions } from "./options.js";
import {
  decodeOutcome,
  type FromThread,
  type LoadFailure,
  type OutcomesMessage,
  type ThreadData,
  threwWith,
} from "./protocol.js";
import { CELLS, SharedMemory } from "./shared-memory.js";

export interface EnvironmentOptions
  extends Pick<LocalInvokerOptions, "region" | "environment" | "logDirectory" | "onLog"> {
  readonly definition: FunctionDefinition;
  readonly location: HandlerLocation;
  /** Number of the worker, for logs. */
  readonly worker: number;
}

/** What an environment tells its owner. */
export interface EnvironmentOwner {
  answer(invocation: LocalInvocation, outcome: InvocationOutcome): void;
  /** A part of the calls of a message has been answered, or all of them, and it took so long. */
  progress(environment: ThreadEnvironment, calls: number, busyMs: number): void;
  /** The thread is gone: `lost` calls ended with it, `unbegun` must run elsewhere. */
  gone(environment: ThreadEnvironment, lost: number, unbegun: readonly LocalInvocation[]): void;
}

/** A message that is under way. */
interface Flight {
  readonly cell: number;
  /** Undefined where the caller has been answered before the function ended. */
  readonly calls: (LocalInvocation | undefined)[];
  /** Outcomes that have arrived; they arrive in order. */
  reported: number;
  /** performance.now() */
  readonly sentAt: number;
  /** No call of this message can expire sooner after it has begun. Infinity: none expires. */
  readonly timeoutMs: number;
}

interface RunningCall {
  readonly flight: Flight;
  readonly index: number;
  /** Undefined when its caller has been answered already. */
  readonly call: LocalInvocation | undefined;
  /** Epoch ms. */
  readonly begunAt: number;
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
  readonly #flights: Flight[] = [];
  #nextCell = 0;
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
    const cell = this.#nextCell;
    this.#nextCell = (cell + 1) % CELLS;
    this.#memory.open(cell);
    if (this.#flights.length === 0) this.#worker.ref();
    this.#flights.push({ cell, calls, reported: 0, sentAt: performance.now(), timeoutMs: this.#leastTimeout(calls) });
    this.#worker.postMessage({ cell, count: calls.length, text });
  }

  /** Takes back the calls that have not begun, from messages sent before `sentBefore` (performance.now()). */
  reclaim(sentBefore = Number.POSITIVE_INFINITY): LocalInvocation[] {
    const taken: LocalInvocation[] = [];
    for (const flight of this.#flights) {
      if (flight.sentAt > sentBefore) continue;
      const begun = this.#memory.seal(flight.cell, flight.calls.length);
      for (const call of flight.calls.splice(begun)) if (call !== undefined) taken.push(call);
    }
    return taken;
  }

  /** Calls sent and not reported. */
  get pending(): number {
    let pending = 0;
    for (const flight of this.#flights) pending += flight.calls.length - flight.reported;
    return pending;
  }

  /** Ends what has been running too long; gives the time of the next look. */
  checkDeadlines(now: number): number {
    const running = this.#running();
    if (running === undefined || !this.open) return this.nextDeadline(now);
    const { call, flight, index, begunAt } = running;
    const functionEnds = begunAt + functionTimeoutMs(this.definition);
    if (call?.timeoutMs !== undefined && begunAt + call.timeoutMs <= Math.min(now, functionEnds)) {
      flight.calls[index] = undefined;
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
    const running = this.#running();
    let next = running === undefined ? Number.POSITIVE_INFINITY : running.begunAt + this.#timeoutOf(running.call);
    // Calls that have not begun cannot expire before their own time-out from now.
    for (const flight of this.#flights) {
      if (flight.calls.length > (running?.flight === flight ? running.index + 1 : flight.reported)) {
        next = Math.min(next, now + flight.timeoutMs);
      }
    }
    return next;
  }

  #timeoutOf(call: LocalInvocation | undefined): number {
    return Math.min(call?.timeoutMs ?? Number.POSITIVE_INFINITY, functionTimeoutMs(this.definition));
  }

  #leastTimeout(calls: readonly LocalInvocation[]): number {
    let least = functionTimeoutMs(this.definition);
    for (const { timeoutMs } of calls) if (timeoutMs !== undefined && timeoutMs < least) least = timeoutMs;
    return least;
  }

  /** The call that the thread is in, unless it is between two. */
  #running(): RunningCall | undefined {
    const flight = this.#flights.findLast((each) => this.#memory.claimed(each.cell, each.calls.length) > 0);
    if (flight === undefined) return undefined;
    const index = this.#memory.claimed(flight.cell, flight.calls.length) - 1;
    const { begunAt } = this.#memory;
    if (index < flight.reported || begunAt === Number.POSITIVE_INFINITY) return undefined;
    return { flight, index, begunAt, call: flight.calls[index] };
  }

  /** That of the running call, where its caller has given one. */
  #requestId(): string {
    return this.#running()?.call?.requestId ?? randomUUID();
  }

  /** The call under way that has this request id. */
  #call(requestId: string): LocalInvocation | undefined {
    for (const { calls, reported } of this.#flights) {
      for (let index = reported; index < calls.length; index++) {
        if (calls[index]?.requestId === requestId) return calls[index];
      }
    }
    return undefined;
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
        this.#call(message.entry.requestId)?.onLog?.(message.entry);
        return;
      case "figures":
        this.#call(message.requestId)?.onFigures?.(message.figures);
        return;
    }
  }

  #settle({ text, count, done, busyMs }: OutcomesMessage): void {
    const flight = this.#flights[0];
    if (flight === undefined) return;
    this.#hasBegun = true;
    let start = 0;
    for (let left = count; left > 0; left--) {
      const next = text.indexOf("\n", start);
      const end = next === -1 ? text.length : next;
      const call = flight.calls[flight.reported++];
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
    for (const { calls, reported } of this.#flights) {
      for (const call of calls.slice(reported)) if (call !== undefined) this.#owner.answer(call, fate);
    }
    // A thread that dies before its first call would die again: the call at the head pays for it.
    const head = this.#hasBegun || lost > 0 ? undefined : unbegun.shift();
    if (head !== undefined) {
      lost++;
      this.#owner.answer(head, fate);
    }
    this.#flights.length = 0;
    this.#owner.gone(this, lost, unbegun);
  }

  /** Outcomes that were finished when the thread was stopped, and that it could not send any more. */
  #settleKept(): void {
    const kept = this.#memory.kept();
    const flight = this.#flights[0];
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

/**
 * The thread inherits the environment variables of this process (credentials, endpoints), under those of Lambda and
 * of the template; its heap is limited to the memory of the function.
 */
function startThread(options: EnvironmentOptions, memory: SharedMemory): Worker {
  const { definition, location, worker, logDirectory, onLog } = options;
  const info = describeEnvironment(definition);
  const workerData: ThreadData = {
    location,
    info,
    worker,
    logDirectory,
    forwardLog: onLog !== undefined,
    memory: memory.buffer,
  };
  return new Worker(createRequire(import.meta.url).resolve("#thread-worker"), {
    workerData,
    env: defined({ ...process.env, ...lambdaEnvironment(definition, info, options) }),
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: definition.memoryMB },
  });
}

function defined(variables: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
