import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { BLOCK_HEADER, BLOCK_MAGIC, FILE_HEADER } from "./block-format.js";

/** Read ahead at a time. */
const CHUNK = 1 << 20;

/** A file of blocks, to be read. Reading is synchronous: it is done before a run begins, and from memory mostly. */
export class Blocks {
  readonly #fd: number;
  readonly size: number;
  #chunk = Buffer.alloc(0);
  #from = 0;

  /** Throws the error of the file system. */
  constructor(path: string, size?: number) {
    this.#fd = openSync(path, "r");
    this.size = size ?? fstatSync(this.#fd).size;
  }

  /** Where the first block is; undefined when the file does not begin as a journal does. */
  get first(): number | undefined {
    const header = this.#read(0, FILE_HEADER.length);
    return header.equals(FILE_HEADER) ? FILE_HEADER.length : undefined;
  }

  /** The block at an offset: valid until the next is read. Undefined when there is none, or not as it was written. */
  at(offset: number): Buffer | undefined {
    const header = this.#read(offset, BLOCK_HEADER);
    if (header.length < BLOCK_HEADER || header.readUInt32LE(0) !== BLOCK_MAGIC) return undefined;
    const length = header.readUInt32LE(4);
    if (length < BLOCK_HEADER || offset + length > this.size) return undefined;
    const block = this.#read(offset, length);
    return crc32(block.subarray(12)) === block.readUInt32LE(8) ? block : undefined;
  }

  /** Whether there is a whole block anywhere from an offset on. */
  anyFrom(offset: number): boolean {
    const magic = Buffer.alloc(4);
    magic.writeUInt32LE(BLOCK_MAGIC);
    for (let from = offset; from < this.size; from += CHUNK - magic.length) {
      const chunk = Buffer.from(this.#read(from, Math.min(CHUNK, this.size - from)));
      for (let at = chunk.indexOf(magic); at !== -1; at = chunk.indexOf(magic, at + 1)) {
        if (this.at(from + at) !== undefined) return true;
      }
    }
    return false;
  }

  #read(offset: number, length: number): Buffer {
    const at = offset - this.#from;
    if (at < 0 || at + length > this.#chunk.length) {
      this.#chunk = Buffer.allocUnsafe(Math.max(CHUNK, length));
      this.#from = offset;
      let read = 0;
      while (read < this.#chunk.length) {
        const more = readSync(this.#fd, this.#chunk, read, this.#chunk.length - read, offset + read);
        if (more === 0) break;
        read += more;
      }
      this.#chunk = this.#chunk.subarray(0, read);
    }
    const start = offset - this.#from;
    return this.#chunk.subarray(start, start + length);
  }

  close(): void {
    closeSync(this.#fd);
  }
}
