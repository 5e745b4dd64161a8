import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../json.js";
import type { HistoryEvent } from "../../run/ports.js";
import type { Activity } from "../stepfunctions/activity.js";
import {
  ApiExecution,
  type ChildIdentity,
  type ExecutionEnd,
  type ExecutionIdentity,
  type Redrives,
} from "../stepfunctions/execution.js";
import type { MapRunRecord } from "../stepfunctions/map-runs.js";
import type { StateMachine } from "../stepfunctions/state-machine.js";
import { Contents } from "./contents.js";
import { readJson, writeJson } from "./json-file.js";
import { LineLog, type Place } from "./line-log.js";
import { Revisions } from "./revisions.js";

/** What was there when the last server ended. */
export interface RestoredStates {
  readonly stateMachines: readonly StateMachine[];
  readonly activities: readonly Activity[];
  readonly executions: readonly ApiExecution[];
  readonly mapRuns: readonly MapRunRecord[];
}

/** A line of the log of executions. */
type LogLine = ExecutionLine | { readonly mapRun: MapRunRecord } | { readonly deleted: string };

interface ExecutionLine {
  /** Revision and definition by the names of their files. */
  readonly execution: Omit<ExecutionIdentity, "revision" | "child"> & { readonly revision: string };
  readonly child?: Omit<ChildIdentity, "definition"> & { readonly definition: string };
  readonly end: ExecutionEnd;
  readonly redrives?: Redrives | undefined;
  /** Where its history is. */
  readonly history?: Place;
}

/**
 * What the Step Functions API keeps between two runs:
 *
 *     state-machines/NAME.json    activities/NAME.json
 *     revisions/HASH.json         definitions with their roles and settings
 *     definitions/HASH.json       what the children of map runs run
 *     executions.jsonl            executions and map runs that have ended, as they ended
 *     histories.jsonl             their events
 */
export class KeptStates {
  readonly #folder: string;
  readonly #revisions: Revisions;
  readonly #definitions: Contents;
  readonly #log: LineLog;
  readonly #histories: LineLog;
  readonly #places = new Map<string, Place>();
  #failure: Error | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.#revisions = new Revisions(join(folder, "revisions"));
    this.#definitions = new Contents(join(folder, "definitions"));
    this.#log = new LineLog(join(folder, "executions.jsonl"));
    this.#histories = new LineLog(join(folder, "histories.jsonl"));
  }

  /** Throws FANOUT_FILE_UNREADABLE. */
  load(): RestoredStates {
    const lines = this.#log.read() as readonly LogLine[];
    const alive = aliveOf(lines);
    if (alive.length < lines.length) this.#log.replace(alive);
    if (alive.length === 0) this.#histories.replace([]);
    return {
      stateMachines: this.#files("state-machines").flatMap((path) => this.#stateMachine(path) ?? []),
      activities: this.#files("activities").map((path) => activityOf(readJson(path))),
      executions: alive.flatMap((line) => ("execution" in line ? (this.#execution(line) ?? []) : [])),
      mapRuns: alive.flatMap((line) => ("mapRun" in line ? line.mapRun : [])),
    };
  }

  #execution({ execution, child, end, redrives, history }: ExecutionLine): ApiExecution | undefined {
    const revision = this.#revisions.load(execution.revision);
    const definition = child && this.#definitions.load(child.definition, (content) => content as JsonObject);
    if (revision === undefined || (child !== undefined && definition === undefined)) return undefined;
    if (history !== undefined) this.#places.set(execution.arn, history);
    const family = child && definition && { child: { ...child, definition } };
    return new ApiExecution({ ...execution, ...family, revision }, end, redrives);
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

  /** Keeps an execution that has ended. `onKept` is called when its history can be had from here. */
  saveExecution(execution: ApiExecution, events: readonly HistoryEvent[], onKept: () => void): void {
    try {
      this.#saveExecution(execution, events, onKept);
    } catch (error) {
      // Nobody waits for it who could be told now.
      this.#failure ??= error as Error;
    }
  }

  #saveExecution({ identity, end, redrives }: ApiExecution, events: readonly HistoryEvent[], onKept: () => void): void {
    if (end === undefined) return;
    const { child, ...rest } = identity;
    const { arn } = identity;
    const line: ExecutionLine = {
      execution: { ...rest, revision: this.#revisions.save(identity.revision, identity.type) },
      ...(child && { child: { ...child, definition: this.#definitions.save(child.definition, (plain) => plain) } }),
      end,
      ...(redrives && { redrives }),
    };
    if (events.length === 0) {
      this.#log.append(line);
      return;
    }
    const history = this.#histories.append({ arn, events }, () => {
      this.#places.set(arn, history);
      onKept();
    });
    this.#log.append({ ...line, history });
  }

  saveMapRun(mapRun: MapRunRecord): void {
    this.#log.append({ mapRun } satisfies LogLine);
  }

  deleteExecution(arn: string): void {
    this.#places.delete(arn);
    this.#log.append({ deleted: arn } satisfies LogLine);
  }

  history(arn: string): readonly HistoryEvent[] | undefined {
    const place = this.#places.get(arn);
    if (place === undefined) return undefined;
    const line = this.#histories.readAt(place) as { arn: string; events: readonly HistoryEvent[] } | undefined;
    return line?.arn === arn ? line.events : undefined;
  }

  /** Resolves when all is written. Gives what could not be. */
  async close(): Promise<Error | undefined> {
    await this.#histories.close();
    await this.#log.close();
    return this.#failure ?? this.#histories.failure ?? this.#log.failure;
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
}

/** The lines of what has not been deleted since. */
function aliveOf(lines: readonly LogLine[]): readonly Exclude<LogLine, { deleted: string }>[] {
  const last = new Map<string, LogLine>();
  for (const line of lines) {
    if ("deleted" in line) {
      last.delete(line.deleted);
      for (const [arn, other] of last)
        if ("mapRun" in other && other.mapRun.executionArn === line.deleted) last.delete(arn);
    } else last.set("mapRun" in line ? line.mapRun.arn : line.execution.arn, line);
  }
  return [...last.values()] as readonly Exclude<LogLine, { deleted: string }>[];
}

function activityOf(stored: unknown): Activity {
  const { tags, ...activity } = stored as Omit<Activity, "tags"> & { tags: [string, string][] };
  return { ...activity, tags: new Map(tags) };
}
