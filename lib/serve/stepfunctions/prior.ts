import { childArn } from "../../run/map-run/family.js";
import type { PriorChild, PriorRun } from "../../run/map-run/prior.js";
import { parseArn } from "./arns.js";
import type { ApiExecution } from "./execution.js";
import type { Executions } from "./executions.js";
import type { Histories } from "./histories.js";
import type { MapRuns } from "./map-runs.js";
import type { Redrives } from "./redrives.js";

interface Sources {
  readonly executions: Executions;
  readonly histories: Histories;
  readonly mapRuns: MapRuns;
  readonly redrives: Redrives;
}

/** What earlier attempts left of a map run that is redriven. */
export function priorOf(mapRunArn: string, sources: Sources): PriorRun | undefined {
  const { executions, mapRuns } = sources;
  const record = mapRuns.recordOf(mapRunArn);
  if (record === undefined) return undefined;
  const failed = executions.ofMapRun(mapRunArn).filter(({ end }) => end?.status !== "SUCCEEDED");
  const items = failed.reduce((sum, { identity }) => sum + (identity.child?.itemCount ?? 1), 0);
  return {
    startDate: record.startDate,
    redriveCount: (record.redriveCount ?? 0) + 1,
    pendingRedrive: { items, executions: failed.length },
    children: {
      load: async () => {},
      take(index) {
        const child = find(mapRunArn, index, executions);
        return child && left(child, sources);
      },
    },
  };
}

function find(mapRunArn: string, index: number, executions: Executions): ApiExecution | undefined {
  const { name: stateMachineName, label = "", rest } = parseArn(mapRunArn, "mapRun");
  const [, , , region = "", account = ""] = mapRunArn.split(":");
  const [mapRunId = ""] = rest;
  for (const executionType of ["STANDARD", "EXPRESS"] as const) {
    const arn = childArn({ region, account, stateMachineName, label, mapRunId, executionType }, index);
    const found = executions.ended(mapRunArn, arn);
    if (found !== undefined) return found;
  }
  return undefined;
}

function left(execution: ApiExecution, { histories, redrives }: Sources): PriorChild | undefined {
  const { identity, end, redrives: before } = execution;
  if (end === undefined) return undefined;
  const redriveCount = before?.count ?? 0;
  const child = { ...end, startDate: identity.startDate, redriveCount, redriveDate: before?.date };
  // Nothing that happens to its map run brings back one whose own time, or history, is used up.
  if (end.status === "SUCCEEDED" || redrives.refusalOnceEnded(execution) !== undefined) return { kind: "ended", child };
  const events = identity.type === "EXPRESS" ? [] : histories.history(identity.arn);
  return { kind: "unfinished", events, child, redriveCount: redriveCount + 1 };
}
