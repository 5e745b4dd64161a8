import { AsyncResource } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import type { FunctionDefinition } from "../../definition/application.js";
import { FanoutError } from "../../errors.js";
import type { Invocation, InvocationOutcome } from "../../run/ports.js";
import { requestIds } from "../../run/request-ids.js";
import { exited, functionTimedOut, threw } from "./error-document.js";
import { HostGuard, type RunningCall } from "./host-guard.js";
import { describeEnvironment, type EnvironmentInfo, lambdaContext, lambdaEnvironment } from "./lambda-context.js";
import { type HandlerLocation, loadHandler } from "./load-handler.js";
import { locateHandler, notLocated } from "./locate-handler.js";
import { atLeastOne, type LocalInvocation, type LocalInvoker, type LocalInvokerOptions } from "./options.js";
import { probeFailure, unknownFunction } from "./probe.js";
import { functionNotFound, invalidRequestContent } from "./refusals.js";
import { type Handler, serializeResult, startHandler } from "./run-handler.js";
import { RunningCalls } from "./running-calls.js";

export interface EventLoopInvokerOptions extends LocalInvokerOptions {
  /**
   * Calls at once.
   *
   * @default 1000
   */
  readonly concurrency?: number | undefined;
  /** Handlers that are at hand, by function name; the code of their functions is not looked for. */
  readonly handlers?: Readonly<Record<string, Handler>> | undefined;
}

interface LoadedFunction {
  readonly definition: FunctionDefinition;
  readonly info: EnvironmentInfo;
  readonly handler: Handler;
  readonly running: RunningCalls;
  /** How long loading took; told once. */
  initMs: number | undefined;
}

/**
 * Runs handlers in this process, many at once: for handlers that wait on I/O, and for stepping through one with a
 * debugger. What Lambda keeps apart is shared here: all functions see one process.env (the variables of a function are
 * added when it is loaded and taken away at close), a module keeps its state when only the configuration of its
 * function changes, a call that blocks holds up everything, and an exception outside of any promise chain ends this
 * process. A call that times out cannot be stopped; its late result is dropped.
 */
export function eventLoopInvoker(options: EventLoopInvokerOptions): LocalInvoker {
  return new EventLoopInvoker(options);
}

class EventLoopInvoker implements LocalInvoker {
  onOutcome: (invocation: Invocation, outcome: InvocationOutcome) => void = () => {};
  onRoom: () => void = () => {};
  readonly #options: EventLoopInvokerOptions;
  readonly #concurrency: number;
  readonly #functions = new Map<FunctionDefinition, Promise<LoadedFunction>>();
  readonly #guard: HostGuard;
  /** Runs what is outside of all calls. One for all of them: to make it takes longer than a whole call. */
  readonly #outside = new AsyncResource("fanout");
  readonly #nextRequestId = requestIds(randomUUID);
  #inFlight = 0;
  #busyMs = 0;
  #full = false;
  #closed = false;

  constructor(options: EventLoopInvokerOptions) {
    this.#options = options;
    this.#concurrency = atLeastOne("concurrency", options.concurrency ?? 1000);
    this.#guard = new HostGuard(options);
  }

  get room(): number {
    const room = this.#concurrency - this.#inFlight;
    if (room <= 0) this.#full = true;
    return room;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get usage() {
    return { busyMs: this.#busyMs, workers: this.#concurrency };
  }

  invoke(invocation: LocalInvocation): void {
    this.#inFlight++;
    void this.#run(invocation);
  }

  async forget(definition: FunctionDefinition): Promise<void> {
    const loading = this.#functions.get(definition);
    this.#functions.delete(definition);
    // What could not be loaded has no calls.
    const loaded = await loading?.catch(() => undefined);
    await loaded?.running.over();
  }

  async probe(functionName: string): Promise<void> {
    const definition = this.#options.functions.resolve(functionName);
    if (definition === undefined) throw unknownFunction(functionName);
    try {
      await this.#load(definition);
    } catch (error) {
      throw probeFailure(definition, error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#guard.close();
  }

  async #run(invocation: LocalInvocation): Promise<void> {
    const requestId = invocation.requestId ?? this.#nextRequestId();
    const definition = this.#options.functions.resolve(invocation.functionName);
    if (definition === undefined) {
      await Promise.resolve();
      return this.#answer(invocation, functionNotFound(invocation.functionName, this.#options, requestId));
    }
    let loaded: LoadedFunction;
    try {
      loaded = await this.#load(definition);
    } catch (error) {
      return this.#answer(invocation, error instanceof FanoutError ? notLocated(error) : threw(error));
    }
    let event: unknown;
    try {
      event = JSON.parse(invocation.payload);
    } catch (error) {
      return this.#answer(invocation, invalidRequestContent((error as Error).message, requestId));
    }
    this.#call(loaded, event, invocation, requestId);
  }

  #call(loaded: LoadedFunction, event: unknown, invocation: LocalInvocation, requestId: string): void {
    const begunAt = Date.now();
    const startedAt = performance.now();
    const { timeoutSeconds } = loaded.definition;
    const timers: NodeJS.Timeout[] = [];
    let answered = false;
    loaded.running.begin();
    const answer = (outcome: InvocationOutcome) => {
      if (answered) return;
      answered = true;
      for (const timer of timers) clearTimeout(timer);
      this.#busyMs += performance.now() - startedAt;
      loaded.running.end();
      this.#answer(invocation, outcome);
    };
    const finish = (outcome: InvocationOutcome) => {
      if (!answered) tellFigures(loaded, invocation, performance.now() - startedAt);
      answer(outcome);
    };
    if (timeoutSeconds !== undefined) {
      const expire = () => answer(functionTimedOut(requestId, timeoutSeconds));
      timers.push(setTimeout(expire, timeoutSeconds * 1000));
    }
    if (invocation.timeoutMs !== undefined) {
      timers.push(setTimeout(() => answer({ kind: "timedOut" }), invocation.timeoutMs));
    }
    const call: RunningCall = {
      functionName: loaded.definition.name,
      requestId,
      onLog: invocation.onLog && ((entry) => (answered ? undefined : invocation.onLog?.(entry))),
      // Asked for inside the call, answered outside of it, and before the rejection that unwinds the handler.
      exit: (code: number) =>
        this.#outside.runInAsyncScope(queueMicrotask, undefined, () => answer(exited(requestId, code))),
    };
    const context = lambdaContext(loaded.info, begunAt, requestId, invocation.clientContext);
    this.#guard
      .run(call, async () => startHandler(loaded.handler, event, context))
      .then(
        (result) => {
          const text = serializeResult(result);
          finish(typeof text === "string" ? { kind: "returned", payload: text } : text);
        },
        (error) => finish(threw(error)),
      );
  }

  #answer(invocation: LocalInvocation, outcome: InvocationOutcome): void {
    if (this.#closed) return;
    this.#inFlight--;
    if (invocation.onOutcome === undefined) this.onOutcome(invocation, outcome);
    else invocation.onOutcome(outcome);
    const hasRoom = this.#full && this.room > 0;
    if (hasRoom) this.#full = false;
    // The run may also be waiting for the last call in flight, when that one's outcome did not pass it.
    if (hasRoom || invocation.onOutcome !== undefined) this.onRoom();
  }

  #load(definition: FunctionDefinition): Promise<LoadedFunction> {
    const known = this.#functions.get(definition);
    if (known !== undefined) return known;
    const loading = this.#loadNow(definition);
    this.#functions.set(definition, loading);
    return loading;
  }

  async #loadNow(definition: FunctionDefinition): Promise<LoadedFunction> {
    const given = this.#options.handlers?.[definition.name];
    const location = given === undefined ? await locateHandler(definition) : undefined;
    const info = describeEnvironment(definition);
    if (location?.kind === "file") this.#guard.enableSourceMaps();
    this.#guard.setEnvironment(lambdaEnvironment(definition, info, this.#options));
    const call: RunningCall = { functionName: definition.name, requestId: "", exit: () => {} };
    const load = async () => given ?? loadHandler(location as HandlerLocation);
    const startedAt = performance.now();
    const handler = await this.#guard.run(call, load);
    return { definition, info, handler, running: new RunningCalls(), initMs: performance.now() - startedAt };
  }
}

function tellFigures(loaded: LoadedFunction, invocation: LocalInvocation, durationMs: number): void {
  if (invocation.onFigures === undefined) return;
  const { initMs } = loaded;
  loaded.initMs = undefined;
  invocation.onFigures({ durationMs, initMs, memoryBytes: process.memoryUsage().heapUsed });
}
