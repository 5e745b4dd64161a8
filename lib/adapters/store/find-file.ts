import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pathOfKey, SELF } from "./key-path.js";

export interface FoundFile {
  readonly path: string;
  readonly stats: Stats;
}

/** The file of an object below its bucket's folder. Rejects with the error of the file system when there is none. */
export async function findFile(folder: string, key: string): Promise<FoundFile> {
  const path = join(folder, pathOfKey(key));
  const stats = await stat(path);
  if (!stats.isDirectory()) return { path, stats };
  return { path: join(path, SELF), stats: await stat(join(path, SELF)) };
}
