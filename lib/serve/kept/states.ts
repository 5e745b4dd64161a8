import { createHash } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { HistoryEvent } from "../../run/ports.js";
import type { Activity } from "../stepfunctions/activity.js";
import { ApiExecution, type ExecutionEnd, type ExecutionIdentity } from "../stepfunctions/execution.js";
import type { MapRunRecord } from "../stepfunctions/map-runs.js";
import type { StateMachine } from "../stepfunctions/state-machine.js";
import { readJson, writeJson } from "./json-file.js";
import { LineLog } from "./line-log.js";
import { Revisions } from "./revisions.js";

/** What was there when the last server ended. */
export interface RestoredStates {
  readonly stateMachines: readonly StateMachine[];
  readonly activities: readonly Activity[];
  readonly executions: readonly ApiExecution[];
  readonly mapRuns: readonly MapRunRecord[];
}

/** A line of the log of executions. */
type LogLine =
  | {
      readonly execution: Omit<ExecutionIdentity, "revision"> & { readonly revision: string };
      readonly end: ExecutionEnd;
    }
  | { readonly mapRun: MapRunRecord }
  | { readonly deleted: string };

/**
 * What the Step Functions API keeps between two runs:
 *
 *     state-machines/NAME.json    activities/NAME.json
 *     revisions/HASH.json         definitions with their roles and settings
 *     executions.jsonl            executions and map runs that have ended, as they ended
 *     histories/HASH.json         the events of one execution
 */
export class KeptStates {
  readonly #folder: string;
  readonly #revisions: Revisions;
  readonly #log: LineLog;

  constructor(folder: string) {
    this.#folder = folder;
    this.#revisions = new Revisions(join(folder, "revisions"));
    this.#log = new LineLog(join(folder, "executions.jsonl"));
  }

  /** Throws FANOUT_FILE_UNREADABLE. */
  load(): RestoredStates {
    const lines = this.#log.read() as readonly LogLine[];
    const executions = new Map<string, ApiExecution>();
    const mapRuns = new Map<string, MapRunRecord>();
    for (const line of lines) {
      if ("deleted" in line) {
        executions.delete(line.deleted);
        for (const [arn, run] of mapRuns) if (run.executionArn === line.deleted) mapRuns.delete(arn);
      } else if ("mapRun" in line) mapRuns.set(line.mapRun.arn, line.mapRun);
      else this.#restore(line, executions);
    }
    return {
      stateMachines: this.#files("state-machines").flatMap((path) => this.#stateMachine(path) ?? []),
      activities: this.#files("activities").map((path) => activityOf(readJson(path))),
      executions: [...executions.values()],
      mapRuns: [...mapRuns.values()],
    };
  }

  #restore(line: Extract<LogLine, { execution: unknown }>, executions: Map<string, ApiExecution>): void {
    const revision = this.#revisions.load(line.execution.revision);
    if (revision === undefined) return;
    executions.set(line.execution.arn, new ApiExecution({ ...line.execution, revision }, line.end));
  }

  saveMachine(machine: StateMachine): void {
    const { revision, versions, aliases, tags, ...rest } = machine;
    writeJson(this.#path("state-machines", machine.name), {
      ...rest,
      revision: this.#revisions.save(revision, machine.type),
      versions: [...versions.values()].map((version) => ({
        ...version,
        revision: this.#revisions.save(version.revision, machine.type),
      })),
      aliases: [...aliases.values()],
      tags: [...tags],
    });
  }

  saveActivity(activity: Activity): void {
    writeJson(this.#path("activities", activity.name), { ...activity, tags: [...activity.tags] });
  }

  delete(kind: "state-machines" | "activities", name: string): void {
    rmSync(this.#path(kind, name), { force: true });
  }

  /** Keeps an execution that has ended. */
  saveExecution({ identity, end }: ApiExecution, events: readonly HistoryEvent[]): void {
    if (end === undefined) return;
    if (events.length > 0) writeJson(this.#historyPath(identity.arn), events);
    const revision = this.#revisions.save(identity.revision, identity.type);
    this.#log.append({ execution: { ...identity, revision }, end } satisfies LogLine);
  }

  saveMapRun(mapRun: MapRunRecord): void {
    this.#log.append({ mapRun } satisfies LogLine);
  }

  deleteExecution(arn: string): void {
    rmSync(this.#historyPath(arn), { force: true });
    this.#log.append({ deleted: arn } satisfies LogLine);
  }

  history(arn: string): readonly HistoryEvent[] | undefined {
    return readJson(this.#historyPath(arn)) as readonly HistoryEvent[] | undefined;
  }

  /** Resolves when all is written. Gives what could not be. */
  async close(): Promise<Error | undefined> {
    await this.#log.close();
    return this.#log.failure;
  }

  #stateMachine(path: string): StateMachine | undefined {
    const stored = readJson(path) as
      | (Omit<StateMachine, "revision" | "versions" | "aliases" | "tags"> & {
          revision: string;
          versions: { number: number; revision: string }[];
          aliases: { name: string }[];
          tags: [string, string][];
        })
      | undefined;
    const revision = stored && this.#revisions.load(stored.revision);
    if (stored === undefined || revision === undefined) return undefined;
    const versions = stored.versions.flatMap((version) => {
      const published = this.#revisions.load(version.revision);
      return published === undefined ? [] : [[version.number, { ...version, revision: published }] as const];
    });
    return {
      ...stored,
      revision,
      versions: new Map(versions) as StateMachine["versions"],
      aliases: new Map(stored.aliases.map((alias) => [alias.name, alias])) as StateMachine["aliases"],
      tags: new Map(stored.tags),
    };
  }

  #files(kind: string): string[] {
    try {
      const names = readdirSync(join(this.#folder, kind)).filter((name) => name.endsWith(".json"));
      return names.sort().map((name) => join(this.#folder, kind, name));
    } catch {
      return [];
    }
  }

  #path(kind: string, name: string): string {
    return join(this.#folder, kind, `${encodeURIComponent(name).replace(/^\./, "%2E")}.json`);
  }

  #historyPath(arn: string): string {
    const name = createHash("sha256").update(arn).digest("hex").slice(0, 32);
    return join(this.#folder, "histories", name.slice(0, 2), `${name}.json`);
  }
}

function activityOf(stored: unknown): Activity {
  const { tags, ...activity } = stored as Omit<Activity, "tags"> & { tags: [string, string][] };
  return { ...activity, tags: new Map(tags) };
}
