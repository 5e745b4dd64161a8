import type { JsonObject } from "../../json.js";
import type { ChildRecord } from "../../run/items.js";
import { ChildExecution } from "../../run/map-run/child.js";
import type { Counts } from "../../run/map-run/counts.js";
import { DirectChild } from "../../run/map-run/direct-child.js";
import type { MapRun } from "../../run/map-run/map-run.js";
import { notFound } from "./api-error.js";
import { parseArn } from "./arns.js";
import { ApiExecution, type ExecutionEnd, type ExecutionIdentity, endOf } from "./execution.js";
import type { Executions } from "./executions.js";
import type { Histories } from "./histories.js";
import { processorOfState } from "./processors.js";

/** A map run as the API shows it, in numbers and texts only, so that it can be kept. */
export interface MapRunRecord {
  readonly arn: string;
  readonly executionArn: string;
  /** With the label. */
  readonly stateMachineArn: string;
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED";
  /** Epoch ms. */
  readonly startDate: number;
  readonly stopDate: number | undefined;
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number | undefined;
  readonly toleratedFailurePercentage: number | undefined;
  readonly items: Counts;
  readonly executions: Counts;
  /** Absent: none. */
  readonly redriveCount?: number | undefined;
  /** Epoch ms. */
  readonly redriveDate?: number | undefined;
}

/** Children of a map run that are kept one by one; of those beyond there are only the counts. */
const MOST_CHILDREN = 100_000;

interface Entry {
  readonly record: () => MapRunRecord;
  /** The run itself while it runs. */
  readonly live: MapRun | undefined;
  /** What its children have in common; unknown when the execution around it has been deleted. */
  readonly family: Family | undefined;
  /** Children that are kept. */
  kept: number;
}

interface Family {
  readonly owner: ExecutionIdentity;
  /** What the children run. */
  readonly definition: JsonObject;
}

/** All map runs that the API can be asked for. Hears what happens in them as an observer of the engine. */
export class MapRuns {
  /** By ARN. */
  readonly #entries = new Map<string, Entry>();
  readonly #byExecution = new Map<string, string[]>();
  readonly #executions: () => Executions;
  readonly #histories: Histories;
  readonly #now: () => number;
  readonly #onFinished: (record: MapRunRecord) => void;

  constructor(
    executions: () => Executions,
    histories: Histories,
    now: () => number,
    onFinished: (record: MapRunRecord) => void,
  ) {
    this.#executions = executions;
    this.#histories = histories;
    this.#now = now;
    this.#onFinished = onFinished;
  }

  readonly observer = {
    started: (mapRun: MapRun) => {
      const { arn, owner } = mapRun;
      const family = this.#familyOf(mapRun);
      const children = this.#executions().ofMapRun(arn);
      const record = () => recordOf(mapRun, undefined);
      for (const child of children) child.pendingRedrive = child.end?.status !== "SUCCEEDED";
      this.#add(arn, owner.arn, { record, live: mapRun, family, kept: children.length });
    },
    ended: (mapRun: MapRun, child: ChildRecord) => {
      // What is no execution of this attempt is known from the one before.
      if (child instanceof ChildExecution || child instanceof DirectChild) this.#childEnded(mapRun, child);
    },
    finished: (mapRun: MapRun) => {
      const record = recordOf(mapRun, this.#now());
      const entry = this.#entries.get(mapRun.arn);
      if (entry?.live !== mapRun) return;
      for (const child of this.#executions().ofMapRun(mapRun.arn)) child.pendingRedrive = false;
      // The run and all it held can go.
      this.#entries.set(mapRun.arn, { ...entry, record: () => record, live: undefined });
      this.#onFinished(record);
    },
  };

  restore(record: MapRunRecord): void {
    this.#add(record.arn, record.executionArn, { record: () => record, live: undefined, family: undefined, kept: 0 });
  }

  /** Throws InvalidArn and ResourceNotFound. */
  find(arn: string): { readonly record: MapRunRecord; readonly live: MapRun | undefined } {
    parseArn(arn, "mapRun");
    const entry = this.#entries.get(arn);
    if (entry === undefined) throw notFound(arn);
    return { record: entry.record(), live: entry.live };
  }

  recordOf(arn: string): MapRunRecord | undefined {
    return this.#entries.get(arn)?.record();
  }

  /** Why an execution cannot be redriven for one of its map runs; undefined when it can. */
  refusal(executionArn: string): string | undefined {
    for (const { arn, status, executions } of this.ofExecution(executionArn)) {
      if (status === "SUCCEEDED" || executions.total - executions.pending <= MOST_CHILDREN) continue;
      return `The Map Run ${arn} has more than ${MOST_CHILDREN} child executions, of which not all are kept here`;
    }
    return undefined;
  }

  /** Newest first. */
  ofExecution(executionArn: string): readonly MapRunRecord[] {
    const arns = this.#byExecution.get(executionArn) ?? [];
    return arns.flatMap((arn) => this.#entries.get(arn)?.record() ?? []).reverse();
  }

  /** Its children, newest first. */
  children(arn: string): readonly ApiExecution[] {
    const running = new Map([...this.#running(this.#entries.get(arn))].map((child) => [child.identity.arn, child]));
    const ended = this.#executions().ofMapRun(arn);
    return [...ended.filter(({ identity }) => !running.has(identity.arn)), ...running.values()].sort(
      (a, b) => b.identity.startDate - a.identity.startDate,
    );
  }

  runningChild(arn: string): ApiExecution | undefined {
    for (const entry of this.#entries.values()) {
      if (entry.live === undefined || !arn.includes(`/${entry.live.label}:`)) continue;
      for (const child of this.#running(entry)) if (child.identity.arn === arn) return child;
    }
    return undefined;
  }

  forgetOf(executionArn: string): void {
    for (const arn of this.#byExecution.get(executionArn) ?? []) this.#entries.delete(arn);
    this.#byExecution.delete(executionArn);
  }

  #add(arn: string, executionArn: string, entry: Entry): void {
    const known = this.#entries.has(arn);
    this.#entries.set(arn, entry);
    if (known) return;
    const arns = this.#byExecution.get(executionArn);
    if (arns === undefined) this.#byExecution.set(executionArn, [arn]);
    else arns.push(arn);
  }

  #childEnded(mapRun: MapRun, child: ChildExecution | DirectChild): void {
    const entry = this.#entries.get(mapRun.arn);
    const again = child.redriveCount > 0;
    if (entry?.family === undefined || (!again && entry.kept >= MOST_CHILDREN)) {
      this.#histories.forget(child.executionArn);
      return;
    }
    if (!again) entry.kept += 1;
    this.#executions().addChild(apiExecution(mapRun, child, entry.family), mapRun.arn);
  }

  *#running(entry: Entry | undefined): Generator<ApiExecution> {
    if (entry?.live === undefined || entry.family === undefined) return;
    for (const child of entry.live.runningChildren()) yield apiExecution(entry.live, child, entry.family);
  }

  #familyOf({ owner, stateName }: MapRun): Family | undefined {
    const execution = this.#executions().lookUp(owner.arn);
    if (execution === undefined) return undefined;
    const { identity } = execution;
    const around = identity.child?.definition ?? identity.revision.checked.definition;
    const definition = processorOfState(around, stateName);
    return definition === undefined ? undefined : { owner: identity, definition };
  }
}

function apiExecution(
  mapRun: MapRun,
  child: ChildExecution | DirectChild,
  { owner, definition }: Family,
): ApiExecution {
  return new ApiExecution(
    {
      arn: child.executionArn,
      // That of an EXPRESS child is all of its ARN that is its own: `<child>:<uuid>`.
      name: child.executionType === "EXPRESS" ? child.executionArn.split(":").slice(-2).join(":") : child.name,
      machineName: owner.machineName,
      stateMachineArn: child.stateMachineArn,
      type: child.executionType,
      input: child.inputText,
      startDate: child.startDate,
      revision: owner.revision,
      child: { mapRunArn: mapRun.arn, label: mapRun.label, itemCount: child.itemCount, definition },
    },
    stateOf(child),
    child.redriveCount === 0 ? undefined : { count: child.redriveCount, date: child.redriveDate },
  );
}

function stateOf(child: ChildExecution | DirectChild): ChildExecution | ExecutionEnd {
  if (child instanceof ChildExecution) return child.hasEnded ? endOf(child) : child;
  const { status, stopDate, output } = child;
  return { status, stopDate, output };
}

function recordOf(mapRun: MapRun, stopDate: number | undefined): MapRunRecord {
  const { arn, owner, status, startDate, maxConcurrency, tolerance, items, executions, redriveCount, redriveDate } =
    mapRun;
  return {
    arn,
    executionArn: owner.arn,
    stateMachineArn: `${arn.split(":mapRun:")[0]}:stateMachine:${mapRun.owner.stateMachineName}/${mapRun.label}`,
    status,
    startDate,
    stopDate,
    maxConcurrency,
    toleratedFailureCount: tolerance.count,
    toleratedFailurePercentage: tolerance.percentage,
    items: { ...items },
    executions: { ...executions },
    ...(redriveCount === 0 ? {} : { redriveCount, redriveDate }),
  };
}
