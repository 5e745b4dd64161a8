import { UNREDRIVABLE_EVENTS } from "../../run/restore.js";
import { ApiError } from "./api-error.js";
import { seconds } from "./context.js";
import type { ApiExecution } from "./execution.js";
import type { Histories } from "./histories.js";

const DAY_MS = 86_400_000;
/** An execution can be redriven so long after its end, while it is no older than that, and so often. */
const PERIOD_MS = 14 * DAY_MS;
const OPEN_MS = 365 * DAY_MS;
const MOST_REDRIVES = 1000;

/** Requests that are remembered for an execution, and how long. */
const TOKENS = 10;
const TOKEN_MS = 15 * 60_000;

interface Answered {
  readonly token: string;
  /** Epoch ms. */
  readonly redriveDate: number;
}

/** Which executions can be redriven, and which requests to do so have been answered. */
export class Redrives {
  readonly #histories: Histories;
  readonly #now: () => number;
  /** By ARN of the execution, oldest first. */
  readonly #answered = new Map<string, Answered[]>();

  constructor(histories: Histories, now: () => number) {
    this.#histories = histories;
    this.#now = now;
  }

  /** The date that the same request was answered with; undefined when it is a new one. */
  answered(arn: string, token: string | undefined): number | undefined {
    const known = this.#answered.get(arn)?.find((answer) => answer.token === token);
    return known === undefined || this.#now() - known.redriveDate >= TOKEN_MS ? undefined : known.redriveDate;
  }

  remember(arn: string, token: string, redriveDate: number): void {
    const others = (this.#answered.get(arn) ?? []).filter((answer) => answer.token !== token);
    this.#answered.set(arn, [...others, { token, redriveDate }].slice(-TOKENS));
  }

  /** Why an execution cannot be redriven; undefined when it can. */
  refusal(execution: ApiExecution): string | undefined {
    const { end, status } = execution;
    if (end === undefined || status === "PENDING_REDRIVE" || status === "SUCCEEDED") {
      return `Execution is ${status} and cannot be redriven`;
    }
    return this.refusalOnceEnded(execution);
  }

  /** The same for one that has ended without success, also while its map run is redriven. */
  refusalOnceEnded({ identity, end, redrives }: ApiExecution): string | undefined {
    const now = this.#now();
    if (now - (end?.stopDate ?? now) > PERIOD_MS) return "Execution has exceeded the redrivable period of 14 days";
    if (now - identity.startDate > OPEN_MS) return "Execution has exceeded the maximum open time of one year";
    if ((redrives?.count ?? 0) >= MOST_REDRIVES) return "Execution has exceeded the maximum number of redrives";
    if (this.#histories.history(identity.arn).length < UNREDRIVABLE_EVENTS) return undefined;
    return "Execution has exceeded the maximum history event limit";
  }

  /** What DescribeExecution tells of it. */
  describe(execution: ApiExecution): object {
    const { identity, end, redrives } = execution;
    if (identity.type === "EXPRESS") return {};
    const child = identity.child !== undefined;
    const reason = this.refusal(execution);
    return {
      ...(child && end === undefined ? {} : { redriveCount: redrives?.count ?? 0 }),
      ...(redrives?.date === undefined ? {} : { redriveDate: seconds(redrives.date) }),
      ...(reason === undefined
        ? { redriveStatus: child ? "REDRIVABLE_BY_MAP_RUN" : "REDRIVABLE" }
        : { redriveStatus: "NOT_REDRIVABLE", redriveStatusReason: reason }),
    };
  }
}

export const notRedrivable = (arn: string, reason: string) =>
  new ApiError("ExecutionNotRedrivable", `Execution ${arn} invalid for redrive as: ${reason}`);
