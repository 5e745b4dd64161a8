import { buffer } from "node:stream/consumers";
import type { ChildRecord } from "../items.js";
import { mapRunIdOf } from "../map-run/family.js";
import { type ObjectStore, ObjectStoreError, type WriteOptions } from "../ports.js";
import { type ResultFile, ResultFiles } from "./result-files.js";
import { type OutputType, type Transformation, transformRecord } from "./transform.js";

/** AWS begins the next file at 5 GB. */
const MAX_FILE_BYTES = 5 * 1024 ** 3;

/** How a manifest is put, as seen on AWS; result files are uploaded in parts and have no type of their own. */
const MANIFEST: WriteOptions = { contentType: "application/octet-stream", inParts: false };

/** What a ResultWriter comes to once its paths are resolved. */
export interface ResultWriterConfig {
  readonly bucket: string;
  /** Without a slash at the end; empty: the files are under the id of the map run alone. */
  readonly prefix: string;
  /** Ends in `:` and the id of the map run. */
  readonly mapRunArn: string;
  readonly transformation: Transformation;
  readonly outputType: OutputType;
  /** Bytes of one file at most, if it has more than one result; 5 GiB by default. */
  readonly maxFileBytes?: number | undefined;
  /**
   * Which redrive of the map run the results are of; 0, the default: none. Those of redrive N are below `Redrive-N/`, and
   * its manifest lists the SUCCEEDED files of all attempts before, which stay as they are.
   */
  readonly redriveCount?: number | undefined;
}

/**
 * Results that cannot be written. `message` is the cause of States.ResultWriterFailed, or of States.Runtime if that is
 * known before the map run begins.
 */
export class ResultWriterError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = "ResultWriterError";
  }
}

/**
 * Writes the results of a map run as Step Functions does, below `<prefix>/<map run id>/`: SUCCEEDED_n, FAILED_n and
 * PENDING_n files for those classes that have children, and a manifest.json that lists them. Records come in item order.
 * Nothing is visible before `finish`.
 */
export class ResultWriter {
  readonly #store: ObjectStore;
  readonly #config: ResultWriterConfig;
  readonly #manifestKey: string;
  readonly #succeeded: ResultFiles;
  readonly #failed: ResultFiles;
  readonly #pending: ResultFiles;
  /** Asked for before the run begins and at its end; nobody changes it in between. */
  #earlier: Promise<Earlier> | undefined;

  constructor(store: ObjectStore, config: ResultWriterConfig) {
    const { bucket, outputType, maxFileBytes = MAX_FILE_BYTES } = config;
    const folder = resultsFolderOf(config);
    const files = (name: string) => new ResultFiles(store, bucket, `${folder}/${name}`, outputType, maxFileBytes);
    this.#store = store;
    this.#config = config;
    this.#manifestKey = manifestKeyOf(config);
    this.#succeeded = files("SUCCEEDED");
    this.#failed = files("FAILED");
    this.#pending = files("PENDING");
  }

  /**
   * Tries the destination before the run begins, as AWS does, and leaves nothing there. Throws ResultWriterError.
   */
  async check(): Promise<void> {
    try {
      const manifest = await this.#store.put(this.#config.bucket, this.#manifestKey);
      await manifest.abort();
    } catch (error) {
      throw writerError("Failed to write a test manifest into the specified output bucket.", error);
    }
  }

  /**
   * The last attempt before this one that wrote a manifest, which lists the successes of all up to then; undefined when
   * there are none. Throws ResultWriterError.
   */
  async listedUpTo(): Promise<number | undefined> {
    try {
      const { attempt, files } = await this.#earlierSuccesses();
      return files.length > 0 ? attempt : undefined;
    } catch (error) {
      throw writerError("Failed to read the manifest of the attempt before.", error);
    }
  }

  /** Adds a record. When a promise comes back, wait for it before the next; it rejects with ResultWriterError. */
  add(record: ChildRecord): Promise<void> | undefined {
    const files = this.#filesOf(record);
    let full: Promise<void> | undefined;
    for (const text of transformRecord(record, this.#config.transformation)) full = files.add(text) ?? full;
    return full?.catch((error: unknown) => {
      throw writerError("Failed to write the results.", error);
    });
  }

  /** Completes the files, then the manifest that lists them. Answers where the manifest is. */
  async finish(): Promise<{ bucket: string; key: string }> {
    const { bucket, mapRunArn } = this.#config;
    try {
      const { files: earlier } = await this.#earlierSuccesses();
      // A redrive without a success after attempts with some writes a file of none, as seen in what AWS has left.
      const SUCCEEDED = [...earlier, ...(await this.#succeeded.finish(earlier.length > 0))];
      const FAILED = await this.#failed.finish();
      const PENDING = await this.#pending.finish();
      const ResultFiles = { FAILED, PENDING, SUCCEEDED };
      await this.#writeManifest(JSON.stringify({ DestinationBucket: bucket, MapRunArn: mapRunArn, ResultFiles }));
    } catch (error) {
      await this.abort();
      throw writerError("Failed to write the results.", error);
    }
    return { bucket, key: this.#manifestKey };
  }

  /** Last of all: who finds a manifest finds all files that it lists. */
  async #writeManifest(text: string): Promise<void> {
    const manifest = await this.#store.put(this.#config.bucket, this.#manifestKey, MANIFEST);
    try {
      await manifest.write(text);
    } catch (error) {
      await manifest.abort();
      throw error;
    }
    await manifest.close();
  }

  /** Gives the results up and leaves nothing of them behind. Not to be called once `finish` has answered. */
  async abort(): Promise<void> {
    await Promise.all([this.#succeeded.abort(), this.#failed.abort(), this.#pending.abort()]);
  }

  /** The SUCCEEDED files of the attempts before this one. */
  #earlierSuccesses(): Promise<Earlier> {
    this.#earlier ??= this.#readEarlier();
    return this.#earlier;
  }

  /** As the last attempt that wrote a manifest lists them. */
  async #readEarlier(): Promise<Earlier> {
    for (let attempt = (this.#config.redriveCount ?? 0) - 1; attempt >= 0; attempt--) {
      const key = manifestKeyOf({ ...this.#config, redriveCount: attempt });
      try {
        const { body } = await this.#store.get(this.#config.bucket, key);
        const manifest = JSON.parse((await buffer(body)).toString()) as Manifest;
        return { attempt, files: manifest.ResultFiles.SUCCEEDED };
      } catch (error) {
        if (!(error instanceof ObjectStoreError && error.code === "NoSuchKey")) throw error;
      }
    }
    return { attempt: 0, files: [] };
  }

  #filesOf({ status }: ChildRecord): ResultFiles {
    if (status === "SUCCEEDED") return this.#succeeded;
    return status === "PENDING" ? this.#pending : this.#failed;
  }
}

/** SUCCEEDED files as an attempt lists them. */
interface Earlier {
  readonly attempt: number;
  readonly files: readonly ResultFile[];
}

interface Manifest {
  readonly ResultFiles: { readonly SUCCEEDED: readonly ResultFile[] };
}

/** Where an attempt of a map run lists its results. */
export function manifestKeyOf(config: ResultWriterConfig): string {
  return `${resultsFolderOf(config)}/manifest.json`;
}

/** Where the results of an attempt are: a key without a slash at its end. */
export function resultsFolderOf({
  prefix,
  mapRunArn,
  redriveCount = 0,
}: Pick<ResultWriterConfig, "prefix" | "mapRunArn" | "redriveCount">): string {
  const id = mapRunIdOf(mapRunArn);
  const folder = prefix === "" ? id : `${prefix.replace(/\/$/, "")}/${id}`;
  return redriveCount === 0 ? folder : `${folder}/Redrive-${redriveCount}`;
}

function writerError(what: string, cause: unknown): ResultWriterError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const named = cause instanceof ObjectStoreError && cause.code !== "InternalError" && !why.includes(cause.code);
  return new ResultWriterError(`${what} ${named ? `${cause.code}: ${why}` : why}`, cause);
}
