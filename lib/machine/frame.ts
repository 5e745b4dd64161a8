import type { Json, JsonObject, JsonText } from "../json.js";
import type { CompiledState, Program } from "./program.js";
import type { Variables } from "./scope.js";
import type { Thread } from "./thread.js";

/** What every frame of one execution shares. Plain data. */
export interface ExecutionInfo {
  readonly arn: string;
  readonly name: string;
  readonly input: JsonText;
  /** Epoch ms. */
  readonly startTime: number;
  readonly roleArn: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly type: "STANDARD" | "EXPRESS";
  /** Absent in EXPRESS executions that were not started by a map run. */
  readonly redriveCount: number | undefined;
  /** Epoch ms of the last redrive; undefined when there was none. */
  readonly redriveTime?: number | undefined;
  readonly region: string;
  /** Stands for the whole context object, where somebody makes one up to test a state. */
  readonly contextObject?: JsonObject | undefined;
}

/** The item an inline iteration works on: `$$.Map.Item`. */
export interface MapItem {
  readonly index: number;
  readonly value: Json;
  readonly key?: string | undefined;
  readonly source?: string | undefined;
}

/** What a state keeps between two signals. Each state kind has its own shape of it. */
export type Work = object | null;

/**
 * One thread of an execution: the execution itself, a branch of a Parallel, or an iteration of an inline Map.
 * A frame that waits is data and nothing else; a signal and a call of `step` make it go on.
 */
export class Frame {
  readonly execution: ExecutionInfo;
  readonly program: Program;
  /** The frame that waits for this one; null for the execution itself. */
  readonly parent: Frame | null;
  /** Position among the children of the parent. */
  readonly slot: number;
  /** The item of the nearest inline Map around. */
  readonly mapItem: MapItem | null;

  /** The variables of the scopes around; its own are in front of them in `variables`. */
  readonly outer: Variables | null;

  state: CompiledState;
  /** Raw input of the current state. */
  input: JsonText;
  variables: Variables | null;
  /** Id of the last event on this thread: the next event's previousEventId. */
  lastEventId: number;
  /** Id of the current state's StateEntered event, and of the event before it. */
  enteredEventId = 0;
  beforeEnteredEventId = 0;
  /** Epoch ms at which the current state was entered. */
  enteredAt = 0;
  /** Retries made so far in the current state, and by which retrier. */
  retryCount = 0;
  retriesByRetrier: number[] | null = null;
  /** True once a catcher has taken a failure of the current state: what fails from then on is not taken again. */
  caught = false;
  work: Work = null;
  /** Of the last task that had one. */
  taskToken: string | undefined;
  /** What the driver has set to wake the frame; it goes when the frame is abandoned. */
  timer: { cancel(): void } | null = null;
  /** Where the thread stood when its execution was interrupted, until all of that has been taken up again. */
  restored: Thread | null = null;
  /** False once its outcome is known or it was cancelled: signals that still arrive are dropped. */
  live = true;

  constructor(
    execution: ExecutionInfo,
    program: Program,
    input: JsonText,
    parent: Frame | null,
    slot: number,
    mapItem: MapItem | null,
    outer: Variables | null,
    lastEventId: number,
  ) {
    this.execution = execution;
    this.program = program;
    this.state = program.start;
    this.input = input;
    this.parent = parent;
    this.slot = slot;
    this.mapItem = mapItem;
    this.outer = outer;
    this.variables = outer;
    this.lastEventId = lastEventId;
  }
}

/** Work that has running frames under it. */
export interface ParentWork {
  readonly children: Set<Frame>;
}

/** Whether a frame waits for another one now: false once it has given it up. */
export function isChild(frame: Frame, child: Frame): boolean {
  return (frame.work as Partial<ParentWork> | null)?.children?.has(child) ?? false;
}

/** Ends a frame and all that runs under it: their timers go, and signals that still come are dropped. */
export function abandon(frame: Frame): void {
  frame.live = false;
  frame.timer?.cancel();
  frame.timer = null;
  const { children } = (frame.work ?? {}) as Partial<ParentWork>;
  if (children !== undefined) for (const child of children) abandon(child);
}
