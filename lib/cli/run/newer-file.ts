import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

/** Folders that hold what is made, not what it is made from. Those whose names begin with a dot are left out too. */
const MADE = new Set(["node_modules", "dist", "cdk.out", "coverage", "__pycache__"]);

/**
 * The first file found below a folder that was changed after a time; undefined when there is none. Paths in `ignored`
 * are absolute and left out.
 */
export function newerFile(folder: string, timeMs: number, ignored: readonly string[]): string | undefined {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (ignored.includes(resolve(path))) continue;
    if (entry.isDirectory()) {
      if (MADE.has(entry.name) || entry.name.startsWith(".")) continue;
      const found = newerFile(path, timeMs, ignored);
      if (found !== undefined) return found;
    } else if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > timeMs) {
      return path;
    }
  }
  return undefined;
}
