import { mkdir, open, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ObjectInfo, ObjectWriter } from "../../run/ports.js";
import { storeError } from "./errors.js";
import { infoOfFile } from "./file-info.js";
import { pathOfKey, SELF } from "./key-path.js";

let files = 0;

/** A name that is no key's path, so that no listing shows it. */
function temporaryName(): string {
  return `%~temporary-${process.pid}-${files++}`;
}

/** What is left of a process that ended in the middle of a put. */
export function isAbandoned(name: string): boolean {
  return /^%~temporary-\d+-\d+$/.test(name) && !name.startsWith(`%~temporary-${process.pid}-`);
}

export interface FileWriter extends ObjectWriter {
  /** @param modified Epoch ms that the file gets as its time; else it is the time of the last write. */
  close(modified?: number): Promise<ObjectInfo>;
}

/**
 * Begins an object below `folder`. Bytes go to a temporary file beside it, which takes the object's name when it is
 * whole: readers see the old object or the new one.
 */
export async function createFile(folder: string, key: string): Promise<FileWriter> {
  const made = await mkdir(folder, { recursive: true });
  const temporary = join(folder, temporaryName());
  const handle = await open(temporary, "wx");

  const abandon = async () => {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
    if (made !== undefined) await removeEmpty(resolve(folder), resolve(made));
  };
  return {
    async write(chunk) {
      try {
        await handle.appendFile(chunk);
      } catch (error) {
        throw storeError(error);
      }
    },
    async close(modified) {
      try {
        if (modified !== undefined) await handle.utimes(modified / 1000, modified / 1000);
        await handle.close();
        return infoOfFile(key, await stat(await moveTo(temporary, folder, pathOfKey(key))));
      } catch (error) {
        await abandon();
        throw storeError(error);
      }
    },
    abort: abandon,
  };
}

/** Removes a folder and those above it, up to `last`, as far as they are empty. */
export async function removeEmpty(folder: string, last: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch {
    return; // Somebody else has written there by now.
  }
  if (folder !== last) await removeEmpty(dirname(folder), last);
}

/** Gives a finished file its place and answers its path there. */
async function moveTo(temporary: string, folder: string, path: string): Promise<string> {
  const target = join(folder, path);
  await makeFolders(folder, dirname(path));
  try {
    await rename(temporary, target);
    return target;
  } catch (error) {
    if ((await stat(target).catch(() => undefined))?.isDirectory() !== true) throw error;
    await rename(temporary, join(target, SELF));
    return join(target, SELF);
  }
}

/** Makes the folders of a path. An object that has the name of one of them moves into it. */
async function makeFolders(folder: string, path: string): Promise<void> {
  try {
    await mkdir(join(folder, path), { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (path === "." || (code !== "EEXIST" && code !== "ENOTDIR")) throw error;
    await makeFolders(folder, dirname(path));
    const object = join(folder, path);
    if ((await stat(object).catch(() => undefined))?.isFile() === true) {
      const aside = join(folder, temporaryName());
      await rename(object, aside);
      await mkdir(object);
      await rename(aside, join(object, SELF));
    } else {
      await mkdir(object, { recursive: true });
    }
  }
}
