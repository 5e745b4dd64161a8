import { createHash } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { FinishedNote } from "../../adapters/journal/disk/records.js";
import { FanoutError } from "../../errors.js";
import type { JsonObject } from "../../json.js";
import { DataFolder } from "../../local/record/data-folder.js";
import { isAlive } from "../../local/record/folder-lock.js";
import { RunRecord } from "../../local/record/run-record.js";
import { executionArn } from "../../local/session.js";
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
  #record: RunRecord | undefined;
  #goesOn = true;

  private constructor(folder: DataFolder, name: string) {
    this.#folder = folder;
    this.#name = name;
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
    return new RunData(folder, name);
  }

  /** The folder of a run to go on with; the working directory becomes that of the run. Throws FANOUT_DATA_UNUSABLE. */
  static open(name: string): RunData {
    const folder = DataFolder.open(resolve(name));
    const { directory } = folder.run;
    try {
      process.chdir(directory);
    } catch (cause) {
      folder.release();
      const message = "the run was started in this folder, which cannot be entered";
      throw new FanoutError("FANOUT_DATA_UNUSABLE", message, { location: { file: directory }, cause });
    }
    removePartial((folder.run.command as unknown as StartedWith).flags.out);
    return new RunData(folder, name);
  }

  get startedWith(): StartedWith {
    return this.#folder.run.command as unknown as StartedWith;
  }

  /** How the run ended, when it is over and its results are where they were wanted. */
  get over(): FinishedNote | undefined {
    const { out } = this.startedWith.flags;
    return out !== undefined && !existsSync(out) ? undefined : this.#folder.left?.finished;
  }

  /** What to say of the state in which the run was found. */
  get findings(): readonly string[] {
    const { left } = this.#folder;
    if (left === undefined) return [];
    const done = left.mapRuns.reduce((sum, { ended }) => sum + ended.count, 0);
    return [
      ...(left.cut === 0 ? [] : [`fanout: the last ${left.cut} bytes of the journal are not whole and are left out`]),
      `going on after ${done.toLocaleString("en-US")} ${done === 1 ? "child" : "children"} of map runs`,
    ];
  }

  /** Throws FANOUT_DATA_UNUSABLE when it is not the same any more that would be run. */
  check(plan: RunPlan): void {
    if (hashOf(plan) === this.#folder.run.definition) return;
    const what =
      plan.listed === undefined ? "the state machine has" : "the task's definition or the matching files have";
    const message = `${what} changed since the run began: it cannot be gone on with`;
    throw new FanoutError("FANOUT_DATA_UNUSABLE", message, { location: { file: plan.session.stateMachine.file } });
  }

  async record(onFailure: (error: FanoutError) => void): Promise<RunRecord> {
    this.#record = await RunRecord.open(this.#folder, onFailure);
    return this.#record;
  }

  /** Everything that was recorded is on the disk. */
  async flush(): Promise<void> {
    await this.#record?.flush();
  }

  async finish(note: FinishedNote): Promise<void> {
    await this.#record?.finish(note);
    this.#goesOn = false;
  }

  /** Whether there is something left to do. */
  get goesOn(): boolean {
    return this.#goesOn;
  }

  /** What to say when there is. */
  get howToGoOn(): string {
    return `fanout resume --data ${this.#name}   goes on with it`;
  }

  /** A new run that did not come so far as to begin leaves nothing. */
  discard(): void {
    if (this.#folder.left === undefined) this.#folder.discard();
  }

  release(): void {
    this.#folder.release();
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
