import { invalid, typeNotSupported } from "../api-error.js";
import { parseArn } from "../arns.js";
import { type Context, seconds } from "../context.js";
import type { ApiExecution } from "../execution.js";
import type { StartRequest } from "../executions.js";
import { findTarget } from "../find.js";
import { type PageRequest, page } from "../page.js";
import { describeRevision } from "./state-machines.js";

interface ListRequest extends PageRequest {
  readonly stateMachineArn?: string;
  readonly mapRunArn?: string;
  readonly statusFilter?: string;
  readonly redriveFilter?: "REDRIVEN" | "NOT_REDRIVEN";
}

interface DescribeRequest {
  readonly executionArn: string;
  readonly includedData?: "ALL_DATA" | "METADATA_ONLY";
}

/** EXPRESS executions are charged by steps of 100 ms and, here always, the smallest step of memory. */
const BILLED_STEP_MS = 100;
const BILLED_MEMORY_MB = 64;

export function executionOperations(context: Context) {
  const { engine, executions, mapRuns, mocks, redrives } = context;
  return {
    StartExecution({ stateMachineArn, ...request }: StartRequest & { stateMachineArn: string }) {
      const chosen = mocks.choose(stateMachineArn);
      const { execution, live } = executions.start(findTarget(context, chosen.arn), request);
      mocks.use(chosen.testCase, live, execution);
      const { arn, startDate } = execution.identity;
      return { executionArn: arn, startDate: seconds(startDate) };
    },

    async StartSyncExecution(
      request: StartRequest & { stateMachineArn: string; includedData?: DescribeRequest["includedData"] },
    ) {
      const chosen = mocks.choose(request.stateMachineArn);
      const target = findTarget(context, chosen.arn);
      if (target.machine.type !== "EXPRESS") throw typeNotSupported();
      const { execution, live, ended } = executions.start(target, request);
      mocks.use(chosen.testCase, live);
      await ended;
      const { arn, name, stateMachineArn, startDate, traceHeader } = execution.identity;
      const stopDate = execution.end?.stopDate ?? startDate;
      const steps = Math.max(1, Math.ceil((stopDate - startDate) / BILLED_STEP_MS));
      return {
        executionArn: arn,
        stateMachineArn,
        name,
        startDate: seconds(startDate),
        stopDate: seconds(stopDate),
        // An execution that was stopped can only be one of a server that ends.
        status: execution.status === "ABORTED" ? "FAILED" : execution.status,
        ...dataOf(execution, request.includedData),
        ...(traceHeader === undefined ? {} : { traceHeader }),
        billingDetails: {
          billedMemoryUsedInMB: BILLED_MEMORY_MB,
          billedDurationInMilliseconds: steps * BILLED_STEP_MS,
        },
      };
    },

    StopExecution({ executionArn, error, cause }: { executionArn: string; error?: string; cause?: string }) {
      const execution = executions.find(executionArn);
      if (execution.running !== undefined) engine.stop(execution.running, error, cause);
      return { stopDate: seconds(execution.end?.stopDate ?? engine.ports.clock.now()) };
    },

    DescribeExecution({ executionArn, includedData }: DescribeRequest) {
      const execution = executions.find(executionArn);
      const { identity, end, status } = execution;
      return {
        executionArn,
        stateMachineArn: identity.stateMachineArn,
        name: identity.name,
        status,
        startDate: seconds(identity.startDate),
        ...(end === undefined ? {} : { stopDate: seconds(end.stopDate) }),
        ...dataOf(execution, includedData),
        ...present({
          traceHeader: identity.traceHeader,
          mapRunArn: identity.child?.mapRunArn,
          stateMachineVersionArn: identity.versionArn,
          stateMachineAliasArn: identity.aliasArn,
        }),
        ...redrives.describe(execution),
      };
    },

    ListExecutions(request: ListRequest) {
      const { stateMachineArn, mapRunArn, statusFilter, redriveFilter } = request;
      if ((stateMachineArn === undefined) === (mapRunArn === undefined)) {
        throw invalid("Must provide one of either stateMachineArn or mapRunArn.");
      }
      if (stateMachineArn !== undefined && redriveFilter !== undefined) {
        throw invalid("RedriveFilter cannot be applied to ListExecutions call with StateMachine ARN");
      }
      const all = mapRunArn === undefined ? ofStateMachine(stateMachineArn ?? "") : ofMapRun(mapRunArn);
      const chosen = all.filter(
        ({ status, redrives: redriven }) =>
          (statusFilter === undefined || status === statusFilter) &&
          (redriveFilter === undefined || (redriveFilter === "REDRIVEN") === (redriven !== undefined)),
      );
      const { items, ...next } = page(
        chosen,
        ({ identity }) => identity.arn,
        `executions ${mapRunArn ?? stateMachineArn} ${statusFilter} ${redriveFilter}`,
        request,
      );
      return { executions: items.map(listed), ...next };
    },

    DescribeStateMachineForExecution({ executionArn, includedData }: DescribeRequest) {
      const { identity } = executions.find(executionArn);
      const { revision, child } = identity;
      const { ProcessorConfig: _, ...processor } = child?.definition ?? {};
      return {
        stateMachineArn: identity.stateMachineArn,
        name: identity.machineName,
        updateDate: seconds(revision.updateDate),
        ...describeRevision(revision, includedData, child === undefined ? undefined : processor),
        ...present({ mapRunArn: child?.mapRunArn, label: child?.label }),
      };
    },
  };

  function ofStateMachine(arn: string): readonly ApiExecution[] {
    const { rest } = parseArn(arn, "stateMachine");
    const { machine, alias } = findTarget(context, arn);
    if (machine.type === "EXPRESS") throw typeNotSupported();
    const all = executions.ofMachine(machine.name);
    if (rest.length === 0) return all;
    return all.filter(({ identity }) => (alias === undefined ? identity.versionArn : identity.aliasArn) === arn);
  }

  function ofMapRun(arn: string): readonly ApiExecution[] {
    mapRuns.find(arn);
    return mapRuns.children(arn);
  }
}

function listed({ identity, end, status, redrives }: ApiExecution): object {
  const { child, type } = identity;
  return {
    executionArn: identity.arn,
    stateMachineArn: identity.stateMachineArn,
    name: identity.name,
    status,
    startDate: seconds(identity.startDate),
    ...(end === undefined ? {} : { stopDate: seconds(end.stopDate) }),
    ...present({
      mapRunArn: child?.mapRunArn,
      itemCount: child?.itemCount,
      stateMachineVersionArn: identity.versionArn,
      stateMachineAliasArn: identity.aliasArn,
    }),
    ...(type === "EXPRESS"
      ? {}
      : {
          redriveCount: redrives?.count ?? 0,
          ...(redrives?.date === undefined ? {} : { redriveDate: seconds(redrives.date) }),
        }),
  };
}

/** Input, and output or failure, unless only the rest is asked for. */
function dataOf({ identity, end }: ApiExecution, includedData: string | undefined): object {
  const { error, cause, output } = end ?? {};
  if (includedData === "METADATA_ONLY") return present({ error, cause });
  const included = { included: true };
  return {
    input: identity.input,
    inputDetails: included,
    ...(output === undefined ? present({ error, cause }) : { output, outputDetails: included }),
  };
}

/** Members that have a value. */
function present(members: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
