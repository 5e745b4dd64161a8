import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "../../adapters/store/errors.js";
import { createFile } from "../../adapters/store/file-writer.js";
import { readJson, writeWhole } from "./atomic-file.js";
import type { Algorithm, ChecksumValue } from "./checksum.js";
import { S3Error } from "./errors.js";
import { Locks } from "./lock.js";
import type { GivenMetadata } from "./object-headers.js";
import type { Target } from "./pump.js";

/** An upload in parts that has begun. */
export interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  /** Epoch ms. */
  readonly initiated: number;
  readonly metadata: GivenMetadata;
  /** What the whole object's checksum is going to be. */
  readonly checksum?: Pick<ChecksumValue, "algorithm" | "type"> | undefined;
}

export interface Part {
  readonly number: number;
  readonly size: number;
  /** MD5, hexadecimal. */
  readonly etag: string;
  readonly checksum?: { readonly algorithm: Algorithm; readonly value: string } | undefined;
  /** Epoch ms. */
  readonly modified: number;
  /** Its bytes. */
  readonly path: string;
}

export interface PartDraft extends Target {
  /** Makes it the part of its number. */
  commit(part: Pick<Part, "size" | "etag" | "checksum">): Promise<Part>;
  abort(): Promise<void>;
}

/**
 * Uploads in parts, below one folder: `bucket/id/upload.json`, and for each part its bytes in a file of their own and
 * `number.json`, which says what file that is. A part that is sent again takes the old one's place in one step.
 */
export class Uploads {
  readonly #root: string;
  readonly #now: () => number;
  readonly #locks = new Locks();

  constructor(root: string, now: () => number) {
    this.#root = root;
    this.#now = now;
  }

  async create(given: Omit<Upload, "id" | "initiated">): Promise<Upload> {
    const upload = { ...given, id: randomBytes(24).toString("base64url"), initiated: this.#now() };
    await writeWhole(this.#file(upload, "upload.json"), JSON.stringify(upload));
    return upload;
  }

  async find(bucket: string, key: string, id: string): Promise<Upload> {
    const upload = /^[\w-]{32}$/.test(id) ? await this.#read(bucket, id) : undefined;
    if (upload?.key !== key) throw new S3Error("NoSuchUpload", undefined, { UploadId: id });
    return upload;
  }

  /** Begins to take a part. */
  async begin(upload: Upload, number: number): Promise<PartDraft> {
    const name = `${number}-${randomBytes(8).toString("hex")}`;
    const writer = await createFile(this.#file(upload), name);
    return {
      write: (chunk) => writer.write(chunk),
      abort: () => writer.abort(),
      commit: (given) =>
        this.alone(upload, async () => {
          const old = await this.#readPart(upload, number);
          await writer.close();
          const part = { ...given, number, modified: this.#now(), path: this.#file(upload, name) };
          await writeWhole(this.#file(upload, `${number}.json`), JSON.stringify({ ...part, path: name }));
          if (old !== undefined) await rm(old.path, { force: true });
          return part;
        }),
    };
  }

  /** The parts that have arrived, in order. */
  async parts(upload: Upload): Promise<Part[]> {
    const names = await readdir(this.#file(upload));
    const numbers = names.flatMap((name) => /^(\d+)\.json$/.exec(name)?.slice(1).map(Number) ?? []);
    const parts = await Promise.all(numbers.sort((a, b) => a - b).map((number) => this.#readPart(upload, number)));
    return parts.filter((part) => part !== undefined);
  }

  /** The uploads of a bucket, by key and then by age. */
  async list(bucket: string): Promise<Upload[]> {
    const ids = await readdir(join(this.#root, bucket)).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    const found = await Promise.all(ids.map((id) => this.#read(bucket, id)));
    return found
      .filter((upload) => upload !== undefined)
      .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) || a.initiated - b.initiated);
  }

  /** Runs a task while no part of the upload changes, if it is still there. */
  alone<T>(upload: Upload, task: () => Promise<T>): Promise<T> {
    return this.#locks.run(upload.id, async () => {
      await this.find(upload.bucket, upload.key, upload.id);
      return await task();
    });
  }

  async remove(upload: Upload): Promise<void> {
    // First the file that makes it an upload: a removal that is interrupted leaves none.
    await rm(this.#file(upload, "upload.json"), { force: true });
    await rm(this.#file(upload), { recursive: true, force: true });
  }

  async removeBucket(bucket: string): Promise<void> {
    await rm(join(this.#root, bucket), { recursive: true, force: true });
  }

  async #read(bucket: string, id: string): Promise<Upload | undefined> {
    return (await readJson(join(this.#root, bucket, id, "upload.json"))) as Upload | undefined;
  }

  async #readPart(upload: Upload, number: number): Promise<Part | undefined> {
    const part = (await readJson(this.#file(upload, `${number}.json`))) as Part | undefined;
    return part && { ...part, path: this.#file(upload, part.path) };
  }

  #file({ bucket, id }: Upload, name = ""): string {
    return join(this.#root, bucket, id, name);
  }
}
