import { rmSync } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FanoutError } from "../errors.js";

/** Characters gathered before they are written. */
const CHUNK = 1 << 16;
/** Longest text that is put into a buffer that was used before. */
const LONGEST = CHUNK + 4096;
/** Buffers that are kept to be used again. */
const KEPT = 4;
/** Chunks that may wait for the disk before the run is held back. */
const WAITING = 32;

/**
 * A file of result lines that appears under its name only when it is whole: it is written beside it first. Lines are
 * gathered into large writes; when the disk does not keep up, `write` gives a promise to wait for.
 */
export class ResultFile {
  readonly path: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  #text = "";
  /** Buffers whose bytes are written: a long run would leave thousands of them to the collector. */
  readonly #free: Buffer[] = [];
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  private constructor(path: string, temporary: string, handle: FileHandle) {
    this.path = path;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  /** Throws FANOUT_OUTPUT_UNWRITABLE when the folder is not there or may not be written, or the path is a folder. */
  static async create(path: string): Promise<ResultFile> {
    const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
    try {
      if ((await stat(path).catch(() => undefined))?.isDirectory() === true) throw new Error("it is a directory");
      return new ResultFile(path, temporary, await open(temporary, "w"));
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  /** Adds a line without its line break. */
  write(line: string): void | Promise<void> {
    return this.add(`${line}\n`);
  }

  /** Adds text. */
  add(text: string): void | Promise<void> {
    this.#text += text;
    if (this.#text.length < CHUNK) return;
    this.#flush();
    return this.#waiting > WAITING ? this.#last : undefined;
  }

  /** Adds bytes, which must not change any more. */
  append(bytes: Uint8Array): void | Promise<void> {
    if (this.#text !== "") this.#flush();
    this.#send(bytes);
    return this.#waiting > WAITING ? this.#last : undefined;
  }

  #flush(): void {
    // Encoded now: thousands of joined pieces of text that wait for the disk are what the collector would carry about.
    const text = this.#text;
    this.#text = "";
    if (text.length > LONGEST) return this.#send(Buffer.from(text));
    const buffer = this.#free.pop() ?? Buffer.allocUnsafeSlow(LONGEST * 3);
    this.#send(buffer.subarray(0, buffer.write(text)), buffer);
  }

  /** @param buffer Can be used again when the bytes are written. */
  #send(bytes: Uint8Array, buffer?: Buffer): void {
    this.#waiting += 1;
    const written = this.#last.then(async () => {
      await this.#handle.write(bytes);
      this.#waiting -= 1;
      if (buffer !== undefined && this.#free.length < KEPT) this.#free.push(buffer);
    });
    // A failed write is reported by whoever waits next: `write` when it is full, or `close`.
    written.catch(() => {});
    this.#last = written;
  }

  /** Makes the file visible under its name. */
  async close(): Promise<void> {
    try {
      if (this.#text !== "") this.#flush();
      await this.#last;
      await this.#handle.close();
      await rename(this.#temporary, this.path);
    } catch (error) {
      await this.abort();
      throw unwritable(this.path, error);
    }
  }

  /** As `abort`, at once, for a process that is about to end. */
  abortNow(): void {
    rmSync(this.#temporary, { force: true });
  }

  /** Leaves nothing behind. */
  async abort(): Promise<void> {
    await this.#handle.close().catch(() => {});
    await rm(this.#temporary, { force: true });
  }
}

function unwritable(path: string, error: unknown): FanoutError {
  const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
  const why = missing ? "its folder does not exist" : error instanceof Error ? error.message : String(error);
  return new FanoutError("FANOUT_OUTPUT_UNWRITABLE", `results cannot be written: ${why}`, {
    location: { file: path },
    cause: error,
  });
}
