import { readFileSync, statSync } from "node:fs";
import { FanoutError } from "../../errors.js";
import type { Json } from "../../json.js";
import { jsonErrorPosition } from "./json-position.js";
import { parseYaml } from "./yaml.js";

/** Reads and parses a JSON or YAML file, by its extension. */
export function readDocument(file: string): Json {
  return parseText(readText(file), file);
}

/** The text of a file, without a byte order mark. */
export function readText(file: string): string {
  let text: string;
  try {
    if (statSync(file).isDirectory())
      throw new FanoutError("FANOUT_FILE_UNREADABLE", "is a directory", { location: { file } });
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw fileError(file, error);
  }
  if (text.trim() === "") throw new FanoutError("FANOUT_FILE_UNREADABLE", "the file is empty", { location: { file } });
  return text.replace(/^\uFEFF/, "");
}

/** Parses a text that came from a file: YAML or JSON by its extension, by its first character when that says nothing. */
export function parseText(text: string, file: string): Json {
  if (/\.ya?ml$/i.test(file)) return yaml(text, file);
  return /\.json$/i.test(file) || /^\s*[[{"]/.test(text) ? json(text, file) : yaml(text, file);
}

function json(text: string, file: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const position = jsonErrorPosition(text, error as Error);
    const reason = (error as Error).message
      .replace(/ (in JSON )?at position \d+.*$/s, "")
      .replace(/, \.{0,3}"[\s\S]*$/, "");
    throw new FanoutError("FANOUT_FILE_UNREADABLE", `broken JSON: ${reason}`, { location: { file, ...position } });
  }
}

function yaml(text: string, file: string): Json {
  try {
    const document = parseYaml(text);
    const [mistake] = document.errors;
    if (mistake === undefined) return document.toJS({ maxAliasCount: 1000 }) as Json;
    const { line, col } = mistake.linePos?.[0] ?? { line: 1, col: 1 };
    const reason = mistake.message.replace(/ at line \d+, column \d+:?[\s\S]*$/, "");
    throw new FanoutError("FANOUT_FILE_UNREADABLE", `broken YAML: ${reason}`, {
      location: { file, line, column: col },
    });
  } catch (error) {
    if (error instanceof FanoutError) throw error;
    const reason = error instanceof RangeError ? "nested too deeply" : (error as Error).message;
    throw new FanoutError("FANOUT_FILE_UNREADABLE", `broken YAML: ${reason}`, { location: { file } });
  }
}

function fileError(file: string, error: unknown): FanoutError {
  if (error instanceof FanoutError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new FanoutError("FANOUT_FILE_NOT_FOUND", "no such file or directory", { location: { file }, cause: error });
  }
  return new FanoutError("FANOUT_FILE_UNREADABLE", `cannot be read: ${message}`, { location: { file }, cause: error });
}
