import { type FileHandle, open } from "node:fs/promises";

/** A text and what it is sorted by: a key without tabs and line breaks. */
export type Entry = readonly [key: string, text: string];

/** Entries one after the other. A promise is given only where there is something to wait for. */
export interface Entries {
  next(): IteratorResult<Entry, unknown> | Promise<IteratorResult<Entry, unknown>>;
  return?(): unknown;
}

/** Characters of one write. */
const WRITE = 1 << 16;
/** Longest text that is put into the buffer of a file. */
const LONGEST = WRITE + 4096;
/** Bytes of one read: as many are held for each file that is merged. */
const READ = 1 << 16;
const LINE_FEED = 0x0a;

/** Writes entries to a new file, one a line. One buffer is used again and again: many would be left to the collector. */
export async function writeRun(path: string, entries: Entries): Promise<void> {
  const file = await open(path, "wx", 0o600);
  const buffer = Buffer.allocUnsafeSlow(3 * LONGEST);
  const write = async (text: string): Promise<void> => {
    const bytes = text.length > LONGEST ? Buffer.from(text) : buffer.subarray(0, buffer.write(text));
    for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
  };
  try {
    let text = "";
    for (;;) {
      const next = entries.next();
      const { done, value } = next instanceof Promise ? await next : next;
      if (done === true) break;
      text += `${value[0]}\t${value[1]}\n`;
      if (text.length < WRITE) continue;
      await write(text);
      text = "";
    }
    await write(text);
  } finally {
    await entries.return?.();
    await file.close();
  }
}

/** Reads the entries of such a file. It is opened when the first one is asked for, and closed after the last one. */
export class RunReader implements Entries {
  readonly #path: string;
  #file: FileHandle | undefined;
  #buffer = Buffer.allocUnsafeSlow(READ);
  /** Bytes at the start of the buffer that are of a line whose end has not been read. */
  #held = 0;
  /** Whole lines, and how far they have been handed on. */
  #lines = "";
  #at = 0;

  constructor(path: string) {
    this.#path = path;
  }

  next(): IteratorResult<Entry, undefined> | Promise<IteratorResult<Entry, undefined>> {
    return this.#at < this.#lines.length ? this.#entry() : this.#fill();
  }

  #entry(): IteratorResult<Entry, undefined> {
    const [lines, at] = [this.#lines, this.#at];
    const tab = lines.indexOf("\t", at);
    const end = lines.indexOf("\n", tab);
    this.#at = end + 1;
    return { done: false, value: [lines.slice(at, tab), lines.slice(tab + 1, end)] };
  }

  async #fill(): Promise<IteratorResult<Entry, undefined>> {
    this.#file ??= await open(this.#path);
    for (;;) {
      if (this.#held === this.#buffer.length) this.#buffer = Buffer.concat([this.#buffer], 2 * this.#held);
      const { bytesRead } = await this.#file.read(this.#buffer, this.#held);
      if (bytesRead === 0) {
        await this.return();
        return { done: true, value: undefined };
      }
      const length = this.#held + bytesRead;
      const end = this.#buffer.subarray(0, length).lastIndexOf(LINE_FEED) + 1;
      if (end > 0) {
        this.#lines = this.#buffer.toString("utf8", 0, end);
        this.#at = 0;
        this.#buffer.copyWithin(0, end, length);
        this.#held = length - end;
        return this.#entry();
      }
      this.#held = length;
    }
  }

  async return(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}
