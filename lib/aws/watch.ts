import type { SFNClient } from "@aws-sdk/client-sfn";
import { realClock } from "../adapters/clock/real.js";
import { systemRandom } from "../adapters/random.js";
import type { Clock, Random } from "../run/ports.js";
import { awsError, failureKind } from "./failure.js";
import { MapRunWatch } from "./map-runs.js";
import { PollSchedule } from "./poll-schedule.js";
import { abortable, loadSdk } from "./sdk.js";
import { type ExecutionSnapshot, hasEnded, snapshotOf } from "./snapshot.js";

export interface WatchOptions {
  /** Looks at map runs as well. Default true. */
  readonly mapRuns?: boolean | undefined;
  /** Epoch ms of a redrive: an end before it is that of an earlier attempt. Default: every end counts. */
  readonly since?: number | undefined;
  /** Ends the watch, not the execution, with an AbortError. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the wall clock. */
  readonly clock?: Clock | undefined;
  /** For the jitter of the pauses. */
  readonly random?: Random | undefined;
}

/** Pauses between two looks at the execution, in ms. */
const PAUSES = { first: 200, longest: 5000 };
/** An execution that was started may be unknown to DescribeExecution for a moment. */
const UNKNOWN_MS = 10_000;
/** A network, or a service, that is out of order for longer than this ends the watch. */
const PATIENCE_MS = 120_000;

/**
 * Watches an execution until it has ended: a snapshot after every look at it or at one of its map runs, the last one being
 * that of its end. Throws FANOUT_AWS when it cannot be looked at, or an AbortError; the execution goes on then.
 */
export async function* watchExecution(
  client: SFNClient,
  executionArn: string,
  options: WatchOptions = {},
): AsyncGenerator<ExecutionSnapshot, void, void> {
  const { clock = realClock(), random = systemRandom(), since = 0, signal } = options;
  const watch = new ExecutionWatch(client, executionArn, clock, signal);
  const schedule = new PollSchedule(PAUSES, random);
  const mapRuns = options.mapRuns === false ? undefined : new MapRunWatch(client, executionArn, random, clock.now());
  let due = 0;
  let last: ExecutionSnapshot | undefined;
  for (;;) {
    if (clock.now() >= due) {
      const answer = await watch.look();
      due = clock.now() + schedule.next(typeof answer === "string" ? answer : "answered");
      if (typeof answer !== "string" && !isStale(answer, since)) {
        if (hasEnded(answer)) await mapRuns?.finish(signal);
        last = { ...answer, mapRuns: mapRuns?.snapshots ?? [] };
        yield last;
        if (hasEnded(last)) return;
      }
    } else if (mapRuns !== undefined && clock.now() >= mapRuns.due) {
      await mapRuns.look(clock.now, signal);
      if (last !== undefined) yield { ...last, mapRuns: mapRuns.snapshots };
    } else {
      await sleepUntil(clock, Math.min(due, mapRuns?.due ?? due), signal);
    }
  }
}

/** What is seen may be older than the redrive that was just asked for. */
function isStale(answer: ExecutionSnapshot, since: number): boolean {
  return hasEnded(answer) && (answer.stopDate ?? since) < since;
}

/** Looks at one execution and is patient with what goes wrong. */
class ExecutionWatch {
  readonly #client: SFNClient;
  readonly #executionArn: string;
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  /** Since when nothing but failures came. */
  #troubleSince: number | undefined;
  #known = false;

  constructor(client: SFNClient, executionArn: string, clock: Clock, signal: AbortSignal | undefined) {
    this.#client = client;
    this.#executionArn = executionArn;
    this.#clock = clock;
    this.#signal = signal;
  }

  async look(): Promise<ExecutionSnapshot | "throttled" | "failed"> {
    const { DescribeExecutionCommand } = await loadSdk();
    const command = new DescribeExecutionCommand({ executionArn: this.#executionArn });
    try {
      const answer = await this.#client.send(command, abortable(this.#signal));
      this.#known = true;
      this.#troubleSince = undefined;
      return snapshotOf(answer, []);
    } catch (error) {
      return this.#judge(error);
    }
  }

  #judge(error: unknown): "throttled" | "failed" {
    const kind = failureKind(error);
    if (kind === "aborted") throw error;
    if (kind === "throttled") return "throttled";
    const now = this.#clock.now();
    this.#troubleSince ??= now;
    const lasted = now - this.#troubleSince;
    if (kind === "transient" && lasted < PATIENCE_MS) return "failed";
    const unknown = (error as Error).name === "ExecutionDoesNotExist" && !this.#known;
    if (unknown && lasted < UNKNOWN_MS) return "failed";
    throw awsError(error);
  }
}

/** Rejects with the signal's reason when it is aborted. */
function sleepUntil(clock: Clock, at: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = clock.schedule(at, () => {
      signal?.removeEventListener("abort", stop);
      resolve();
    });
    const stop = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", stop, { once: true });
  });
}
