import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FanoutError } from "../../errors.js";

/**
 * One process at a time works in a folder: its id is in a file there. The file of a process that is gone, killed with
 * no time to take it away, is taken over.
 */
export class FolderLock {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /** Throws FANOUT_DATA_UNUSABLE while another process has the folder, and the error of the file system. */
  static take(folder: string): FolderLock {
    const file = join(folder, "lock");
    for (;;) {
      try {
        writeFileSync(file, String(process.pid), { flag: "wx" });
        return new FolderLock(file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = holderOf(file);
      if (holder !== undefined && isAlive(holder)) throw inUse(folder, holder);
      removeStale(file, folder);
    }
  }

  release(): void {
    rmSync(this.#file, { force: true });
  }
}

function inUse(folder: string, holder: number): FanoutError {
  const message = `process ${holder} is running in this folder: wait for it, or give another one`;
  return new FanoutError("FANOUT_DATA_UNUSABLE", message, { location: { file: folder } });
}

/** Moved away first: of two processes that find a stale lock only one does, and none removes the other's new one. */
function removeStale(file: string, folder: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const holder = holderOf(aside);
  if (holder !== undefined && isAlive(holder)) {
    renameSync(aside, file);
    throw inUse(folder, holder);
  }
  rmSync(aside, { force: true });
}

/** Undefined for a lock that is gone by now, or that its process had no time to write. */
function holderOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Whether there is such a process other than this one. */
export function isAlive(pid: number): boolean {
  // After a restart of the machine, or in a container, an earlier process may have had the id that this one has.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
