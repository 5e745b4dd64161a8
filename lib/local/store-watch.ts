import type { ObjectBody, ObjectInfo, ObjectStore, ObjectWriter } from "../run/ports.js";

/** An object that was written. */
export interface WrittenObject {
  readonly bucket: string;
  readonly key: string;
}

/** Objects whose names are kept; more are only counted. */
const NAMES_KEPT = 100;

/** Passes everything on to a store and notes how far it has been read and what was written to it. */
export class StoreWatch implements ObjectStore {
  readonly #store: ObjectStore;
  /** The first ones. */
  readonly written: WrittenObject[] = [];
  writtenCount = 0;
  #opened = 0;
  #size = 0;
  #read = 0;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** Part of the one object being read that has been read, 0 to 1. Undefined when there is not exactly one. */
  get fractionRead(): number | undefined {
    return this.#opened === 1 && this.#size > 0 ? this.#read / this.#size : undefined;
  }

  head(bucket: string, key: string): Promise<ObjectInfo> {
    return this.#store.head(bucket, key);
  }

  async get(bucket: string, key: string, range?: { start: number; end?: number }): Promise<ObjectBody> {
    const object = await this.#store.get(bucket, key, range);
    this.#opened += 1;
    this.#size = object.size;
    return { ...object, body: this.#counted(object.body) };
  }

  async *#counted(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of body) {
      this.#read += chunk.length;
      yield chunk;
    }
  }

  async put(bucket: string, key: string): Promise<ObjectWriter> {
    const writer = await this.#store.put(bucket, key);
    return {
      write: (chunk) => writer.write(chunk),
      close: async () => {
        const info = await writer.close();
        this.writtenCount += 1;
        if (this.written.length < NAMES_KEPT) this.written.push({ bucket, key });
        return info;
      },
      abort: () => writer.abort(),
    };
  }

  list(bucket: string, prefix: string): AsyncIterable<ObjectInfo> {
    return this.#store.list(bucket, prefix);
  }
}
