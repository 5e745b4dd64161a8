import { type Spill, SpillError, type SpillFile } from "../../lib/run/ports.js";

export interface MemorySpillOptions {
  /** Bytes that each file has room for. */
  readonly capacity?: number;
  /** Told of each chunk once it is there. */
  readonly onAppended?: (text: string) => void;
}

/** A Spill whose files are in memory, and that counts what is done with them. */
export class MemorySpill implements Spill {
  /** Files that are open. */
  files = 0;
  /** Bytes of files that are open, now and at most. */
  readonly bytes = { now: 0, most: 0 };
  /** Chunks that have been added, and read. */
  appended = 0;
  reads = 0;
  readonly #options: MemorySpillOptions;

  constructor(options: MemorySpillOptions = {}) {
    this.#options = options;
  }

  async open(): Promise<SpillFile> {
    const { capacity = Number.POSITIVE_INFINITY, onAppended } = this.#options;
    const content = new Content();
    let open = true;
    this.files += 1;
    const usable = () => {
      if (!open) throw new SpillError("closed");
    };
    return {
      append: async (chunk) => {
        await new Promise(setImmediate);
        usable();
        if (content.size + chunk.length > capacity) throw new SpillError("no room");
        const position = content.add(chunk);
        this.bytes.now += chunk.length;
        this.bytes.most = Math.max(this.bytes.most, this.bytes.now);
        this.appended += 1;
        onAppended?.(Buffer.from(chunk).toString());
        return position;
      },
      read: async (position, length) => {
        await new Promise(setImmediate);
        usable();
        if (position + length > content.size) throw new SpillError("beyond the end");
        this.reads += 1;
        return content.part(position, length);
      },
      close: async () => {
        if (!open) return;
        this.files -= 1;
        this.bytes.now -= content.size;
        open = false;
      },
    };
  }
}

/** Bytes that grow at their end. */
class Content {
  size = 0;
  #bytes = new Uint8Array(1024);

  add(chunk: Uint8Array): number {
    const position = this.size;
    this.size += chunk.length;
    if (this.size > this.#bytes.length) {
      const larger = new Uint8Array(this.size * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(chunk, position);
    return position;
  }

  part(position: number, length: number): Uint8Array {
    return this.#bytes.slice(position, position + length);
  }
}
