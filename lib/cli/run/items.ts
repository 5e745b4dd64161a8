import { existsSync, statSync } from "node:fs";
import { FanoutError } from "../../errors.js";
import { formatOf, type QuickItems } from "../../local/quick.js";
import { findSyntaxMistake } from "../../run/read/json-syntax.js";
import { readStdin } from "./stdin.js";

/** The items that `--items` names, and how to stop reading them. */
export interface NamedItems {
  readonly items: QuickItems;
  readonly stopReading: () => void;
}

/**
 * Understands `--items`: `-`, a JSON array, a file, or a glob. Throws FanoutError for a file that is not there, empty or
 * of another type, and for a glob that no file matches.
 */
export async function namedItems(text: string): Promise<NamedItems> {
  const stopReading = () => {};
  if (text === "-") {
    const { bytes, close } = readStdin();
    return { items: { lines: bytes, name: "stdin" }, stopReading: close };
  }
  if (/^\s*\[/.test(text)) return { items: inlineItems(text), stopReading };
  if (!existsSync(text) && /[*?[{]/.test(text)) return { items: { files: await matchingFiles(text) }, stopReading };
  checkFile(text);
  return { items: { file: text, format: formatOf(text) }, stopReading };
}

function inlineItems(text: string): QuickItems {
  const bytes = new TextEncoder().encode(
    parseArray(text)
      .map((item) => `${JSON.stringify(item)}\n`)
      .join(""),
  );
  return {
    name: "--items",
    lines: async function* () {
      yield bytes;
    },
  };
}

function parseArray(text: string): readonly unknown[] {
  try {
    return JSON.parse(text) as unknown[];
  } catch (cause) {
    const { offset, message } = findSyntaxMistake(text);
    throw new FanoutError("FANOUT_ITEMS_INVALID", `--items: column ${offset + 1}: ${message}`, { cause });
  }
}

async function matchingFiles(pattern: string): Promise<readonly string[]> {
  const { glob } = await import("tinyglobby");
  const files = await glob(pattern, { expandDirectories: false });
  if (files.length > 0) return files;
  throw new FanoutError("FANOUT_FILE_NOT_FOUND", "no file matches", { location: { file: pattern } });
}

function checkFile(file: string): void {
  const stats = statSync(file, { throwIfNoEntry: false });
  const location = { file };
  if (stats === undefined) throw new FanoutError("FANOUT_FILE_NOT_FOUND", "there is no such file", { location });
  if (stats.isDirectory()) {
    const message = `is a directory: give a file, or a glob such as '${file.replace(/\/$/, "")}/*'`;
    throw new FanoutError("FANOUT_FILE_UNREADABLE", message, { location });
  }
  if (stats.isFile() && stats.size === 0) {
    throw new FanoutError("FANOUT_FILE_UNREADABLE", "the file is empty", { location });
  }
}
