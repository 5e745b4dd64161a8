import { closeSync, existsSync, openSync, readFileSync, readSync, rmSync, statSync } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { writeAtomically } from "./json-file.js";

/** Where a line is: its first byte, and how many there are. */
export type Place = readonly [offset: number, length: number];

interface Waiting {
  readonly text: string;
  readonly onWritten: (() => void) | undefined;
}

/** Lines that wait are written together, up to so much text. */
const BATCH = 1024 * 1024;

/** A file of JSON lines that only grows. A last line that was not written whole is passed over. */
export class LineLog {
  readonly #path: string;
  #file: FileHandle | undefined;
  #size: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  /** Set when it cannot be written; lines are dropped from then on. */
  failure: Error | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** The values of all lines. */
  read(): unknown[] {
    if (!existsSync(this.#path)) return [];
    const values: unknown[] = [];
    for (const line of readFileSync(this.#path, "utf8").split("\n")) {
      try {
        if (line !== "") values.push(JSON.parse(line));
      } catch {
        // The end of a process came in between.
      }
    }
    return values;
  }

  /** The value of one line that has been written; undefined when it is not there as it was. */
  readAt([offset, length]: Place): unknown {
    const bytes = Buffer.alloc(length);
    try {
      const file = openSync(this.#path, "r");
      try {
        readSync(file, bytes, 0, length, offset);
      } finally {
        closeSync(file);
      }
      return JSON.parse(bytes.toString("utf8"));
    } catch {
      return undefined;
    }
  }

  /** Puts other lines in the place of all. Only before anything is appended. */
  replace(values: readonly unknown[]): void {
    if (values.length === 0) rmSync(this.#path, { force: true });
    else writeAtomically(this.#path, values.map((value) => `${JSON.stringify(value)}\n`).join(""));
    this.#size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Gives the place of the line. */
  append(value: unknown, onWritten?: () => void): Place {
    // A line begins with the line break, so that whatever a process left of its last line ends there.
    const text = `\n${JSON.stringify(value)}`;
    const length = Buffer.byteLength(text);
    const offset = this.#size;
    if (this.failure === undefined) {
      this.#size += length;
      this.#waiting.push({ text, onWritten });
      this.#writing ??= this.#write();
    }
    return [offset, length];
  }

  /** Resolves when all that was given is written. */
  async close(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #write(): Promise<void> {
    try {
      if (this.#file === undefined) {
        await mkdir(dirname(this.#path), { recursive: true });
        this.#file = await open(this.#path, "a");
      }
      while (this.#waiting.length > 0) {
        const batch = this.#take();
        await this.#file.appendFile(batch.map(({ text }) => text).join(""));
        for (const { onWritten } of batch) onWritten?.();
      }
    } catch (error) {
      this.failure = error as Error;
      this.#waiting = [];
    }
    this.#writing = undefined;
  }

  #take(): readonly Waiting[] {
    let count = 0;
    for (let size = 0; count < this.#waiting.length && size < BATCH; count++) {
      size += this.#waiting[count]?.text.length ?? 0;
    }
    return this.#waiting.splice(0, count);
  }
}
