import type { ObjectStore, ObjectWriter } from "../ports.js";
import type { OutputType } from "./transform.js";

/** Text gathered before it is written, in UTF-16 units. */
const BUFFER_LENGTH = 128 * 1024;

/** A file of results as the manifest lists it. */
export interface ResultFile {
  readonly Key: string;
  /** Bytes. */
  readonly Size: number;
}

interface OpenFile {
  readonly key: string;
  /** There once the store has answered. */
  writer?: ObjectWriter;
}

/**
 * The files of one class of results (SUCCEEDED, FAILED or PENDING): `name_0.json`, and `name_1.json` once the first would
 * grow over the limit. None is visible before `finish`, so that a run that is given up leaves none behind.
 */
export class ResultFiles {
  readonly #store: ObjectStore;
  readonly #bucket: string;
  readonly #name: string;
  readonly #outputType: OutputType;
  readonly #maxFileBytes: number;
  readonly #files: OpenFile[] = [];
  readonly #finished: ResultFile[] = [];
  #count = 0;
  #current: OpenFile | undefined;
  /** Bytes of the current file, buffered ones included, without the closing bracket. */
  #bytes = 0;
  #text = "";
  /** All writes so far, one after the other. Once it is rejected, so is everything that follows. */
  #written: Promise<void> = Promise.resolve();

  /** @param name Key without number and extension. */
  constructor(store: ObjectStore, bucket: string, name: string, outputType: OutputType, maxFileBytes: number) {
    this.#store = store;
    this.#bucket = bucket;
    this.#name = name;
    this.#outputType = outputType;
    this.#maxFileBytes = maxFileBytes;
  }

  /** Adds a JSON text. When a promise comes back, the next text should wait for it. */
  add(text: string): Promise<void> | undefined {
    const isArray = this.#outputType === "JSON";
    // Each text brings one byte more: "[", "," or a line feed. In an array "]" must still fit.
    const size = Buffer.byteLength(text) + 1;
    if (this.#current !== undefined && this.#bytes + size + (isArray ? 1 : 0) > this.#maxFileBytes) this.#endFile();
    const isFirst = this.#current === undefined;
    if (isFirst) this.#beginFile();
    this.#text += isArray ? (isFirst ? "[" : ",") + text : `${text}\n`;
    this.#bytes += size;
    return this.#text.length < BUFFER_LENGTH ? undefined : this.#flush();
  }

  /**
   * Makes the files visible. Answers them in order; none when nothing was added.
   *
   * @param evenEmpty One file at least, if only of no results.
   */
  async finish(evenEmpty = false): Promise<readonly ResultFile[]> {
    if (evenEmpty && this.#count === 0) {
      this.#beginFile();
      if (this.#outputType === "JSON") this.#text = "[";
    }
    if (this.#current !== undefined) this.#endFile();
    await this.#written;
    for (let file = this.#files.shift(); file !== undefined; file = this.#files.shift()) {
      const info = await file.writer?.close();
      this.#finished.push({ Key: file.key, Size: info?.size ?? 0 });
    }
    return this.#finished;
  }

  /** Leaves nothing behind, finished files neither, unless the store does not let them be removed. */
  async abort(): Promise<void> {
    await this.#written.catch(() => undefined);
    const open = this.#files.splice(0).map(({ writer }) => writer?.abort());
    const visible = this.#finished.map(({ Key }) => this.#store.remove?.(this.#bucket, Key));
    await Promise.allSettled([...open, ...visible]);
  }

  #beginFile(): void {
    const extension = this.#outputType === "JSON" ? "json" : "jsonl";
    const file: OpenFile = { key: `${this.#name}_${this.#count++}.${extension}` };
    this.#files.push(file);
    this.#current = file;
    this.#bytes = 0;
    this.#enqueue(async () => {
      file.writer = await this.#store.put(this.#bucket, file.key, { inParts: true });
    });
  }

  #endFile(): void {
    if (this.#outputType === "JSON") this.#text += "]";
    this.#flush();
    this.#current = undefined;
  }

  /** Sends the buffer on its way. Answers when the writes before it are done, so that one write runs beside the work. */
  #flush(): Promise<void> {
    const file = this.#current;
    const text = this.#text;
    const before = this.#written;
    this.#text = "";
    this.#enqueue(async () => file?.writer?.write(text));
    return before;
  }

  #enqueue(write: () => Promise<void>): void {
    this.#written = this.#written.then(write);
    // Whoever awaits `#written` in the end hears of a failure; nobody needs to await each step.
    this.#written.catch(() => undefined);
  }
}
