import {
  abandon,
  type Effect,
  ENTER,
  type EvaluationRequest,
  type Frame,
  type Machine,
  type Signal,
  StateFailure,
  step,
} from "../machine/index.js";
import type { Activities } from "./activities.js";
import type { TaskTokens } from "./callbacks.js";
import type { EngineOptions, Ports } from "./engine-options.js";
import {
  type Execution,
  ExecutionCondemned,
  type ExecutionOutcome,
  type ExecutionRequest,
  HistoryLimitExceeded,
} from "./execution.js";
import { MapRun } from "./map-run/map-run.js";
import { ReadyQueue } from "./ready.js";
import type { Restored } from "./restore.js";
import { RootExecutions, type Started } from "./root-executions.js";
import { Tasks } from "./tasks.js";

/** Steps in a row before other work of the process gets a turn. */
const STEPS_A_TURN = 50_000;

/** So many steps in one go may share one reading of the clock. */
const NOW_USES = 64;

const WOKE: Signal = { kind: "woke" };

/**
 * Drives machines through the ports. One loop serves all executions: it steps frames that are ready, carries out the
 * effects they ask for, and turns the ports' answers into signals. Nothing of it waits; all that waits is data.
 */
export class Engine {
  readonly ports: Ports;
  readonly options: EngineOptions;
  readonly #tasks: Tasks;
  readonly #ready = new ReadyQueue();
  readonly #executions: RootExecutions;
  readonly #mapRuns = new Set<MapRun>();
  /** Asynchronous work that has been asked for and not answered: while there is any, virtual time stands still. */
  #pending = 0;
  #draining = false;
  #turnScheduled = false;
  #closed = false;
  #now = 0;
  #nowUses = NOW_USES;

  constructor(ports: Ports, options: EngineOptions = {}) {
    this.ports = ports;
    this.options = options;
    this.#tasks = new Tasks(ports, {
      signal: (frame, signal) => this.signal(frame, signal),
      answer: (frame, signal) => this.#answer(frame, signal),
      hold: () => this.#hold(),
    });
    this.#executions = new RootExecutions(ports, {
      timeOut: (execution) => {
        this.end(execution, { status: "TIMED_OUT" });
        this.drain();
      },
      hold: () => this.#hold(),
    });
    ports.invoker.onRoom = () => this.drain();
  }

  /** Starts an execution. The promise never rejects: failures are outcomes. */
  start(machine: Machine, request: ExecutionRequest): Started {
    return this.#enter(this.#executions.open(machine, request));
  }

  /**
   * Goes on with a STANDARD execution from its history: one that was interrupted, or one that is redriven, whose request
   * says the count of this redrive. The same promise as of `start`.
   */
  goOn(machine: Machine, request: ExecutionRequest, restored: Restored): Started {
    return this.#enter(this.#executions.open(machine, request, restored));
  }

  #enter(started: Started): Started {
    this.signal(started.execution.root, ENTER);
    return started;
  }

  /** Ends an execution from outside. No effect when it has ended. */
  stop(execution: Execution, error?: string, cause?: string): void {
    this.end(execution, { status: "ABORTED", error, cause });
    this.drain();
  }

  /** Map runs stop starting children; what runs is finished and what is there is written. */
  drainAndStop(): void {
    for (const mapRun of this.#mapRuns) mapRun.stopStarting();
    this.drain();
  }

  get mapRuns(): Iterable<MapRun> {
    return this.#mapRuns;
  }

  /** Drops all that is under way: nothing of it ends, and no timer of it keeps the process alive. */
  close(): void {
    this.#closed = true;
    this.#tasks.close();
    this.#ready.clear();
    this.#executions.drop();
    for (const mapRun of this.#mapRuns) mapRun.drop();
  }

  /**
   * True while somebody outside may be at work against the time limit of a task, or waits for a task of an activity:
   * whoever skips time leaves them some.
   */
  get awaitsOthers(): boolean {
    return this.tokens.hurried || this.activities.polled;
  }

  /** Tasks that wait to be answered by their tokens. */
  get tokens(): TaskTokens {
    return this.#tasks.tokens;
  }

  get activities(): Activities {
    return this.#tasks.activities;
  }

  /** Makes the id of a call, a UUID. */
  get newRequestId(): () => string {
    return this.#tasks.newRequestId;
  }

  /** Queues a signal for a frame; it is stepped in its turn. */
  signal(frame: Frame, signal: Signal): void {
    if (!frame.live || this.#closed) return;
    this.#ready.push(frame, signal);
    this.wake();
  }

  /** A port's answer is stepped at once, which spares the queue, unless it came while the loop is at work. */
  #answer(frame: Frame, signal: Signal): void {
    if (this.#draining || !this.#ready.empty) {
      this.signal(frame, signal);
      return;
    }
    this.advance(frame, signal);
    this.wake();
  }

  /** The time, read anew at the start of each turn of the loop and now and then in a long one. */
  now(): number {
    if (this.#nowUses++ >= NOW_USES || !(this.#draining || this.#turnScheduled)) {
      this.#now = this.ports.clock.now();
      this.#nowUses = 0;
    }
    return this.#now;
  }

  /** Counts a piece of asynchronous work, so that virtual time waits for it. Call the result once, when it is done. */
  busy(): () => void {
    this.#pending += 1;
    return () => {
      this.#pending -= 1;
      this.drain();
    };
  }

  /** Lets no virtual time pass until those who were just told of something, through a promise, have had their turn. */
  #hold(): void {
    setImmediate(this.busy());
  }

  /** Something may have changed. Answers arrive many at a time: the loop runs once for all that came in one go. */
  wake(): void {
    if (this.#draining || this.#turnScheduled) return;
    this.#turnScheduled = true;
    queueMicrotask(() => {
      this.#turnScheduled = false;
      this.drain();
    });
  }

  /** Steps all that is ready, lets map runs start what they may, and lets virtual time pass when all is still. */
  drain(): void {
    if (this.#draining || this.#closed) return;
    this.#draining = true;
    this.#nowUses = NOW_USES;
    try {
      let steps = 0;
      for (;;) {
        steps += this.#ready.drain(STEPS_A_TURN - steps, (frame, signal) => this.advance(frame, signal));
        if (steps >= STEPS_A_TURN) {
          setImmediate(() => this.drain());
          return;
        }
        for (const mapRun of this.#mapRuns) mapRun.pump();
        if (!this.#ready.empty) continue;
        if (this.#pending > 0 || this.#tasks.inFlight) return;
        // What the clock wakes, and what comes after, sees the time anew.
        this.#nowUses = NOW_USES;
        if (!this.ports.clock.idle()) return;
        this.#nowUses = NOW_USES;
      }
    } finally {
      this.#draining = false;
    }
  }

  /** Steps one frame and carries out what it asks for. */
  advance(frame: Frame, signal: Signal): void {
    if (!frame.live) return;
    const execution = frame.execution as Execution;
    execution.now = this.now();
    try {
      this.#perform(frame, execution, step(frame, signal, execution));
    } catch (error) {
      this.#broken(execution, error);
    }
  }

  #perform(frame: Frame, execution: Execution, effect: Effect): void {
    switch (effect.kind) {
      case "wait":
        return;
      case "next":
        execution.moved();
        this.signal(frame, ENTER);
        return;
      case "task":
        this.#tasks.perform(effect);
        return;
      case "sleep":
        frame.timer = this.ports.clock.schedule(effect.until, () => {
          frame.timer = null;
          this.signal(frame, WOKE);
        });
        return;
      case "spawn":
        for (const child of effect.frames) this.signal(child, ENTER);
        return;
      case "evaluate":
        void this.#evaluate(frame, effect.requests);
        return;
      case "mapRun":
        this.#mapRuns.add(new MapRun(this, frame, execution, effect.request, (run) => this.#mapRuns.delete(run)));
        return;
      case "succeed":
        if (frame.parent === null) this.end(execution, { status: "SUCCEEDED", output: effect.output });
        else this.signal(frame.parent, { kind: "childSucceeded", child: frame, output: effect.output });
        return;
      case "fail":
        this.#failed(frame, execution, effect.failure);
        return;
    }
  }

  #failed(frame: Frame, execution: Execution, failure: StateFailure): void {
    if (frame.parent === null) {
      this.end(execution, { status: "FAILED", error: failure.error || undefined, cause: failure.reason });
    } else {
      this.signal(frame.parent, { kind: "childFailed", child: frame, failure });
    }
  }

  async #evaluate(frame: Frame, requests: readonly EvaluationRequest[]): Promise<void> {
    const done = this.busy();
    try {
      const values = [];
      for (const { template, bindings } of requests) values.push(await template.evaluate(bindings));
      this.signal(frame, { kind: "evaluated", values });
    } catch (error) {
      if (error instanceof StateFailure) this.signal(frame, { kind: "evaluationFailed", failure: error });
      else if (frame.live) this.#broken(frame.execution as Execution, error);
    } finally {
      done();
    }
  }

  /** An execution that cannot go on: its history is full, its data is not what it seemed, or there is a mistake here. */
  #broken(execution: Execution, error: unknown): void {
    if (execution.outcome !== undefined) throw error;
    this.end(execution, { status: "FAILED", error: "States.Runtime", cause: causeOf(error) });
  }

  /** Ends an execution once; later ends are dropped. */
  end(execution: Execution, outcome: ExecutionOutcome): void {
    if (execution.outcome !== undefined) return;
    execution.now = execution.stopTime = this.now();
    execution.outcome = outcome;
    if (execution.keepsHistory) {
      if (outcome.status === "ABORTED") for (const mapRun of this.#mapRuns) mapRun.recordAborted(execution);
      execution.recordEnded(outcome);
    }
    // Map runs whose frames are abandoned here abort when they are pumped next.
    abandon(execution.root);
    execution.ended();
  }
}

function causeOf(error: unknown): string {
  if (error instanceof HistoryLimitExceeded)
    return "The execution reached the maximum number of history events (25000).";
  if (error instanceof SyntaxError || error instanceof ExecutionCondemned) return error.message;
  // Nothing else is expected: the stack is what helps to mend it.
  return `Internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
