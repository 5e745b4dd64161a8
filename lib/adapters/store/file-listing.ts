import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { ObjectInfo } from "../../run/ports.js";
import { infoOfFile } from "./file-info.js";
import { type Entry, type LevelCache, readLevel } from "./folder-level.js";
import { compareKeys } from "./key-order.js";

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
 *
 * @param cache For those who list the same folders again and again, page by page.
 */
export async function* listFolder(
  folder: string,
  prefix: string,
  cursor: ListCursor = { from: "" },
  cache?: LevelCache,
): AsyncGenerator<ObjectInfo, void, void> {
  const isWanted = (entry: Entry) => mayBegin(entry, prefix) && !isBefore(entry, cursor);
  const levels = [await readLevel(folder, "", "", isWanted, cache)];
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
      levels.push(await readLevel(folder, next.path, next.key, isWanted, cache));
    } else {
      const infos = await Promise.all(takeFiles(level, batch).map((file) => infoOfEntry(folder, file)));
      batch = Math.min(2 * batch, STAT_BATCH);
      for (const info of infos) if (info !== undefined && compareKeys(info.key, cursor.from) >= 0) yield info;
    }
  }
}

/** True when the file's key begins with `prefix`, or one in the folder can. */
function mayBegin({ key, isFolder }: Entry, prefix: string): boolean {
  return key.startsWith(prefix) || (isFolder && prefix.startsWith(key));
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

async function infoOfEntry(folder: string, entry: Entry): Promise<ObjectInfo | undefined> {
  const stats = await stat(join(folder, entry.path)).catch(() => undefined);
  return stats?.isFile() ? infoOfFile(entry.key, stats) : undefined;
}
