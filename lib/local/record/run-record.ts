import type { DiskJournal } from "../../adapters/journal/disk/journal.js";
import type { FinishedNote, MapRunNote, ObjectNote } from "../../adapters/journal/disk/records.js";
import type { MapRunLeft, RunLeft } from "../../adapters/journal/disk/scan.js";
import { FanoutError } from "../../errors.js";
import type { ChildRecord } from "../../run/items.js";
import { mapRunIdOf } from "../../run/map-run/family.js";
import type { PriorRun } from "../../run/map-run/prior.js";
import type { HistoryEvent, Journal, ObjectStore, Recorded } from "../../run/ports.js";
import type { RestoreMode } from "../../run/restore.js";
import { Attempts } from "./attempts.js";
import { type DataFolder, unwritable } from "./data-folder.js";
import { HeldJournal } from "./held-journal.js";
import { mapRunsSucceeded } from "./map-runs-over.js";
import { redrivesIn } from "./redrivable.js";

/** Types of the event that ends an execution whose map runs may still be under way. */
const CUT_SHORT: ReadonlySet<string> = new Set(["ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"]);

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
  readonly #events: HeldJournal;
  /** By the ids of map runs: what each attempt left, the first one and those of redrives. */
  readonly #left = new Map<string, MapRunLeft[]>();
  /** By their names, as they were last. */
  readonly #objects = new Map<string, ObjectNote>();
  #stopping = false;

  private constructor(folder: DataFolder, journal: DiskJournal, mode: RestoreMode) {
    this.#folder = folder;
    this.#disk = journal;
    this.#events = new HeldJournal(journal);
    this.executionArn = folder.run.execution;
    this.mode = mode;
    this.redriveCount = redrivesIn(folder.left?.events ?? []) + (mode === "redrive" ? 1 : 0);
    for (const left of folder.left?.mapRuns ?? []) {
      const { mapRunId } = left.note;
      this.#left.set(mapRunId, [...(this.#left.get(mapRunId) ?? []), left]);
    }
    for (const note of folder.left?.objects ?? []) this.#objects.set(nameOf(note), note);
    // A map run that began no children, because of its items mostly, reads them anew.
    if (mode === "redrive" && !this.#readsOn) this.#objects.clear();
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
      recordBurst: (execution, burst, texts, timestamp) => this.#events.recordBurst(execution, burst, texts, timestamp),
      history: (arn) => this.#disk.history(arn),
      close: () => this.#disk.close(),
    };
  }

  #record(execution: Recorded, event: HistoryEvent): void {
    if (this.#stopping && event.type.endsWith("Aborted")) return;
    const isOwn = execution.mapRunId === undefined && execution.arn === this.executionArn;
    if (isOwn && CUT_SHORT.has(event.type)) this.#events.hold();
    this.#events.record(execution, event);
  }

  /**
   * The execution has ended, and the results of its map runs are written. Up to then its end is held back, and what came
   * of it: a process that goes on after it has only to look at the history to know that no result file is missing.
   */
  resultsWritten(): void {
    this.#events.release();
  }

  /**
   * The run is asked to end. What is aborted from now on is aborted for that reason alone, which is no end of a run that
   * can be gone on with: it is not recorded.
   */
  stopping(): void {
    this.#stopping = true;
  }

  mapRunStarted(note: Omit<MapRunNote, "redrive">): void {
    this.#events.mapRunStarted(this.redriveCount === 0 ? note : { ...note, redrive: this.redriveCount });
  }

  /** Records how a child ended, unless that is recorded. */
  childEnded(mapRunId: string, record: ChildRecord): void {
    if (this.#stopping && record.status === "ABORTED") return;
    const attempts = this.#left.get(mapRunId);
    const known = attempts?.some((left) => {
      return left.ended.has(record.index) && (record.kept === true || this.#isCurrent(left));
    });
    if (known !== true) this.#events.childEnded(mapRunId, record);
  }

  /** Whether it is of the run as it goes on, and not of what is redriven now. */
  #isCurrent({ note }: MapRunLeft): boolean {
    return (note.redrive ?? 0) === this.redriveCount;
  }

  /** Something to wait for when the disk does not keep up. */
  get pressure(): Promise<void> | undefined {
    return this.#disk.pressure;
  }

  /** What earlier processes left of a map run. */
  prior(mapRunArn: string): PriorRun | undefined {
    const attempts = this.#left.get(mapRunIdOf(mapRunArn));
    const [first, ...others] = attempts ?? [];
    if (attempts === undefined || first === undefined) return undefined;
    const { startDate } = first.note;
    const current = attempts.findIndex((left) => this.#isCurrent(left));
    if (current === 0) return { children: this.#folder.children(first), startDate, redriveCount: 0 };
    const children = attempts.map((left, at) => this.#folder.children(left, at !== current));
    const redriveCount = current === -1 ? attempts.length : others.length;
    return { children: new Attempts(children, current), startDate, redriveCount };
  }

  /** Children of map runs that stay as they ended. */
  get keptChildren(): number {
    const kept = (left: MapRunLeft) => (this.#isCurrent(left) ? left.ended.count : left.succeeded);
    return [...this.#left.values()].flat().reduce((sum, left) => sum + kept(left), 0);
  }

  /** The children of a map run as they ended in earlier processes, in item order, some thousand at a time. */
  async *ended({ note }: MapRunLeft): AsyncIterable<readonly ChildRecord[]> {
    const attempts = this.#left.get(note.mapRunId) ?? [];
    const children = new Attempts(
      attempts.map((left) => this.#folder.children(left)),
      attempts.length - 1,
    );
    const count = attempts.reduce((most, left) => Math.max(most, left.children), 0);
    for (let from = 0; from < count; from += RANGE) {
      const to = Math.min(from + RANGE, count);
      await children.load(from, to);
      const records: ChildRecord[] = [];
      for (let index = from; index < to; index++) {
        const child = children.take(index)?.child;
        if (child !== undefined) records.push(Object.assign(child, NOT_KEPT) as ChildRecord);
      }
      yield records;
    }
  }

  /** Whether a map run that goes on has children already, whose items must be what they were. */
  get #readsOn(): boolean {
    const over = mapRunsSucceeded(this.left?.events ?? []);
    const goesOn = ({ note }: MapRunLeft) => !note.owned || !over.has(note.arn);
    return (this.left?.mapRuns ?? []).some((left) => goesOn(left) && (left.children > 0 || left.unfinished.size > 0));
  }

  /**
   * The store of the run's items and results: each object is noted when it is first read, and one that is written is there
   * when all is on the disk that it says.
   */
  noting(store: ObjectStore): ObjectStore {
    return {
      head: (bucket, key, options) => store.head(bucket, key, options),
      get: async (bucket, key, range, options) => {
        const object = await store.get(bucket, key, range, options);
        const note = { bucket, key, versionId: options?.versionId, etag: object.etag };
        if (!this.#objects.has(nameOf(note))) {
          this.#objects.set(nameOf(note), note);
          this.#disk.objectRead(note);
        }
        return object;
      },
      put: async (bucket, key, options) => {
        const object = await store.put(bucket, key, options);
        return {
          write: (chunk) => object.write(chunk),
          close: async () => {
            await this.flush().catch(async (error: unknown) => {
              await object.abort();
              throw error;
            });
            return await object.close();
          },
          abort: () => object.abort(),
        };
      },
      list: (bucket, prefix, options) => store.list(bucket, prefix, options),
      discards: (bucket) => store.discards?.(bucket) ?? false,
    };
  }

  /** Rejects with FANOUT_DATA_UNUSABLE when an object that items were read from is no longer what it was. */
  async checkObjects(store: ObjectStore, nameOnDisk: (source: string) => string): Promise<void> {
    for (const { bucket, key, versionId, etag } of this.#objects.values()) {
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

function nameOf({ bucket, key, versionId }: ObjectNote): string {
  return `${bucket}/${key}?${versionId ?? ""}`;
}
