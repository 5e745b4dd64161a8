import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Blocks } from "../../adapters/journal/disk/blocks.js";
import { DiskJournal } from "../../adapters/journal/disk/journal.js";
import { LeftChildren } from "../../adapters/journal/disk/left-children.js";
import { JournalDamaged, type MapRunLeft, type RunLeft, scan } from "../../adapters/journal/disk/scan.js";
import { FanoutError } from "../../errors.js";
import { FolderLock } from "./folder-lock.js";
import { type RunFile, readRunFile, writeRunFile } from "./run-file.js";

/** The folder in which a run keeps what it takes to go on after its process has been killed. */
export class DataFolder {
  readonly path: string;
  readonly run: Omit<RunFile, "format">;
  /** What earlier processes left; undefined for a run that is new. */
  readonly left: RunLeft | undefined;
  readonly #lock: FolderLock;
  #blocks: Blocks | undefined;

  private constructor(
    path: string,
    run: Omit<RunFile, "format">,
    lock: FolderLock,
    earlier?: { blocks: Blocks; left: RunLeft } | undefined,
  ) {
    this.path = path;
    this.run = run;
    this.#lock = lock;
    this.#blocks = earlier?.blocks;
    this.left = earlier?.left;
  }

  /**
   * Takes a folder for a new run; it is made if it is not there, and a run in it that is over is forgotten. Throws
   * FANOUT_DATA_UNUSABLE when it holds one that is not, and when it cannot be written.
   */
  static begin(path: string, run: Omit<RunFile, "format">): DataFolder {
    return attempt(path, () => {
      mkdirSync(path, { recursive: true });
      const lock = FolderLock.take(path);
      try {
        forget(path);
        writeRunFile(path, run);
        return new DataFolder(path, run, lock);
      } catch (error) {
        lock.release();
        throw error;
      }
    });
  }

  /** Takes the folder of a run to go on with it. Throws FANOUT_DATA_UNUSABLE. */
  static open(path: string): DataFolder {
    return attempt(path, () => {
      const run = readRunFile(path);
      if (run === undefined)
        throw unusable(path, "no run has been started in this folder: fanout run --data does that");
      const lock = FolderLock.take(path);
      try {
        return new DataFolder(path, run, lock, readJournal(path, run.execution));
      } catch (error) {
        lock.release();
        throw error;
      }
    });
  }

  /** Opens the journal to write. Nothing in the folder changes until something is recorded. */
  async journal(onFailure: (error: Error) => void): Promise<DiskJournal> {
    const end = this.left === undefined || this.left.end.size === 0 ? undefined : this.left.end;
    try {
      return await DiskJournal.open(journalOf(this.path), { end, onFailure });
    } catch (error) {
      throw unwritable(this.path, error);
    }
  }

  /**
   * The children of a map run that an earlier process left.
   *
   * @param redriven Those that did not succeed are to go on.
   */
  children(left: MapRunLeft, redriven = false): LeftChildren {
    if (this.#blocks === undefined) throw new Error("a new run has no children of earlier processes");
    return new LeftChildren(this.#blocks, left, redriven);
  }

  /** Takes back a run that has not begun. */
  discard(): void {
    rmSync(join(this.path, "run.json"), { force: true });
    rmSync(journalOf(this.path), { force: true });
  }

  release(): void {
    this.#blocks?.close();
    this.#blocks = undefined;
    this.#lock.release();
  }
}

/** The error of a journal that cannot be written. */
export function unwritable(path: string, cause: unknown): FanoutError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return unusable(path, `the journal cannot be written: ${why}`, cause);
}

function unusable(file: string, message: string, cause?: unknown): FanoutError {
  return new FanoutError("FANOUT_DATA_UNUSABLE", message, { location: { file }, cause });
}

function journalOf(folder: string): string {
  return join(folder, "journal");
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof FanoutError) throw error;
    throw unusable(path, `the folder cannot be used: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

function readJournal(folder: string, execution: string): { blocks: Blocks; left: RunLeft } | undefined {
  const file = journalOf(folder);
  if (!existsSync(file)) return undefined;
  const blocks = new Blocks(file);
  try {
    return { blocks, left: scan(blocks, execution) };
  } catch (error) {
    blocks.close();
    if (error instanceof JournalDamaged) throw unusable(file, `${error.message}: it cannot be gone on with`, error);
    throw error;
  }
}

/** Removes what a run that is over has left. */
function forget(folder: string): void {
  const run = readRunFile(folder);
  if (run !== undefined) {
    const earlier = readJournal(folder, run.execution);
    earlier?.blocks.close();
    if (earlier?.left.finished === undefined) {
      const message = "holds a run that is not over: fanout resume --data goes on with it, or give another folder";
      throw unusable(folder, message);
    }
  }
  rmSync(journalOf(folder), { force: true });
}
