import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { isMissing, noSuchBucket, noSuchKey, storeError } from "../../adapters/store/errors.js";
import { readBytes, readOpenFile } from "../../adapters/store/file-body.js";
import { infoOfFile } from "../../adapters/store/file-info.js";
import { type ListCursor, listFolder } from "../../adapters/store/file-listing.js";
import { removeFile } from "../../adapters/store/file-removal.js";
import { createFile } from "../../adapters/store/file-writer.js";
import { findFile } from "../../adapters/store/find-file.js";
import { LevelCache } from "../../adapters/store/folder-level.js";
import type { ObjectInfo } from "../../run/ports.js";
import type { Buckets } from "./buckets.js";
import { guessType } from "./content-type.js";
import { Locks } from "./lock.js";
import type { MetadataFiles, MetadataRecord, ObjectMetadata } from "./metadata.js";

/** An object as it is at one moment. */
export interface StoredObject extends MetadataRecord {
  readonly key: string;
}

/** One version of an object, open. `body` closes it, and so does `close`. */
export interface OpenObject extends StoredObject {
  /** Its file, which may be another version's by now. */
  readonly path: string;
  body(start: number, end: number): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** Looks at the object that is there, or at none, and throws to refuse the change. */
export type Check = (current: StoredObject | undefined) => void;

/** An object that is being written and that nobody sees. */
export interface Draft {
  write(chunk: Uint8Array): Promise<void>;
  /** Makes it visible with its metadata, in one step for all that read through here. */
  commit(metadata: ObjectMetadata, check?: Check): Promise<StoredObject>;
  abort(): Promise<void>;
}

/** Files up to this size have the etag S3 would make, the MD5 of the content; larger ones one of size and time. */
const HASHED_BYTES = 8 * 1024 * 1024;

/** Objects whose metadata is read at once. */
const BATCH = 64;

/**
 * Objects as files, each with its metadata. Writes and removals of a bucket happen one after the other; readers look
 * without waiting, and only when file and metadata do not fit together they look again when no write is going on.
 */
export class Objects {
  readonly #buckets: Buckets;
  readonly #metadata: MetadataFiles;
  readonly #now: () => number;
  readonly #locks = new Locks();
  readonly #levels = new LevelCache();

  constructor(buckets: Buckets, metadata: MetadataFiles, now: () => number) {
    this.#buckets = buckets;
    this.#metadata = metadata;
    this.#now = now;
  }

  async head(bucket: string, key: string): Promise<Omit<OpenObject, "body" | "close">> {
    const object = await this.open(bucket, key);
    await object.close();
    return object;
  }

  async open(bucket: string, key: string): Promise<OpenObject> {
    const folder = this.#buckets.folderOf(bucket);
    const first = await openFile(folder, key);
    const metadata = first && (await this.#metadata.find(bucket, key, first.stats));
    if (first !== undefined && metadata !== undefined) return opened(first, key, metadata);
    await first?.handle.close();
    return await this.#locks.run(bucket, async () => {
      const file = await openFile(folder, key);
      if (file === undefined) throw await this.#missing(bucket, key);
      return opened(file, key, await this.#describe(bucket, key, file.path, file.stats));
    });
  }

  /** Begins an object. The bucket's folder is made if it is not there. */
  async begin(bucket: string, key: string): Promise<Draft> {
    const folder = this.#buckets.folderOf(bucket);
    const writer = await createFile(folder, key).catch(rethrow);
    return {
      write: (chunk) => writer.write(chunk),
      abort: () => writer.abort(),
      commit: (metadata, check) =>
        this.#locks.run(bucket, async () => {
          try {
            const current = await this.#current(bucket, key);
            check?.(current);
            const { size, lastModified } = await writer.close(Math.max(this.#now(), (current?.modified ?? 0) + 1));
            const record = { ...metadata, size, modified: lastModified };
            await this.#metadata.write(bucket, key, record);
            return { ...record, key };
          } catch (error) {
            await writer.abort();
            throw storeErrorUnless(error);
          }
        }),
    };
  }

  /** Runs a check now, without holding anything. */
  async check(bucket: string, key: string, check: Check): Promise<void> {
    check(await this.#locks.run(bucket, () => this.#current(bucket, key)));
  }

  /** Removes an object. It is no error when there is none. */
  async remove(bucket: string, key: string, check?: Check): Promise<void> {
    const folder = await this.#buckets.need(bucket);
    await this.#locks.run(bucket, async () => {
      if (check !== undefined) check(await this.#current(bucket, key));
      await removeFile(folder, key).catch((error: unknown) => {
        if (!isMissing(error)) throw storeError(error);
      });
      await this.#metadata.remove(bucket, key);
    });
  }

  /** Changes the metadata of an object and leaves its bytes and its time. */
  async update(bucket: string, key: string, change: (old: StoredObject) => Partial<ObjectMetadata>): Promise<void> {
    await this.#locks.run(bucket, async () => {
      const current = await this.#current(bucket, key);
      if (current === undefined) throw await this.#missing(bucket, key);
      const { key: _key, ...record } = { ...current, ...change(current) };
      await this.#metadata.write(bucket, key, record);
    });
  }

  /** Objects in the order of their keys; `cursor` as of listFolder. */
  async *list(bucket: string, prefix: string, cursor?: ListCursor): AsyncGenerator<ObjectInfo, void, void> {
    yield* listFolder(await this.#buckets.need(bucket), prefix, cursor, this.#levels);
  }

  /** Adds what is known of objects that a listing has given. Those that are gone by now are left out. */
  async describe(bucket: string, infos: readonly ObjectInfo[]): Promise<StoredObject[]> {
    const found: StoredObject[] = [];
    for (let at = 0; at < infos.length; at += BATCH) {
      found.push(...(await this.#describeBatch(bucket, infos.slice(at, at + BATCH))));
    }
    return found;
  }

  /** Removes a bucket. False when there are objects, or other files, in it. */
  async removeBucket(bucket: string): Promise<boolean> {
    await this.#buckets.need(bucket);
    return await this.#locks.run(bucket, async () => {
      for await (const _ of this.list(bucket, "")) return false;
      if (!(await this.#buckets.remove(bucket))) return false;
      await this.#metadata.removeBucket(bucket);
      return true;
    });
  }

  async #describeBatch(bucket: string, infos: readonly ObjectInfo[]): Promise<StoredObject[]> {
    const known = await Promise.all(
      infos.map(async ({ key, size, lastModified }) => {
        const record = await this.#metadata.find(bucket, key, { size, mtimeMs: lastModified });
        return record && { ...record, key };
      }),
    );
    if (known.includes(undefined)) {
      // Made by hand, or written at this moment: seen again when no write is going on.
      await this.#locks.run(bucket, async () => {
        const settle = async (index: number) => {
          known[index] ??= await this.#current(bucket, infos[index]?.key ?? "");
        };
        await Promise.all(infos.map((_, index) => settle(index)));
      });
    }
    return known.filter((object) => object !== undefined);
  }

  /** The object that is there now. Only while nothing is written to the bucket. */
  async #current(bucket: string, key: string): Promise<StoredObject | undefined> {
    const found = await findFile(this.#buckets.folderOf(bucket), key).catch(undefinedIfMissing);
    if (!found?.stats.isFile()) return undefined;
    return { ...(await this.#describe(bucket, key, found.path, found.stats)), key };
  }

  async #describe(bucket: string, key: string, path: string, stats: Stats): Promise<MetadataRecord> {
    const known = await this.#metadata.find(bucket, key, stats);
    if (known !== undefined) return known;
    const etag = stats.size <= HASHED_BYTES ? await hashFile(path, stats.size) : `${infoOfFile(key, stats).etag}-1`;
    const record = {
      etag: etag.replaceAll('"', ""),
      headers: { "content-type": guessType(key) },
      user: {},
      size: stats.size,
      modified: stats.mtimeMs,
    };
    this.#metadata.remember(bucket, key, record);
    return record;
  }

  async #missing(bucket: string, key: string): Promise<Error> {
    return (await this.#buckets.exists(bucket)) ? noSuchKey(bucket, key) : noSuchBucket(bucket);
  }
}

interface OpenFile {
  readonly path: string;
  readonly stats: Stats;
  readonly handle: FileHandle;
}

async function openFile(folder: string, key: string): Promise<OpenFile | undefined> {
  const found = await findFile(folder, key).catch(undefinedIfMissing);
  // Nothing else is opened: a pipe would wait for its other end.
  if (!found?.stats.isFile()) return undefined;
  const handle = await open(found.path).catch(undefinedIfMissing);
  return handle && { path: found.path, stats: await handle.stat(), handle };
}

function opened({ handle, path }: OpenFile, key: string, metadata: MetadataRecord): OpenObject {
  return {
    ...metadata,
    key,
    path,
    body: (start, end) => readOpenFile(handle, start, end),
    close: () => handle.close(),
  };
}

async function hashFile(path: string, size: number): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of readBytes(path, 0, size)) hash.update(chunk);
  return hash.digest("hex");
}

function undefinedIfMissing(error: unknown): undefined {
  if (!isMissing(error)) throw storeError(error);
}

function rethrow(error: unknown): never {
  throw storeError(error);
}

/** Errors of the file system become errors of the store; what a check has thrown stays as it is. */
function storeErrorUnless(error: unknown): unknown {
  return (error as NodeJS.ErrnoException).syscall === undefined ? error : storeError(error);
}
