import type { Counts } from "../../../run/map-run/counts.js";
import { invalid } from "../api-error.js";
import { type Context, seconds } from "../context.js";
import { type PageRequest, page } from "../page.js";

interface UpdateRequest {
  readonly mapRunArn: string;
  readonly maxConcurrency?: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
}

export function mapRunOperations({ engine, executions, mapRuns }: Context) {
  return {
    ListMapRuns({ executionArn, ...request }: { executionArn: string } & PageRequest) {
      executions.find(executionArn);
      const { items, ...next } = page(mapRuns.ofExecution(executionArn), ({ arn }) => arn, executionArn, request);
      return {
        mapRuns: items.map(({ arn, stateMachineArn, startDate, stopDate }) => ({
          executionArn,
          mapRunArn: arn,
          stateMachineArn,
          startDate: seconds(startDate),
          ...(stopDate === undefined ? {} : { stopDate: seconds(stopDate) }),
        })),
        ...next,
      };
    },

    DescribeMapRun({ mapRunArn }: { mapRunArn: string }) {
      const { record, live } = mapRuns.find(mapRunArn);
      return {
        mapRunArn,
        executionArn: record.executionArn,
        status: record.status,
        startDate: seconds(record.startDate),
        ...(record.stopDate === undefined ? {} : { stopDate: seconds(record.stopDate) }),
        maxConcurrency: record.maxConcurrency,
        toleratedFailurePercentage: record.toleratedFailurePercentage ?? 0,
        toleratedFailureCount: record.toleratedFailureCount ?? 0,
        itemCounts: shown(record.items, live?.waiting.items),
        executionCounts: shown(record.executions, live?.waiting.executions),
        redriveCount: record.redriveCount ?? 0,
        ...(record.redriveDate === undefined ? {} : { redriveDate: seconds(record.redriveDate) }),
      };
    },

    UpdateMapRun({ mapRunArn, ...changes }: UpdateRequest) {
      const { live } = mapRuns.find(mapRunArn);
      if (live?.status !== "RUNNING") {
        const message = `Map Run is not running and cannot be updated: '${mapRunArn}'`;
        throw invalid(message, "CANNOT_UPDATE_COMPLETED_MAP_RUN");
      }
      live.update(changes);
      engine.drain();
      return {};
    },
  };
}

/** Counts with those that wait to be started, and with those of redrive, which records of earlier versions lack. */
function shown(counts: Counts, waiting = 0): object {
  return {
    ...counts,
    pending: counts.pending + waiting,
    total: counts.total + waiting,
    failuresNotRedrivable: counts.failuresNotRedrivable ?? 0,
    pendingRedrive: counts.pendingRedrive ?? 0,
  };
}
