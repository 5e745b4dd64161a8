import type { DiskJournal } from "../../adapters/journal/disk/journal.js";
import type { FinishedNote, MapRunNote } from "../../adapters/journal/disk/records.js";
import type { MapRunLeft, RunLeft } from "../../adapters/journal/disk/scan.js";
import { FanoutError } from "../../errors.js";
import type { ChildRecord } from "../../run/items.js";
import { mapRunIdOf } from "../../run/map-run/family.js";
import type { PriorRun } from "../../run/map-run/prior.js";
import type { HistoryEvent, Journal, ObjectStore, Recorded } from "../../run/ports.js";
import type { RestoreMode } from "../../run/restore.js";
import { type DataFolder, unwritable } from "./data-folder.js";
import { redrivesIn } from "./redrivable.js";

/** Children that are read at a time when the results of a map run are told again. */
const RANGE = 4096;

/**
 * A run's record on disk, as its session sees it: what happens is recorded, and what earlier processes recorded is at
 * hand.
 */
export class RunRecord {
  /** The execution's ARN. */
  readonly executionArn: string;
  /** How the run goes on. */
  readonly mode: RestoreMode;
  /** Redrives of the execution, the one that is about to begin included. */
  readonly redriveCount: number;
  readonly #folder: DataFolder;
  readonly #disk: DiskJournal;
  readonly #left = new Map<string, MapRunLeft>();
  readonly #objects = new Set<string>();
  #stopping = false;

  private constructor(folder: DataFolder, journal: DiskJournal, mode: RestoreMode) {
    this.#folder = folder;
    this.#disk = journal;
    this.executionArn = folder.run.execution;
    this.mode = mode;
    this.redriveCount = redrivesIn(folder.left?.events ?? []) + (mode === "redrive" ? 1 : 0);
    for (const left of folder.left?.mapRuns ?? []) this.#left.set(left.note.mapRunId, left);
    for (const { bucket, key, versionId } of folder.left?.objects ?? [])
      this.#objects.add(nameOf(bucket, key, versionId));
  }

  /**
   * @param onFailure Called once when the journal cannot be written any more: what happens from then on would be done
   * again.
   */
  static async open(
    folder: DataFolder,
    onFailure: (error: FanoutError) => void,
    mode: RestoreMode = "resume",
  ): Promise<RunRecord> {
    return new RunRecord(folder, await folder.journal((error) => onFailure(unwritable(folder.path, error))), mode);
  }

  /** What earlier processes left; undefined for a new run. */
  get left(): RunLeft | undefined {
    return this.#folder.left;
  }

  /** The port. */
  get journal(): Journal {
    return {
      record: (execution, event) => this.#record(execution, event),
      history: (arn) => this.#disk.history(arn),
      close: () => this.#disk.close(),
    };
  }

  #record(execution: Recorded, event: HistoryEvent): void {
    if (this.#stopping && event.type.endsWith("Aborted")) return;
    this.#disk.record(execution, event);
  }

  /**
   * The run is asked to end. What is aborted from now on is aborted for that reason alone, which is no end of a run that
   * can be gone on with: it is not recorded.
   */
  stopping(): void {
    this.#stopping = true;
  }

  mapRunStarted(note: MapRunNote): void {
    this.#disk.mapRunStarted(note);
  }

  /** Records how a child ended, unless an earlier process has. */
  childEnded(mapRunId: string, record: ChildRecord): void {
    if (this.#stopping && record.status === "ABORTED") return;
    if (this.#left.get(mapRunId)?.ended.has(record.index) !== true) this.#disk.childEnded(mapRunId, record);
  }

  /** Something to wait for when the disk does not keep up. */
  get pressure(): Promise<void> | undefined {
    return this.#disk.pressure;
  }

  /** What earlier processes left of a map run. */
  prior(mapRunArn: string): PriorRun | undefined {
    const left = this.#left.get(mapRunIdOf(mapRunArn));
    if (left === undefined) return undefined;
    return { children: this.#folder.children(left), startDate: left.note.startDate, redriveCount: 0 };
  }

  /** The children of a map run that ended in an earlier process, in item order, some thousand at a time. */
  async *ended(left: MapRunLeft): AsyncIterable<readonly ChildRecord[]> {
    const children = this.#folder.children(left);
    for (let from = 0; from < left.children; from += RANGE) {
      const to = Math.min(from + RANGE, left.children);
      await children.load(from, to);
      const records: ChildRecord[] = [];
      for (let index = from; index < to; index++) {
        const child = children.take(index);
        if (child?.kind === "ended") records.push(Object.assign(child.child, NOT_KEPT) as ChildRecord);
      }
      yield records;
    }
  }

  /** The store that items are read from, each object of it noted when it is first read. */
  noting(store: ObjectStore): ObjectStore {
    return {
      head: (bucket, key, options) => store.head(bucket, key, options),
      get: async (bucket, key, range, options) => {
        const object = await store.get(bucket, key, range, options);
        const name = nameOf(bucket, key, options?.versionId);
        if (!this.#objects.has(name)) {
          this.#objects.add(name);
          this.#disk.objectRead({ bucket, key, versionId: options?.versionId, etag: object.etag });
        }
        return object;
      },
      put: (bucket, key, options) => store.put(bucket, key, options),
      list: (bucket, prefix, options) => store.list(bucket, prefix, options),
      discards: (bucket) => store.discards?.(bucket) ?? false,
    };
  }

  /** Rejects with FANOUT_DATA_UNUSABLE when an object that items were read from is no longer what it was. */
  async checkObjects(store: ObjectStore, nameOnDisk: (source: string) => string): Promise<void> {
    for (const { bucket, key, versionId, etag } of this.left?.objects ?? []) {
      const now = await store.head(bucket, key, { versionId }).catch(() => undefined);
      if (now?.etag === etag) continue;
      const message = `${now === undefined ? "is gone" : "has changed"} since the run began: it cannot be gone on with`;
      const location = { file: nameOnDisk(`s3://${bucket}/${key}`) };
      throw new FanoutError("FANOUT_DATA_UNUSABLE", message, { location });
    }
  }

  /** Resolves when all that was recorded is on the disk. Rejects when it cannot be. */
  async flush(): Promise<void> {
    await this.#disk.flush().catch((error: unknown) => {
      throw unwritable(this.#folder.path, error);
    });
  }

  /** The run is over and its results are where they were wanted. */
  async finish(note: FinishedNote): Promise<void> {
    this.#disk.finished(note);
    await this.flush();
  }
}

/** What the journal does not have of a child that ended, and no result needs. */
const NOT_KEPT = {
  inputText: "",
  name: "",
  executionArn: "",
  stateMachineArn: "",
  executionType: "EXPRESS",
} as const;

function nameOf(bucket: string, key: string, versionId: string | undefined): string {
  return `${bucket}/${key}?${versionId ?? ""}`;
}
