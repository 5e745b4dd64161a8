import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ObjectInfo } from "../../run/ports.js";
import { isMissing, storeError } from "./errors.js";
import { infoOfFile } from "./file-info.js";
import { compareKeys } from "./key-order.js";
import { isPathOfKey, readName, SELF } from "./key-path.js";

/** A file or folder on the way. */
interface Entry {
  /** Relative to the bucket's folder. */
  readonly path: string;
  /** Key of a file; for a folder what the keys below it begin with, `/` included. */
  readonly key: string;
  readonly isFolder: boolean;
}

/** Where a listing is. Whoever iterates may move it forward, which skips what is between without looking at it. */
export interface ListCursor {
  /** Keys before this one are left out; this one is not. */
  from: string;
}

/** Files whose sizes are asked for at once, at most. */
const STAT_BATCH = 64;

/**
 * The objects below a folder whose keys begin with `prefix`, in key order, one folder in memory at a time and per level.
 * Whole keys are compared, not names: `a-b` comes before `a/b` because `-` comes before `/`.
 */
export async function* listFolder(
  folder: string,
  prefix: string,
  cursor: ListCursor = { from: "" },
): AsyncGenerator<ObjectInfo, void, void> {
  const levels = [await readLevel(folder, "", "", prefix, cursor)];
  // Small at first: a consumer who skips folder by folder needs one file of each.
  let batch = 1;
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const next = level.at(-1);
    if (next === undefined) {
      levels.pop();
    } else if (isBefore(next, cursor)) {
      level.pop();
    } else if (next.isFolder) {
      level.pop();
      batch = 1;
      levels.push(await readLevel(folder, next.path, next.key, prefix, cursor));
    } else {
      const infos = await Promise.all(takeFiles(level, batch).map((file) => infoOfEntry(folder, file)));
      batch = Math.min(2 * batch, STAT_BATCH);
      for (const info of infos) if (info !== undefined && compareKeys(info.key, cursor.from) >= 0) yield info;
    }
  }
}

/** True when the cursor has passed the file, or all that can be in the folder. */
function isBefore({ key, isFolder }: Entry, { from }: ListCursor): boolean {
  return compareKeys(key, from) < 0 && !(isFolder && from.startsWith(key));
}

/** Takes the files that come next off the end of a level. */
function takeFiles(level: Entry[], most: number): Entry[] {
  let from = level.length;
  while (from > 0 && level.length - from < most && level[from - 1]?.isFolder === false) from--;
  return level.splice(from).reverse();
}

/** The entries of a folder that may matter, last key first. */
async function readLevel(
  folder: string,
  path: string,
  base: string,
  prefix: string,
  cursor: ListCursor,
): Promise<Entry[]> {
  const entries = (await readEntries(folder, path, base)).filter(
    (entry) => isWanted(entry, prefix) && !isBefore(entry, cursor),
  );
  return entries.sort((a, b) => compareKeys(b.key, a.key));
}

function isWanted({ key, isFolder }: Entry, prefix: string): boolean {
  return key.startsWith(prefix) || (isFolder && prefix.startsWith(key));
}

async function readEntries(folder: string, path: string, base: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const dirent of await readFolder(join(folder, path))) {
    if (dirent.name === SELF) continue;
    const below = path === "" ? dirent.name : `${path}/${dirent.name}`;
    const isFolder = dirent.isSymbolicLink() ? await leadsToFolder(join(folder, below)) : dirent.isDirectory();
    const { text, goesOn } = readName(dirent.name, isFolder);
    if (goesOn) {
      entries.push(...(await readEntries(folder, below, base + text)));
    } else if (isFolder) {
      entries.push({ path: below, key: `${base}${text}/`, isFolder });
      // The object named like the folder: it sorts apart from what is in the folder.
      entries.push({ path: `${below}/${SELF}`, key: base + text, isFolder: false });
    } else if (isPathOfKey(below, base + text)) {
      entries.push({ path: below, key: base + text, isFolder });
    }
  }
  return entries;
}

/** What is in a folder; nothing when it has been removed since it was seen. */
async function readFolder(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw storeError(error);
  }
}

async function infoOfEntry(folder: string, entry: Entry): Promise<ObjectInfo | undefined> {
  const stats = await stat(join(folder, entry.path)).catch(() => undefined);
  return stats?.isFile() ? infoOfFile(entry.key, stats) : undefined;
}

async function leadsToFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
