import type { Stats } from "node:fs";
import { mkdir, readdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isMissing, noSuchBucket, storeError } from "../../adapters/store/errors.js";
import { isAbandoned } from "../../adapters/store/file-writer.js";

export interface BucketInfo {
  readonly name: string;
  /** Epoch ms. */
  readonly created: number;
}

/** Buckets as folders: those of one root and single ones elsewhere. */
export class Buckets {
  readonly #root: string;
  readonly #elsewhere: ReadonlyMap<string, string>;
  /** For what is known of a bucket besides its objects. */
  readonly #notes: string;

  constructor(root: string, elsewhere: Readonly<Record<string, string>>, notes: string) {
    this.#root = root;
    this.#elsewhere = new Map(Object.entries(elsewhere));
    this.#notes = notes;
  }

  /** The folder of a bucket, whether it is there or not. */
  folderOf(bucket: string): string {
    const folder = this.#elsewhere.get(bucket);
    if (folder !== undefined) return folder;
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/.test(bucket)) throw noSuchBucket(bucket);
    return join(this.#root, bucket);
  }

  async exists(bucket: string): Promise<boolean> {
    return (await stats(this.folderOf(bucket)))?.isDirectory() === true;
  }

  /** The folder of a bucket that is there. */
  async need(bucket: string): Promise<string> {
    if (!(await this.exists(bucket))) throw noSuchBucket(bucket);
    return this.folderOf(bucket);
  }

  async list(): Promise<BucketInfo[]> {
    const names = new Set(this.#elsewhere.keys());
    for (const name of await readdir(this.#root).catch(ifMissing<string[]>([]))) {
      if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) names.add(name);
    }
    const found = await Promise.all(
      [...names].sort().map(async (name) => ({ name, stats: await stats(this.folderOf(name)) })),
    );
    return found.flatMap(({ name, stats }) =>
      stats?.isDirectory() === true ? [{ name, created: stats.birthtimeMs || stats.ctimeMs }] : [],
    );
  }

  async create(bucket: string, location: string): Promise<void> {
    await mkdir(this.folderOf(bucket), { recursive: true });
    await mkdir(this.#notes, { recursive: true });
    await writeFile(this.#locationFile(bucket), location);
  }

  /** The region that the bucket was made for, if it was made here. */
  locationOf(bucket: string): Promise<string | undefined> {
    return readFile(this.#locationFile(bucket), "utf8").catch(ifMissing<string | undefined>(undefined));
  }

  /** Removes the folder of a bucket without objects. Answers false, and leaves it, when somebody's files are in it. */
  async remove(bucket: string): Promise<boolean> {
    if (!(await removeEmptyFolders(this.folderOf(bucket)))) return false;
    await rm(this.#locationFile(bucket), { force: true });
    return true;
  }

  #locationFile(bucket: string): string {
    return join(this.#notes, `${bucket}.location`);
  }
}

/** Removes a folder that holds nothing but empty folders and what an interrupted put has left. */
async function removeEmptyFolders(folder: string): Promise<boolean> {
  let empty = true;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) empty = (await removeEmptyFolders(path)) && empty;
    else if (isAbandoned(entry.name)) await rm(path);
    else empty = false;
  }
  if (empty) await rmdir(folder);
  return empty;
}

async function stats(path: string): Promise<Stats | undefined> {
  return await stat(path).catch(ifMissing<undefined>(undefined));
}

function ifMissing<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (isMissing(error)) return instead;
    throw storeError(error);
  };
}
