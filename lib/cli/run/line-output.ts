import type { Writable } from "node:stream";

/** Characters gathered before they are written, when lines come faster than the event loop turns. */
const CHUNK = 1 << 16;

/**
 * Lines on stdout: gathered while they come in one go, held back while the reader of a pipe is slow. When the stream
 * breaks, `onGone` is called once, and what comes after is dropped; that its reader has gone (`| head`) is no failure.
 */
export class LineOutput {
  readonly #stream: Writable;
  readonly #beforeWrite: () => void;
  #text = "";
  #scheduled = false;
  #gone = false;
  #failure: Error | undefined;
  /** Set while the stream is full. */
  #room: Promise<void> | undefined;

  constructor(stream: Writable, options: { onGone: () => void; beforeWrite?: () => void }) {
    this.#stream = stream;
    this.#beforeWrite = options.beforeWrite ?? (() => {});
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (this.#gone) return;
      this.#gone = true;
      if (error.code !== "EPIPE") this.#failure = error;
      options.onGone();
    });
  }

  /** Nothing can be written any more. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Why, unless the reader has simply closed its end. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Adds text. A promise asks to wait for the reader. */
  write(text: string): void | Promise<void> {
    if (this.#gone) return;
    this.#text += text;
    if (this.#text.length >= CHUNK) this.#flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.#flush();
      });
    }
    return this.#room;
  }

  #flush(): void {
    const text = this.#text;
    this.#text = "";
    if (text === "" || this.#gone) return;
    this.#beforeWrite();
    if (this.#stream.write(text) || this.#room !== undefined) return;
    this.#room = new Promise((resolve) => {
      const go = () => {
        this.#stream.off("drain", go).off("close", go);
        this.#room = undefined;
        resolve();
      };
      this.#stream.on("drain", go).on("close", go);
    });
  }

  /** Resolves when all that was written has been taken. */
  async end(): Promise<void> {
    this.#flush();
    if (this.#gone) return;
    await new Promise<void>((resolve) => {
      this.#stream.write("", () => resolve());
    });
  }
}
