import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import type { FunctionDefinition } from "../../definition/application.js";
import type { Invocation, InvocationOutcome } from "../../run/ports.js";
import { CallText } from "./call-text.js";
import { DeadlineTimer } from "./deadline-timer.js";
import { Lane } from "./lane.js";
import { notLocated } from "./locate-handler.js";
import { atLeastOne, type LocalInvocation, type LocalInvoker, type LocalInvokerOptions } from "./options.js";
import { notLoaded, unknownFunction } from "./probe.js";
import { functionNotFound, notJson } from "./refusals.js";
import { Slot } from "./slot.js";
import type { EnvironmentOwner, ThreadEnvironment } from "./thread-environment.js";

export interface ThreadInvokerOptions extends LocalInvokerOptions {
  /**
   * Calls that run at once. Integer, at least 1.
   *
   * @default os.availableParallelism()
   */
  readonly workers?: number | undefined;
}

/** Calls that a slow thread has not begun are given to idle ones after this time, in ms. */
const RESCUE_MS = 4;
/** A message carries no more text than this, in characters, unless one payload alone is longer. */
const MOST_TEXT = 1024 * 1024;

/**
 * Runs handlers on worker threads. As on Lambda, an environment (a thread) belongs to one function, keeps its module
 * state between calls, has environment variables of its own and runs one call at a time. `workers` calls run at once
 * in all; each of these slots keeps a thread for every function that it has run, and works for one of them at a time.
 */
export function threadInvoker(options: ThreadInvokerOptions): LocalInvoker {
  return new ThreadInvoker(options);
}

class ThreadInvoker implements LocalInvoker, EnvironmentOwner {
  onOutcome: (invocation: Invocation, outcome: InvocationOutcome) => void = () => {};
  onRoom: () => void = () => {};
  readonly #options: LocalInvokerOptions;
  readonly #slots: readonly Slot[];
  readonly #lanes = new Map<FunctionDefinition, Lane>();
  /** The lane of the last call, which is that of the next one nearly always, and the name it was called by. */
  #lane: Lane | undefined;
  #laneName: string | undefined;
  #inFlight = 0;
  /** Calls that wait or have been sent and not reported, whether the caller has been answered early or not. */
  #taken = 0;
  #busyMs = 0;
  /** `room` was seen to be, or has become, 0: that it is positive again has to be told. */
  #full = false;
  #dispatchPlanned = false;
  #rescueTimer: NodeJS.Timeout | undefined;
  readonly #deadlines = new DeadlineTimer((now) => this.#checkDeadlines(now));
  #closed = false;

  constructor(options: ThreadInvokerOptions) {
    this.#options = options;
    const length = atLeastOne("workers", options.workers ?? availableParallelism());
    this.#slots = Array.from({ length }, (_, index) => new Slot(index, options, this));
  }

  get room(): number {
    const workers = this.#slots.length;
    const room = (this.#lane?.pace.capacity(workers) ?? workers) - this.#taken;
    if (room <= 0) this.#full = true;
    return room;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get usage() {
    return { busyMs: this.#busyMs, workers: this.#slots.length };
  }

  invoke(invocation: LocalInvocation): void {
    this.#inFlight++;
    this.#taken++;
    const lane = this.#laneNamed(invocation.functionName);
    if (lane === undefined) {
      this.#refuse(invocation, functionNotFound(invocation.functionName, this.#options, randomUUID()));
      return;
    }
    lane.queue.push(invocation);
    if (lane.location !== undefined && lane.queue.length === lane.pace.full) this.#dispatch();
    else this.#planDispatch();
  }

  async probe(functionName: string): Promise<void> {
    const lane = this.#laneNamed(functionName);
    const [slot] = this.#slots;
    if (lane === undefined || slot === undefined) throw unknownFunction(functionName);
    // The thread starts while the code is bundled.
    const { loaded } = slot.environment(lane);
    // A function that is alone will run everywhere: the other cores' threads start now instead of at their first call.
    if (this.#options.functions.definitions.length === 1) {
      for (const other of this.#slots.slice(1, availableParallelism())) other.environment(lane);
    }
    await lane.located;
    if (lane.failure !== undefined) {
      await Promise.all(this.#slots.map((each) => each.forget(lane.definition)));
      throw lane.failure;
    }
    const failure = await loaded;
    if (failure !== undefined) throw notLoaded(lane.definition, failure);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#deadlines.stop();
    clearTimeout(this.#rescueTimer);
    await Promise.all(this.#slots.map((slot) => slot.close()));
    for (const lane of this.#lanes.values()) lane.forgotten?.();
  }

  forget(definition: FunctionDefinition): Promise<void> {
    this.#lane = undefined;
    this.#laneName = undefined;
    const lane = this.#lanes.get(definition);
    if (lane === undefined || this.#closed) return Promise.resolve();
    const forgotten = lane.forget();
    this.#planDispatch();
    return forgotten;
  }

  answer(invocation: LocalInvocation, outcome: InvocationOutcome): void {
    if (this.#closed) return;
    this.#inFlight--;
    if (invocation.onOutcome === undefined) return this.onOutcome(invocation, outcome);
    invocation.onOutcome(outcome);
    // The run may be waiting for the last call in flight, and this one's outcome did not pass it.
    this.onRoom();
  }

  progress(environment: ThreadEnvironment, calls: number, busyMs: number): void {
    this.#taken -= calls;
    this.#busyMs += busyMs;
    this.#lanes.get(environment.definition)?.pace.measured(calls, busyMs);
    if (environment.messages === 0) this.#release(environment);
    this.#dispatch();
    this.#tellRoom();
  }

  gone(environment: ThreadEnvironment, lost: number, unbegun: readonly LocalInvocation[]): void {
    this.#taken -= lost;
    for (const slot of this.#slots) slot.drop(environment);
    this.#lanes.get(environment.definition)?.queue.unshift(unbegun);
    this.#planDispatch();
  }

  #laneNamed(name: string): Lane | undefined {
    if (name === this.#laneName) return this.#lane;
    const definition = this.#options.functions.resolve(name);
    if (definition === undefined) return undefined;
    let lane = this.#lanes.get(definition);
    if (lane === undefined) {
      lane = new Lane(definition);
      this.#lanes.set(definition, lane);
      void lane.located.then(() => this.#planDispatch());
    }
    this.#lane = lane;
    this.#laneName = name;
    return lane;
  }

  /** Ends a call that never reaches a function; not at once, because a port does not answer inside `invoke`. */
  #refuse(invocation: LocalInvocation, outcome: InvocationOutcome): void {
    queueMicrotask(() => {
      this.#taken--;
      this.answer(invocation, outcome);
      this.#tellRoom();
    });
  }

  #tellRoom(): void {
    if (this.#closed || !this.#full || this.room <= 0) return;
    this.#full = false;
    this.onRoom();
  }

  #release(environment: ThreadEnvironment): void {
    for (const slot of this.#slots) if (slot.current === environment) slot.current = undefined;
  }

  /** Calls that come in one go are sent together at its end, unless they fill a message before. */
  #planDispatch(): void {
    if (this.#dispatchPlanned) return;
    this.#dispatchPlanned = true;
    queueMicrotask(() => {
      this.#dispatchPlanned = false;
      this.#dispatch();
      this.#tellRoom();
    });
  }

  #dispatch(): void {
    if (this.#closed) return;
    const waiting: Lane[] = [];
    for (const lane of this.#lanes.values()) {
      if (lane.queue.length > 0) waiting.push(lane);
      else if (lane.forgotten !== undefined) this.#endForgotten(lane);
    }
    for (const lane of waiting) this.#serve(lane, waiting.length === 1);
    const [first] = waiting;
    if (first !== undefined && waiting.length > 1) {
      // Whoever was served first comes last the next time.
      this.#lanes.delete(first.definition);
      this.#lanes.set(first.definition, first);
    }
    this.#planRescue();
  }

  /** Ends the threads of a function that is not called any more, unless one is still at work. */
  #endForgotten(lane: Lane): void {
    const { definition, forgotten } = lane;
    if (this.#slots.some((slot) => slot.current?.definition === definition)) return;
    this.#lanes.delete(definition);
    void Promise.all(this.#slots.map((slot) => slot.forget(definition))).then(forgotten);
  }

  #serve(lane: Lane, alone: boolean): void {
    const { queue, pace, location, failure } = lane;
    if (failure !== undefined) {
      for (const call of queue.drain()) this.#refuse(call, notLocated(failure));
    }
    if (location === undefined) return;
    while (queue.length > 0) {
      const idle = this.#slots.filter((slot) => slot.current === undefined);
      const slot = idle.find((each) => each.knows(lane.definition)) ?? idle[0];
      if (slot !== undefined) {
        const share = Math.max(Math.ceil(queue.length / idle.length), pace.least);
        this.#send(lane, slot, Math.min(share, pace.full));
        continue;
      }
      // In reserve only what fills a message well, and nothing that would keep another function waiting.
      if (!alone || queue.length * 2 < pace.full) return;
      const busy = this.#slots.find((each) => each.takesReserve(lane));
      if (busy === undefined) return;
      this.#send(lane, busy, pace.full);
    }
  }

  #send(lane: Lane, slot: Slot, count: number): void {
    const calls: LocalInvocation[] = [];
    const text = new CallText();
    while (calls.length < count && text.length < MOST_TEXT) {
      const call = lane.queue.shift();
      if (call === undefined) break;
      if (text.add(call)) calls.push(call);
      else this.#refuse(call, notJson(call.payload, randomUUID()));
    }
    if (calls.length === 0) return;
    const environment = slot.environment(lane);
    slot.current = environment;
    environment.send(calls, text.end());
    this.#deadlines.expect(environment.nextDeadline(Date.now()));
  }

  #checkDeadlines(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { current } of this.#slots) {
      if (current !== undefined) next = Math.min(next, current.checkDeadlines(now));
    }
    this.#tellRoom();
    return next;
  }

  /** An idle slot and nothing to do for it, while another one has calls that it may be long in coming to. */
  #planRescue(): void {
    if (this.#rescueTimer !== undefined || !this.#canRescue()) return;
    this.#rescueTimer = setTimeout(() => {
      this.#rescueTimer = undefined;
      if (!this.#canRescue()) return;
      const sentBefore = performance.now() - RESCUE_MS;
      for (const { current } of this.#slots) {
        if (current === undefined) continue;
        this.#lanes.get(current.definition)?.queue.unshift(current.reclaim(sentBefore));
      }
      this.#dispatch();
    }, RESCUE_MS).unref();
  }

  #canRescue(): boolean {
    let idle = false;
    let held = false;
    for (const { current } of this.#slots) {
      if (current === undefined) idle = true;
      else if (current.pending > 1) held = true;
    }
    return idle && held;
  }
}
