import type { SFNClient } from "@aws-sdk/client-sfn";
import type { Random } from "../run/ports.js";
import { failureKind } from "./failure.js";
import { PollSchedule } from "./poll-schedule.js";
import { abortable, loadSdk } from "./sdk.js";

/** Where a map run stands. */
export interface MapRunSnapshot {
  readonly mapRunArn: string;
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED";
  /** Counts of items. */
  readonly items: {
    readonly total: number;
    readonly pending: number;
    readonly running: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly timedOut: number;
    readonly aborted: number;
  };
}

/** DescribeMapRun and ListMapRuns are refilled by one request a second, for all who ask in an account and Region. */
const PAUSES = { first: 1250, longest: 6000 };
/** Every so many requests, it is looked for map runs that have begun since. */
const LIST_EVERY = 5;
/** Map runs whose last counts are asked for at the end, in one go: the quota allows a burst. */
const LAST_LOOKS = 10;

/**
 * The map runs of one execution, looked at with one request at a time and some time between them. They are an addition:
 * what goes wrong with them is no failure.
 */
export class MapRunWatch {
  readonly #client: SFNClient;
  readonly #executionArn: string;
  readonly #schedule: PollSchedule;
  /** By ARN; undefined until it has been looked at. */
  readonly #runs = new Map<string, MapRunSnapshot | undefined>();
  #requests = 0;
  /** When to look next, in epoch ms; Infinity when it makes no sense any more. */
  due: number;

  constructor(client: SFNClient, executionArn: string, random: Random, now: number) {
    this.#client = client;
    this.#executionArn = executionArn;
    this.#schedule = new PollSchedule(PAUSES, random);
    // Whoever ends within the first second needs no progress.
    this.due = now + this.#schedule.next("answered");
  }

  get snapshots(): readonly MapRunSnapshot[] {
    return [...this.#runs.values()].filter((run) => run !== undefined);
  }

  /** Makes one request. Rejects only when it was aborted. */
  async look(now: () => number, signal: AbortSignal | undefined): Promise<void> {
    try {
      const next = this.#open().at(this.#requests % Math.max(1, this.#open().length));
      if (next === undefined || this.#requests % LIST_EVERY === 0) await this.#list(signal);
      else await this.#describe(next, signal);
      this.#requests += 1;
      this.due = now() + this.#schedule.next("answered");
    } catch (error) {
      const kind = failureKind(error);
      if (kind === "aborted") throw error;
      // No right to see map runs, or an endpoint that knows none.
      this.due = kind === "final" ? Number.POSITIVE_INFINITY : now() + this.#schedule.next("throttled");
    }
  }

  /** The last counts, when the execution has ended. */
  async finish(signal: AbortSignal | undefined): Promise<void> {
    if (this.due === Number.POSITIVE_INFINITY) return;
    try {
      await this.#list(signal);
      for (const arn of this.#open().slice(0, LAST_LOOKS)) await this.#describe(arn, signal);
    } catch (error) {
      if (failureKind(error) === "aborted") throw error;
    }
  }

  /** ARNs of those that have not been seen to end. */
  #open(): string[] {
    return [...this.#runs].flatMap(([arn, run]) => (run === undefined || run.status === "RUNNING" ? [arn] : []));
  }

  async #list(signal: AbortSignal | undefined): Promise<void> {
    const { ListMapRunsCommand } = await loadSdk();
    const command = new ListMapRunsCommand({ executionArn: this.#executionArn, maxResults: 1000 });
    const { mapRuns = [] } = await this.#client.send(command, abortable(signal));
    const began = (run: { startDate?: Date | undefined }) => run.startDate?.getTime() ?? 0;
    for (const { mapRunArn } of [...mapRuns].sort((a, b) => began(a) - began(b))) {
      if (mapRunArn !== undefined && !this.#runs.has(mapRunArn)) this.#runs.set(mapRunArn, undefined);
    }
  }

  async #describe(mapRunArn: string, signal: AbortSignal | undefined): Promise<void> {
    const { DescribeMapRunCommand } = await loadSdk();
    const { status, itemCounts } = await this.#client.send(new DescribeMapRunCommand({ mapRunArn }), abortable(signal));
    this.#runs.set(mapRunArn, {
      mapRunArn,
      status: status ?? "RUNNING",
      items: {
        total: itemCounts?.total ?? 0,
        pending: itemCounts?.pending ?? 0,
        running: itemCounts?.running ?? 0,
        succeeded: itemCounts?.succeeded ?? 0,
        failed: itemCounts?.failed ?? 0,
        timedOut: itemCounts?.timedOut ?? 0,
        aborted: itemCounts?.aborted ?? 0,
      },
    });
  }
}
