import { type Program, Recall, type Thread } from "../machine/index.js";
import type { HistoryEvent } from "./ports.js";
import { Replay, recordedEvent } from "./replay.js";

/**
 * How an execution goes on.
 *
 * `resume`: it never ended, its process did. An attempt of a state that was under way begins again; what is recorded of it
 * is not recorded twice. A result that is recorded is not asked for again, and what slept sleeps until its time.
 * `redrive`: it ended without success. Threads that had not ended well begin again with the state they were in, their
 * retries counted anew.
 */
export type RestoreMode = "resume" | "redrive";

/** Events from which on an execution cannot be redriven: its history must have room for the redrive and for an end. */
export const UNREDRIVABLE_EVENTS = 24_999;

/** A STANDARD execution as its history leaves it: what `Engine.goOn` and a map run make it of again. */
export interface Restored {
  readonly mode: RestoreMode;
  readonly thread: Thread;
  readonly recall: Recall;
  /** Events so far. */
  readonly events: number;
  /** States entered so far. */
  readonly moves: number;
  /** Epoch ms; undefined when there are no events. */
  readonly startTime: number | undefined;
  /** Redrives so far, and epoch ms of the last one. */
  readonly redriveCount: number;
  readonly redriveTime: number | undefined;
  /** Type of the event that closed it, such as `ExecutionFailed`; undefined when it has not ended. */
  readonly closedBy: string | undefined;
}

/**
 * Rebuilds an execution from its events, which are all there are, in order. `program` is what it ran. Events of an
 * execution that succeeded give one that has nothing left to do: ask `closedBy` first.
 */
export function restore(program: Program, events: Iterable<HistoryEvent>, mode: RestoreMode): Restored {
  const history = [...events];
  const replay = new Replay(program);
  for (const event of history) replay.apply(event);
  if (mode === "redrive") replay.rewind();
  const { root, redriveCount, redriveTime, closedBy, moves } = replay;
  const wanted = mode === "redrive" ? wantedByRedrive(root) : wantedByResume(root);
  return {
    mode,
    thread: root,
    recall: new Recall(history.filter(wanted).map(recordedEvent)),
    events: history.length,
    moves,
    startTime: history[0]?.timestamp,
    redriveCount,
    redriveTime,
    closedBy,
  };
}

/** All that attempts under way have recorded. */
function wantedByResume(root: Thread): (event: HistoryEvent) => boolean {
  let first = root.lastEventId;
  for (const { visit, lastEventId } of live(root)) first = Math.min(first, visit?.attemptFrom ?? lastEventId);
  return ({ type, previousEventId }) => previousEventId >= first && type !== "EvaluationFailed";
}

/** That states with threads of their own have begun, and that states have been left. */
function wantedByRedrive(root: Thread): (event: HistoryEvent) => boolean {
  const ids = new Set<number>();
  for (const { visit, lastEventId } of live(root)) {
    if (visit === null) continue;
    ids.add(visit.startedEventId);
    if (visit.exitOutput !== undefined) ids.add(lastEventId);
  }
  return ({ id }) => ids.has(id);
}

/** A thread and all under it that have not ended well. */
function* live(thread: Thread): Generator<Thread> {
  if (thread.output !== undefined) return;
  yield thread;
  for (const child of thread.visit?.children.values() ?? []) yield* live(child);
}
