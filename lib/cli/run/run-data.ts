import { createHash } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { FinishedNote } from "../../adapters/journal/disk/records.js";
import type { RunLeft } from "../../adapters/journal/disk/scan.js";
import { FanoutError } from "../../errors.js";
import type { JsonObject } from "../../json.js";
import { DataFolder } from "../../local/record/data-folder.js";
import { isAlive } from "../../local/record/folder-lock.js";
import { redriveRefusal } from "../../local/record/redrivable.js";
import { RunRecord } from "../../local/record/run-record.js";
import { executionArn } from "../../local/session.js";
import { recordedEnd } from "../../run/recorded-end.js";
import type { RestoreMode } from "../../run/restore.js";
import { EXIT } from "../exit-code.js";
import type { RunFlags } from "./flags.js";
import type { RunPlan } from "./plan.js";

/** What a run was started with, as `run.json` keeps it. */
interface StartedWith {
  readonly target?: string | undefined;
  readonly flags: RunFlags;
}

/** The folder of `--data`, from the side of the command. */
export class RunData {
  readonly #folder: DataFolder;
  /** As the user wrote it. */
  readonly #name: string;
  readonly #mode: RestoreMode;
  #record: RunRecord | undefined;
  #finished: FinishedNote | undefined;
  #redrivable = true;

  private constructor(folder: DataFolder, name: string, mode: RestoreMode = "resume") {
    this.#folder = folder;
    this.#name = name;
    this.#mode = mode;
  }

  /** The folder of a new run. Throws FANOUT_DATA_UNUSABLE. */
  static begin(name: string, target: string | undefined, flags: RunFlags, plan: RunPlan): RunData {
    const { application, stateMachine, input } = plan.session;
    const { data: _, ...rest } = flags;
    const started: StartedWith = {
      target,
      // What is read from a file or from stdin once is not there to be read again.
      flags: flags.task === undefined ? { ...rest, input: input.text } : rest,
    };
    const folder = DataFolder.begin(resolve(name), {
      directory: process.cwd(),
      command: JSON.parse(JSON.stringify(started)) as JsonObject,
      execution: executionArn(application, stateMachine),
      definition: hashOf(plan),
    });
    return new RunData(folder, name).#of(plan);
  }

  /**
   * The folder of a run to go on with, or to redrive; the working directory becomes that of the run. Throws
   * FANOUT_DATA_UNUSABLE and FANOUT_NOT_REDRIVABLE.
   */
  static open(name: string, wanted: RestoreMode): RunData {
    const folder = DataFolder.open(resolve(name));
    try {
      const mode = wanted === "redrive" ? redriveModeOf(folder.left, name) : wanted;
      enter(folder.run.directory);
      removePartial((folder.run.command as unknown as StartedWith).flags.out);
      return new RunData(folder, name, mode);
    } catch (error) {
      folder.release();
      throw error;
    }
  }

  get startedWith(): StartedWith {
    return this.#folder.run.command as unknown as StartedWith;
  }

  /** How the run ended, when it is over and its results are where they were wanted. */
  get over(): FinishedNote | undefined {
    if (this.#mode === "redrive") return undefined;
    const { out } = this.startedWith.flags;
    return out !== undefined && !existsSync(out) ? undefined : this.#folder.left?.finished;
  }

  #of({ session }: RunPlan): this {
    this.#redrivable = session.stateMachine.type === "STANDARD";
    return this;
  }

  /** What to say of the state in which the run was found, once there is a record of it. */
  get findings(): readonly string[] {
    const { left } = this.#folder;
    if (left === undefined) return [];
    const { keptChildren: kept = 0 } = this.#record ?? {};
    const children = `${kept.toLocaleString("en-US")} ${kept === 1 ? "child" : "children"} of map runs`;
    const redriving = left.mapRuns.length === 0 ? "redriving" : `redriving after ${children} that succeeded`;
    return [
      ...(left.cut === 0 ? [] : [`fanout: the last ${left.cut} bytes of the journal are not whole and are left out`]),
      this.#mode === "redrive" ? redriving : `going on after ${children}`,
    ];
  }

  /** Throws FANOUT_DATA_UNUSABLE when it is not the same any more that would be run, and FANOUT_NOT_REDRIVABLE. */
  check(plan: RunPlan): void {
    this.#of(plan);
    if (this.#mode === "redrive" && !this.#redrivable) {
      throw notRedrivable(this.#name, "Execution is EXPRESS and cannot be redriven: fanout run starts another");
    }
    if (hashOf(plan) === this.#folder.run.definition) return;
    const what =
      plan.listed === undefined ? "the state machine has" : "the task's definition or the matching files have";
    const message = `${what} changed since the run began: it cannot be gone on with`;
    throw new FanoutError("FANOUT_DATA_UNUSABLE", message, { location: { file: plan.session.stateMachine.file } });
  }

  async record(onFailure: (error: FanoutError) => void): Promise<RunRecord> {
    this.#record = await RunRecord.open(this.#folder, onFailure, this.#mode);
    return this.#record;
  }

  /** Everything that was recorded is on the disk. */
  async flush(): Promise<void> {
    await this.#record?.flush();
  }

  async finish(note: FinishedNote): Promise<void> {
    await this.#record?.finish(note);
    this.#finished = note;
  }

  /** What to say when there is something left to do: the run did not come to its end, or can be redriven. */
  get whatNext(): string | undefined {
    if (this.#finished === undefined) return `fanout resume --data ${this.#name}   goes on with it`;
    const { status, exitCode } = this.#finished;
    // Items that could not be read have to be changed, which a redrive allows in part of the cases only.
    if (status === "SUCCEEDED" || exitCode === EXIT.couldNotRun || !this.#redrivable) return undefined;
    return `fanout redrive --data ${this.#name}   runs again what did not succeed`;
  }

  /** A new run that did not come so far as to begin leaves nothing. */
  discard(): void {
    if (this.#folder.left === undefined) this.#folder.discard();
  }

  release(): void {
    this.#folder.release();
  }
}

/** A redrive that has not ended is gone on with, as `fanout resume` does. Throws FANOUT_NOT_REDRIVABLE. */
function redriveModeOf(left: RunLeft | undefined, name: string): RestoreMode {
  const reason = redriveRefusal(left);
  const ended = recordedEnd(left?.events ?? []) !== undefined;
  if (reason === undefined) return ended ? "redrive" : "resume";
  throw notRedrivable(name, ended ? reason : `${reason}: fanout resume --data ${name} goes on with it`);
}

function notRedrivable(name: string, reason: string): FanoutError {
  return new FanoutError("FANOUT_NOT_REDRIVABLE", `ExecutionNotRedrivable: ${reason}`, { location: { file: name } });
}

function enter(directory: string): void {
  try {
    process.chdir(directory);
  } catch (cause) {
    const message = "the run was started in this folder, which cannot be entered";
    throw new FanoutError("FANOUT_DATA_UNUSABLE", message, { location: { file: directory }, cause });
  }
}

function hashOf({ session, listed }: RunPlan): string {
  const text = JSON.stringify([session.stateMachine.definition, listed ?? null]);
  return createHash("sha256").update(text).digest("hex");
}

/** Removes what processes that were killed had written of the results. */
function removePartial(out: string | undefined): void {
  if (out === undefined || !existsSync(dirname(out))) return;
  for (const name of readdirSync(dirname(out))) {
    const [, of, pid] = /^\.(.*)\.(\d+)\.partial$/.exec(name) ?? [];
    if (of === basename(out) && !isAlive(Number(pid))) rmSync(join(dirname(out), name), { force: true });
  }
}
