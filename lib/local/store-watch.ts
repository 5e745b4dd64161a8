import type {
  BucketInfo,
  ObjectBody,
  ObjectInfo,
  ObjectStore,
  ObjectWriter,
  ReadOptions,
  WriteOptions,
} from "../run/ports.js";

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
  readonly #onRead: (fraction: number) => void;
  #opened = 0;

  /**
   * @param onRead Called whenever a further piece of an object is asked for, with the part of the object, 0 to 1, that
   * has been made use of until then. Not when several objects are read, whose sizes are not known together.
   */
  constructor(store: ObjectStore, onRead: (fraction: number) => void) {
    this.#store = store;
    this.#onRead = onRead;
  }

  head(bucket: string, key: string, options?: ReadOptions): Promise<ObjectInfo> {
    return this.#store.head(bucket, key, options);
  }

  async get(
    bucket: string,
    key: string,
    range?: { start: number; end?: number },
    options?: ReadOptions,
  ): Promise<ObjectBody> {
    const object = await this.#store.get(bucket, key, range, options);
    this.#opened += 1;
    return { ...object, body: this.#followed(object) };
  }

  async *#followed({ body, size }: ObjectBody): AsyncGenerator<Uint8Array, void, void> {
    let used = 0;
    for await (const chunk of body) {
      if (used > 0 && this.#opened === 1 && size > 0) this.#onRead(used / size);
      yield chunk;
      used += chunk.length;
    }
  }

  async put(bucket: string, key: string, options?: WriteOptions): Promise<ObjectWriter> {
    const writer = await this.#store.put(bucket, key, options);
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

  list(bucket: string, prefix: string, options?: ReadOptions): AsyncIterable<ObjectInfo> {
    return this.#store.list(bucket, prefix, options);
  }

  async remove(bucket: string, key: string): Promise<void> {
    await this.#store.remove?.(bucket, key);
  }

  discards(bucket: string): boolean {
    return this.#store.discards?.(bucket) ?? false;
  }

  async createBucket(bucket: string): Promise<void> {
    await this.#store.createBucket?.(bucket);
  }

  async buckets(): Promise<readonly BucketInfo[]> {
    return (await this.#store.buckets?.()) ?? [];
  }
}
