import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readJson, writeWhole } from "./atomic-file.js";
import type { ChecksumValue } from "./checksum.js";

/** What S3 knows of an object besides its bytes. */
export interface ObjectMetadata {
  /** Without quotes. */
  readonly etag: string;
  /** `content-type` and its like, `expires`, `x-amz-storage-class`: answered as they were given. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names without `x-amz-meta-`. */
  readonly user: Readonly<Record<string, string>>;
  readonly checksum?: ChecksumValue | undefined;
  /** Of an object that was uploaded in parts. */
  readonly parts?: readonly { readonly size: number; readonly checksum?: string | undefined }[] | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Metadata and the version of the file it belongs to: a file that somebody changed by hand has lost its metadata. */
export interface MetadataRecord extends ObjectMetadata {
  readonly size: number;
  /** Modification time of the file, epoch ms. No two versions of one key have the same. */
  readonly modified: number;
}

/** Records kept in memory: some 50 MB of them. */
const CACHED = 100_000;

/** Metadata of objects as small files, apart from the objects so that no folder of a bucket shows them. */
export class MetadataFiles {
  readonly #root: string;
  readonly #cache = new Map<string, MetadataRecord>();

  /** @param root Folder that holds one folder for each bucket. */
  constructor(root: string) {
    this.#root = root;
  }

  /** The record of exactly this version of an object, if there is one. */
  async find(bucket: string, key: string, version: { size: number; mtimeMs: number }) {
    const isOf = (record: MetadataRecord | undefined): record is MetadataRecord =>
      record?.size === version.size && record.modified === version.mtimeMs;
    const path = this.#path(bucket, key);
    const cached = this.#cache.get(path);
    if (isOf(cached)) return cached;
    const record = (await readJson(path)) as MetadataRecord | undefined;
    if (!isOf(record)) return undefined;
    this.#remember(path, record);
    return record;
  }

  /** Keeps a record until the process ends, for files that somebody else made. */
  remember(bucket: string, key: string, record: MetadataRecord): void {
    this.#remember(this.#path(bucket, key), record);
  }

  async write(bucket: string, key: string, record: MetadataRecord): Promise<void> {
    const path = this.#path(bucket, key);
    await writeWhole(path, JSON.stringify({ key, ...record }));
    this.#remember(path, record);
  }

  async remove(bucket: string, key: string): Promise<void> {
    const path = this.#path(bucket, key);
    this.#cache.delete(path);
    await rm(path, { force: true });
  }

  async removeBucket(bucket: string): Promise<void> {
    const folder = join(this.#root, bucket);
    for (const path of this.#cache.keys()) if (path.startsWith(join(folder, "/"))) this.#cache.delete(path);
    await rm(folder, { recursive: true, force: true });
  }

  #remember(path: string, record: MetadataRecord): void {
    this.#cache.delete(path);
    this.#cache.set(path, record);
    if (this.#cache.size <= CACHED) return;
    for (const oldest of this.#cache.keys()) {
      this.#cache.delete(oldest);
      return;
    }
  }

  #path(bucket: string, key: string): string {
    const name = createHash("sha1").update(key).digest("hex");
    return join(this.#root, bucket, name.slice(0, 2), `${name.slice(2)}.json`);
  }
}
