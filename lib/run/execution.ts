import type { JsonText } from "../json.js";
import { type ExecutionInfo, Frame, type Machine, type Program, type Recall, type StepIo } from "../machine/index.js";
import type { Journal, Random, Timer } from "./ports.js";
import type { Restored } from "./restore.js";
import { makeTaskToken } from "./task-token.js";

/** How an execution ended. */
export type ExecutionOutcome =
  | { readonly status: "SUCCEEDED"; readonly output: JsonText }
  | {
      readonly status: "FAILED" | "TIMED_OUT" | "ABORTED";
      readonly error?: string | undefined;
      readonly cause?: string | undefined;
    };

/** Most events the history of a STANDARD execution may have (Service Quotas L-CE44C76B); the last is the failure. */
const HISTORY_LIMIT = 25_000;

/** Thrown by `record` when an execution has used up its history. */
export class HistoryLimitExceeded extends Error {}

/** Thrown when an execution that is condemned goes on. The message is the cause. */
export class ExecutionCondemned extends Error {}

/** What an execution is started with. */
export interface ExecutionRequest {
  readonly arn: string;
  readonly name: string;
  readonly input: JsonText;
  readonly roleArn: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly type: "STANDARD" | "EXPRESS";
  readonly region: string;
  readonly redriveCount?: number | undefined;
  /** @default true */
  readonly keepsHistory?: boolean | undefined;
}

/** One execution that runs: its identity, its history, and its root frame. */
export abstract class Execution implements ExecutionInfo, StepIo {
  abstract readonly arn: string;
  abstract readonly name: string;
  abstract readonly roleArn: string;
  abstract readonly stateMachineArn: string;
  abstract readonly stateMachineName: string;
  abstract readonly redriveCount: number | undefined;
  readonly input: JsonText;
  readonly type: "STANDARD" | "EXPRESS";
  readonly region: string;
  readonly startTime: number;
  stopTime = 0;
  outcome: ExecutionOutcome | undefined;
  /** Set from outside: the execution fails with States.Runtime and this cause when it next goes to another state. */
  condemned: string | undefined;
  journalled: object | undefined;
  /** Set while it does again what has been recorded: its events are counted and go nowhere. */
  muted = false;
  readonly root: Frame;
  readonly recall: Recall | null;
  /** What it goes on from; undefined for one that was started here. */
  readonly restored: Restored | undefined;
  /** Epoch ms; the engine sets it before each step. */
  now: number;
  readonly #random: Random;
  readonly #journal: Journal | null;
  #events = 0;
  #moves = 0;

  /**
   * @param journal null: no history is kept.
   * @param restored What it goes on from.
   */
  constructor(
    program: Program,
    input: JsonText,
    kind: { type: "STANDARD" | "EXPRESS"; region: string },
    now: number,
    random: Random,
    journal: Journal | null,
    restored?: Restored,
  ) {
    this.input = input;
    this.type = kind.type;
    this.region = kind.region;
    this.startTime = restored?.startTime ?? now;
    this.now = now;
    this.#random = random;
    this.#journal = journal;
    this.root = new Frame(this, program, input, null, 0, null, null, 0);
    this.recall = restored?.recall ?? null;
    this.restored = restored?.mode === "redrive" ? { ...restored, redriveTime: now } : restored;
    if (restored === undefined) return;
    this.#events = restored.events;
    this.#moves = restored.moves;
    this.root.restored = restored.thread;
  }

  get redriveTime(): number | undefined {
    return this.restored?.redriveTime;
  }

  /**
   * Called for each step from a state to the next. Each means two events at least, so that an execution which keeps no
   * history, and turns in a circle, ends as well. Throws HistoryLimitExceeded and ExecutionCondemned.
   */
  moved(): void {
    if (this.condemned !== undefined) throw new ExecutionCondemned(this.condemned);
    this.#moves += 1;
    if (this.type === "STANDARD" && this.#moves * 2 > HISTORY_LIMIT) throw new HistoryLimitExceeded();
  }

  /** Called once, with `outcome` set. */
  abstract ended(): void;

  get keepsHistory(): boolean {
    return this.#journal !== null;
  }

  record(type: string, previousEventId: number, details?: readonly [string, object]): number {
    const before = this.recall?.take(type, previousEventId, details?.[1]);
    if (before !== undefined) return before.id;
    if (this.type === "STANDARD" && this.#events >= HISTORY_LIMIT - 1) throw new HistoryLimitExceeded();
    return this.#append(type, previousEventId, details);
  }

  /** Whether so many events more can be recorded. */
  hasRoomFor(events: number): boolean {
    return this.type !== "STANDARD" || this.#events + events < HISTORY_LIMIT;
  }

  random(): number {
    return this.#random.next();
  }

  uuid(): string {
    return this.#random.uuid();
  }

  newTaskToken(activityArn: string | undefined): string {
    return makeTaskToken(this.#random.uuid(), activityArn ?? this.arn);
  }

  recordStarted(): void {
    this.record("ExecutionStarted", 0, [
      "executionStartedEventDetails",
      { input: this.input.text, inputDetails: { truncated: false }, roleArn: this.roleArn },
    ]);
  }

  /** It follows the event that closed the execution. */
  recordRedriven(redriveCount: number): void {
    this.record("ExecutionRedriven", this.#events, ["executionRedrivenEventDetails", { redriveCount }]);
  }

  /** The closing event, the one for which there is always room. */
  recordEnded(outcome: ExecutionOutcome): void {
    const { lastEventId } = this.root;
    if (outcome.status === "SUCCEEDED") {
      const details = { output: outcome.output.text, outputDetails: { truncated: false } };
      this.#append("ExecutionSucceeded", lastEventId, ["executionSucceededEventDetails", details]);
      return;
    }
    // The history names the error that the description of an execution whose time is up does not have.
    const { error = outcome.status === "TIMED_OUT" ? "States.Timeout" : undefined, cause } = outcome;
    const details = { ...(error ? { error } : {}), ...(cause === undefined ? {} : { cause }) };
    const type = { FAILED: "Failed", TIMED_OUT: "TimedOut", ABORTED: "Aborted" }[outcome.status];
    // What ends an execution from outside follows no event of its own.
    this.#append(`Execution${type}`, type === "Failed" ? lastEventId : 0, [`execution${type}EventDetails`, details]);
  }

  #append(type: string, previousEventId: number, details?: readonly [string, object]): number {
    const id = ++this.#events;
    if (!this.muted) this.#journal?.record(this, { id, previousEventId, timestamp: this.now, type, details });
    return id;
  }
}

/** An execution that somebody started, as against the child of a map run. */
export class RootExecution extends Execution {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly redriveCount: number | undefined;
  /** Goes off when its time is up. */
  limit: Timer | null = null;
  readonly #onEnd: (outcome: ExecutionOutcome) => void;
  readonly #watchers: (() => void)[] = [];

  constructor(
    machine: Machine,
    request: ExecutionRequest,
    now: number,
    random: Random,
    journal: Journal | null,
    onEnd: (outcome: ExecutionOutcome) => void,
    restored?: Restored,
  ) {
    const kept = request.keepsHistory === false ? null : journal;
    super(machine.program, request.input, request, now, random, kept, restored);
    this.arn = request.arn;
    this.name = request.name;
    this.roleArn = request.roleArn;
    this.stateMachineArn = request.stateMachineArn;
    this.stateMachineName = request.stateMachineName;
    this.redriveCount = request.redriveCount;
    this.#onEnd = onEnd;
  }

  /** Calls `then` when it has ended; at once when it has already. */
  whenEnded(then: () => void): void {
    if (this.outcome === undefined) this.#watchers.push(then);
    else then();
  }

  ended(): void {
    this.#onEnd(this.outcome as ExecutionOutcome);
    for (const watcher of this.#watchers) watcher();
  }
}
