import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The files of a folder that were written to since a time, by name. None when there is no such folder. */
export function filesSince(directory: string, timeMs: number): readonly string[] {
  return namesIn(directory)
    .map((name) => join(directory, name))
    .filter((file) => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= timeMs);
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}
