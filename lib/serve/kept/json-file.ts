import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { FanoutError } from "../../errors.js";

export function writeJson(path: string, value: unknown): void {
  writeAtomically(path, `${JSON.stringify(value)}\n`);
}

/** Writes a file that is there whole or as it was before, whenever the process ends. */
export function writeAtomically(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}

/** The value of a file of JSON, undefined when there is none. Throws FANOUT_FILE_UNREADABLE. */
export function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `is no JSON: ${(cause as Error).message}; delete it, or give another --data`;
    throw new FanoutError("FANOUT_FILE_UNREADABLE", message, { location: { file: path }, cause });
  }
}
