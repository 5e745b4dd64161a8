import { existsSync, readFileSync } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

/** Lines that wait are written together once there is this much text. */
const BATCH = 1024 * 1024;

/** A file of JSON lines that only grows. A last line that was not written whole is passed over. */
export class LineLog {
  readonly #path: string;
  #file: FileHandle | undefined;
  #waiting: string[] = [];
  #writing: Promise<void> | undefined;
  /** Set when it cannot be written; lines are dropped from then on. */
  failure: Error | undefined;

  constructor(path: string) {
    this.#path = path;
  }

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

  append(value: unknown): void {
    if (this.failure !== undefined) return;
    this.#waiting.push(JSON.stringify(value));
    this.#writing ??= this.#write();
  }

  /** Resolves when all that was given is written. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#file?.close();
    this.#file = undefined;
  }

  async #write(): Promise<void> {
    try {
      if (this.#file === undefined) {
        await mkdir(dirname(this.#path), { recursive: true });
        this.#file = await open(this.#path, "a");
        // Whatever a process left of its last line ends here.
        await this.#file.appendFile("\n");
      }
      while (this.#waiting.length > 0) await this.#file.appendFile(this.#take());
    } catch (error) {
      this.failure = error as Error;
      this.#waiting = [];
    }
    this.#writing = undefined;
  }

  #take(): string {
    let count = 0;
    for (let size = 0; count < this.#waiting.length && size < BATCH; count++) size += this.#waiting[count]?.length ?? 0;
    return `${this.#waiting.splice(0, count).join("\n")}\n`;
  }
}
