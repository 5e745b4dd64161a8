import { join } from "node:path";
import { fileStore } from "../adapters/store/files.js";
import { pathOfKey } from "../adapters/store/key-path.js";
import { layeredStore } from "../adapters/store/layered.js";
import type { ObjectStore } from "../run/ports.js";
import type { ItemsFile } from "./reader-failure.js";
import { STATE_FOLDER } from "./state-folder.js";
import { StoreWatch } from "./store-watch.js";

/** Where the buckets of a local run are. */
export interface BucketOptions {
  /** Folder under which each bucket is a folder. Default: `.fanout/s3`. */
  readonly s3Root?: string | undefined;
  /** Folders of single buckets elsewhere. */
  readonly buckets?: Readonly<Record<string, string>> | undefined;
  /** Stores of single buckets, before folders. */
  readonly stores?: Readonly<Record<string, ObjectStore>> | undefined;
  /** What the items are on this machine that are read from a bucket of `stores`. */
  readonly itemFiles?: Readonly<Record<string, ItemsFile>> | undefined;
  /** The account that owns them. Default: 000000000000. */
  readonly account?: string | undefined;
}

/** The objects of a local run, and what they are called on this machine. */
export class LocalStore {
  readonly objects: StoreWatch;
  readonly #options: BucketOptions;
  readonly #root: string;

  /** @param onRead See StoreWatch. */
  constructor(options: BucketOptions, onRead: (fraction: number) => void) {
    this.#options = options;
    this.#root = options.s3Root ?? join(STATE_FOLDER, "s3");
    const files = fileStore({ root: this.#root, buckets: options.buckets ?? {}, account: options.account });
    this.objects = new StoreWatch(layeredStore(options.stores ?? {}, files), onRead);
  }

  /** What `s3://bucket/key`, or a whole `s3://bucket`, is on this machine. */
  fileOf(source: string): ItemsFile {
    const [bucket = "", ...rest] = source.replace("s3://", "").split("/");
    const { itemFiles = {}, buckets = {} } = this.#options;
    const folder = buckets[bucket] ?? join(this.#root, bucket);
    const given = itemFiles[bucket];
    if (given?.isBucket === true && rest.length > 0) return { ...given, name: `${given.name}/${rest.join("/")}` };
    if (given !== undefined) return given;
    if (rest.length === 0) return { name: folder, isFile: false, bucket };
    return { name: join(folder, pathOfKey(rest.join("/"))), isFile: true, bucket };
  }

  /** The files that were written: paths of the first ones, and how many in all. */
  written(): { readonly files: readonly string[]; readonly count: number } {
    const { stores = {} } = this.#options;
    const files = this.objects.written.filter(({ bucket }) => stores[bucket] === undefined);
    const hidden = this.objects.written.length - files.length;
    return {
      files: files.map(({ bucket, key }) => this.fileOf(`s3://${bucket}/${key}`).name),
      count: this.objects.writtenCount - hidden,
    };
  }
}
