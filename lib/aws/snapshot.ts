import { JsonText } from "../json.js";
import type { MapRunSnapshot } from "./map-runs.js";

export type DeployedStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED" | "PENDING_REDRIVE";

/** Where an execution stands. Times in epoch ms. */
export interface ExecutionSnapshot {
  readonly executionArn: string;
  readonly status: DeployedStatus;
  readonly startDate: number;
  /** Set when it has ended. */
  readonly stopDate?: number | undefined;
  /** Of an execution that succeeded. */
  readonly output?: JsonText | undefined;
  /** Error name and cause of one that did not. */
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  /** In the order in which they began; counts may be some seconds old. */
  readonly mapRuns: readonly MapRunSnapshot[];
}

/** What DescribeExecution and StartSyncExecution both answer. */
interface ExecutionAnswer {
  readonly executionArn?: string | undefined;
  readonly status?: string | undefined;
  readonly startDate?: Date | undefined;
  readonly stopDate?: Date | undefined;
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** PENDING_REDRIVE goes on by itself. */
export function hasEnded({ status }: Pick<ExecutionSnapshot, "status">): boolean {
  return status !== "RUNNING" && status !== "PENDING_REDRIVE";
}

export function snapshotOf(answer: ExecutionAnswer, mapRuns: readonly MapRunSnapshot[]): ExecutionSnapshot {
  const { executionArn = "", status, startDate, stopDate, output, error, cause } = answer;
  return {
    executionArn,
    status: status as DeployedStatus,
    startDate: startDate?.getTime() ?? 0,
    stopDate: stopDate?.getTime(),
    output: output === undefined ? undefined : new JsonText(output),
    error,
    cause,
    mapRuns,
  };
}
