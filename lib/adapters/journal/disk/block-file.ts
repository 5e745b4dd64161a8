import { type FileHandle, open } from "node:fs/promises";

/** Bytes that may wait for the disk before who writes is asked for patience. */
const HIGH_WATER = 8 * 1024 * 1024;
/** The disk is asked so often, in ms, to keep for good what it has been given. */
const SYNC_MS = 1000;

/** The end of a file of blocks: what is appended is written in order, many blocks at a time. */
export class BlockFile {
  readonly #file: FileHandle;
  /** Given and not yet written. */
  #waiting: Buffer[] = [];
  /** Being written. */
  #written: readonly Buffer[] = [];
  #bytes = 0;
  #writing: Promise<void> | undefined;
  #synced = performance.now();
  #failure: Error | undefined;
  readonly #onFailure: (error: Error) => void;
  #cut = false;
  /** Bytes that are in the file. */
  size: number;
  /** Called when all is written; it may append more. */
  onIdle: () => void = () => {};

  private constructor(file: FileHandle, size: number, onFailure: (error: Error) => void) {
    this.#file = file;
    this.size = size;
    this.#onFailure = onFailure;
  }

  /** Opens a file to write after its first `size` bytes; what follows them is cut off by the first write. */
  static async open(path: string, size: number, onFailure: (error: Error) => void): Promise<BlockFile> {
    const file = await open(path, size === 0 ? "w" : "r+");
    return new BlockFile(file, size, onFailure);
  }

  /** True while a write is under way: what is gathered meanwhile goes into the next one. */
  get busy(): boolean {
    return this.#writing !== undefined;
  }

  /** Blocks that are not in the file yet, in order. */
  get pending(): readonly Buffer[] {
    return [...this.#written, ...this.#waiting];
  }

  append(block: Buffer): void {
    if (this.#failure !== undefined) return;
    this.#waiting.push(block);
    this.#bytes += block.length;
    this.#writing ??= this.#write();
  }

  /** Something to wait for when too much waits for the disk. */
  get pressure(): Promise<void> | undefined {
    return this.#bytes > HIGH_WATER ? this.#writing : undefined;
  }

  /** Resolves when all that was appended is on the disk for good. Rejects when it cannot be. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
    await this.#file.datasync();
  }

  async close(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    await this.#file.close();
  }

  async #write(): Promise<void> {
    try {
      if (!this.#cut && this.size > 0) await this.#file.truncate(this.size);
      this.#cut = true;
      while (this.#waiting.length > 0) {
        this.#written = this.#waiting;
        this.#waiting = [];
        const bytes = Buffer.concat(this.#written);
        await this.#writeAll(bytes);
        this.#written = [];
        this.size += bytes.length;
        this.#bytes -= bytes.length;
        if (performance.now() - this.#synced > SYNC_MS) {
          await this.#file.datasync();
          this.#synced = performance.now();
        }
        if (this.#waiting.length === 0) this.onIdle();
      }
    } catch (error) {
      this.#failure = error as Error;
      this.#waiting = [];
      this.#onFailure(error as Error);
    }
    this.#writing = undefined;
  }

  async #writeAll(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      at += (await this.#file.write(bytes, at, bytes.length - at, this.size + at)).bytesWritten;
    }
  }
}
