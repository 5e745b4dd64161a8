import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { isMissing, storeError } from "./errors.js";
import { compareKeys } from "./key-order.js";
import { isPathOfKey, readName, SELF } from "./key-path.js";

/** A file or folder on the way. */
export interface Entry {
  /** Relative to the bucket's folder. */
  readonly path: string;
  /** Key of a file; for a folder what the keys below it begin with, `/` included. */
  readonly key: string;
  readonly isFolder: boolean;
}

interface Level {
  /** Last key first. */
  readonly entries: readonly Entry[];
  /** Modification time of the folder when it was read, epoch ms: any entry that comes or goes changes it. */
  readonly modified: number;
}

/** Smaller folders are read again sooner than they are looked up. */
const SMALLEST_KEPT = 1000;

/** Entries kept in all. */
const KEPT = 500_000;

/** A folder that has changed so short ago could change once more without getting another time. */
const SETTLED_MS = 1000;

/** Large folders as they were read, for as long as they stay as they are. */
export class LevelCache {
  readonly #levels = new Map<string, Level>();

  find(path: string, modified: number): readonly Entry[] | undefined {
    const level = this.#levels.get(path);
    return level?.modified === modified ? level.entries : undefined;
  }

  keep(path: string, level: Level): void {
    this.#levels.delete(path);
    this.#levels.set(path, level);
    let sum = 0;
    for (const { entries } of this.#levels.values()) sum += entries.length;
    for (const [oldest, { entries }] of this.#levels) {
      if (sum <= KEPT) return;
      this.#levels.delete(oldest);
      sum -= entries.length;
    }
  }
}

/**
 * The wanted entries of one folder, last key first.
 *
 * @param folder Folder of the bucket.
 * @param path Of the folder to read, relative to it.
 * @param base What the keys in it begin with.
 */
export async function readLevel(
  folder: string,
  path: string,
  base: string,
  isWanted: (entry: Entry) => boolean,
  cache?: LevelCache,
): Promise<Entry[]> {
  if (cache === undefined) return (await readEntries(folder, path, base)).entries.filter(isWanted).sort(lastFirst);
  const place = join(folder, path);
  // Asked before the folder is read: what changes in between makes the time differ later.
  const asked = Date.now();
  const modified = (await stat(place).catch(() => undefined))?.mtimeMs ?? Number.NaN;
  const known = cache.find(place, modified);
  if (known !== undefined) return known.filter(isWanted);
  const { entries, isAlone } = await readEntries(folder, path, base);
  if (!isAlone || entries.length < SMALLEST_KEPT || !(modified < asked - SETTLED_MS)) {
    return entries.filter(isWanted).sort(lastFirst);
  }
  entries.sort(lastFirst);
  cache.keep(place, { entries, modified });
  return entries.filter(isWanted);
}

function lastFirst(a: Entry, b: Entry): number {
  return compareKeys(b.key, a.key);
}

/** `isAlone`: nothing outside the folder itself has been looked at. */
async function readEntries(
  folder: string,
  path: string,
  base: string,
): Promise<{ entries: Entry[]; isAlone: boolean }> {
  const entries: Entry[] = [];
  let isAlone = true;
  for (const dirent of await readFolder(join(folder, path))) {
    if (dirent.name === SELF) continue;
    const below = path === "" ? dirent.name : `${path}/${dirent.name}`;
    const isLink = dirent.isSymbolicLink();
    const isFolder = isLink ? await leadsToFolder(join(folder, below)) : dirent.isDirectory();
    const { text, goesOn } = readName(dirent.name, isFolder);
    isAlone &&= !isLink && !goesOn;
    if (goesOn) {
      entries.push(...(await readEntries(folder, below, base + text)).entries);
    } else if (isFolder) {
      entries.push({ path: below, key: `${base}${text}/`, isFolder });
      // The object named like the folder: it sorts apart from what is in the folder.
      entries.push({ path: `${below}/${SELF}`, key: base + text, isFolder: false });
    } else if (isPathOfKey(below, base + text)) {
      entries.push({ path: below, key: base + text, isFolder });
    }
  }
  return { entries, isAlone };
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

async function leadsToFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
