import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FanoutError } from "../../errors.js";
import { isObject, type JsonObject } from "../../json.js";

/** What `run.json` says in the folder of a run: all that it takes to go on with it. */
export interface RunFile {
  /** Of this file and of the journal beside it. */
  readonly format: 1;
  /** Working directory that the paths in `command` are relative to. */
  readonly directory: string;
  /** What the run was started with, in the words of whoever started it. */
  readonly command: JsonObject;
  /** Name of the execution. */
  readonly execution: string;
  /** Hash of the state machine, of the overrides of its limits, and of the names of its items where they are listed. */
  readonly definition: string;
}

const FORMAT = 1;
const NAME = "run.json";

/** Throws the error of the file system. */
export function writeRunFile(folder: string, content: Omit<RunFile, "format">): void {
  const file = join(folder, NAME);
  writeFileSync(`${file}.partial`, `${JSON.stringify({ format: FORMAT, ...content }, null, 2)}\n`, { flush: true });
  renameSync(`${file}.partial`, file);
}

/** Undefined where there is none. Throws FANOUT_DATA_UNUSABLE for one that is broken or of another format. */
export function readRunFile(folder: string): RunFile | undefined {
  const file = join(folder, NAME);
  const unusable = (message: string, cause?: unknown) =>
    new FanoutError("FANOUT_DATA_UNUSABLE", message, { location: { file }, cause });
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unusable(`cannot be read: ${(error as Error).message}`, error);
  }
  const format = isObject(value as never) ? (value as JsonObject)["format"] : undefined;
  if (format !== FORMAT) {
    throw unusable(
      `has format ${JSON.stringify(format)}, this version of fanout reads ${FORMAT}: resume with the other`,
    );
  }
  return value as RunFile;
}
