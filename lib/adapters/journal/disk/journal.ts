import type { Burst } from "../../../run/burst.js";
import type { ChildRecord } from "../../../run/items.js";
import type { HistoryEvent, Journal, Recorded } from "../../../run/ports.js";
import { BlockFile } from "./block-file.js";
import { FILE_HEADER, RECORD } from "./block-format.js";
import { BlockWriter } from "./block-writer.js";
import { historyIn } from "./history.js";
import { Numbering } from "./numbering.js";
import { ENDED, type FinishedNote, type MapRunNote, type ObjectNote, STATUSES } from "./records.js";
import { Shapes, writeMembers } from "./shapes.js";
import { Thread } from "./thread.js";

/** Size of a block that is not held back any longer, in bytes. */
const BLOCK_SIZE = 64 * 1024;

/** Where an earlier process left a journal. */
export interface JournalEnd {
  /** Bytes up to the end of the last whole block. */
  readonly size: number;
  readonly threads: number;
  /** By their numbers. */
  readonly mapRuns: readonly MapRunNote[];
}

export interface DiskJournalOptions {
  /** Where to go on; absent: a new journal is begun. */
  readonly end?: JournalEnd | undefined;
  /** Called once when the journal cannot be written any more. */
  readonly onFailure: (error: Error) => void;
}

/**
 * A journal on disk: histories, and how children of map runs ended. What is recorded is in the file some turns of the
 * event loop later, in the order it came; `flush` waits for it.
 */
export class DiskJournal implements Journal {
  readonly #path: string;
  readonly #file: BlockFile;
  readonly #block = new BlockWriter();
  readonly #shapes = new Shapes();
  readonly #shapeNumbers = new Numbering();
  /** Where in the block a burst has been told. */
  readonly #bursts = new WeakMap<Burst, { readonly epoch: number; readonly number: number }>();
  readonly #burstNumbers = new Numbering();
  /** Executions that are no children, which may go on after their end. */
  readonly #byArn = new Map<string, Thread>();
  readonly #mapRuns = new Map<string, number>();
  readonly #noted = new Set<string>();
  #threads: number;
  #scheduled = false;
  /** Whose event was recorded last. */
  #thread = new Thread(-1);
  readonly #data = (text: string) => this.#writeData(text);

  private constructor(path: string, file: BlockFile, end: JournalEnd | undefined) {
    this.#path = path;
    this.#file = file;
    this.#threads = end?.threads ?? 0;
    for (const note of end?.mapRuns ?? []) this.#number(note);
    if (end === undefined) file.append(FILE_HEADER);
    file.onIdle = () => this.#seal();
  }

  /** Rejects with the error of the file system. */
  static async open(path: string, { end, onFailure }: DiskJournalOptions): Promise<DiskJournal> {
    return new DiskJournal(path, await BlockFile.open(path, end?.size ?? 0, onFailure), end);
  }

  record(execution: Recorded, event: HistoryEvent): void {
    const thread = (execution.journalled as Thread | undefined) ?? this.#begin(execution);
    this.#thread = thread;
    if (!this.#writeLikely(thread, event)) this.#writeEvent(thread, event);
    this.#added();
  }

  recordBurst(execution: Recorded, burst: Burst, texts: readonly string[], timestamp: number): void {
    const thread = (execution.journalled as Thread | undefined) ?? this.#begin(execution);
    const block = this.#block;
    this.#thread = thread;
    const number = this.#burstNumber(burst);
    block.byte(RECORD.burst);
    block.varint(thread.number);
    block.varint(number);
    block.time(timestamp);
    for (let at = 0; at < burst.texts; at++) {
      const text = texts[at] as string;
      // The first one comes again, in another burst or at the child's end.
      if (at === 0 || text === texts[0]) this.#writeData(text);
      else block.text(text);
    }
    this.#added();
  }

  #burstNumber(burst: Burst): number {
    const { epoch } = this.#block;
    const known = this.#bursts.get(burst);
    if (known?.epoch === epoch) return known.number;
    const number = this.#burstNumbers.next(epoch);
    this.#bursts.set(burst, { epoch, number });
    this.#block.byte(RECORD.burstShape);
    this.#block.text(JSON.stringify(burst));
    return number;
  }

  /** Writes an event as if it had the members of the last one of its type. Gives whether it has. */
  #writeLikely(thread: Thread, { type, details, id, previousEventId, timestamp }: HistoryEvent): boolean {
    const block = this.#block;
    const shape = this.#shapes.likely(type, details?.[0]);
    if (shape === undefined || shape.epoch !== block.epoch) return false;
    block.mark();
    block.event(thread.number, shape.number, id, zigzag(id - previousEventId), timestamp);
    if (details === undefined || writeMembers(block, shape.slots, details[1], this.#data)) return true;
    block.rewind();
    thread.forget();
    return false;
  }

  #writeEvent(thread: Thread, event: HistoryEvent): void {
    const block = this.#block;
    const shape = this.#shapes.of(event);
    if (shape.epoch !== block.epoch) {
      shape.epoch = block.epoch;
      shape.number = this.#shapeNumbers.next(block.epoch);
      block.byte(RECORD.shape);
      block.text(shape.text);
    }
    const { id, previousEventId, timestamp, details } = event;
    block.event(thread.number, shape.number, id, zigzag(id - previousEventId), timestamp);
    if (details === undefined || writeMembers(block, shape.slots, details[1], this.#data)) return;
    throw new TypeError(`an event of type ${event.type} has members that are no JSON`);
  }

  #begin(execution: Recorded): Thread {
    const { mapRunId, index } = execution;
    const isChild = mapRunId !== undefined && index !== undefined;
    const known = isChild ? undefined : this.#byArn.get(execution.arn);
    const thread = known ?? new Thread(this.#threads++);
    execution.journalled = thread;
    if (known !== undefined) return known;
    const block = this.#block;
    block.byte(RECORD.thread);
    block.varint(thread.number);
    if (isChild) {
      block.varint(this.#numberOf(mapRunId) + 1);
      block.varint(index);
    } else {
      this.#byArn.set(execution.arn, thread);
      block.varint(0);
      block.name(execution.arn);
    }
    return thread;
  }

  #writeData(text: string): void {
    const thread = this.#thread;
    const block = this.#block;
    if (text === "") return block.text(text);
    if (thread.epoch === block.epoch) {
      if (thread.text === text) return block.again(thread.position, text.length);
      if (thread.earlierText === text) return block.again(thread.earlierPosition, text.length);
      thread.earlierText = thread.text;
      thread.earlierPosition = thread.position;
    } else {
      thread.epoch = block.epoch;
      thread.earlierText = "";
    }
    thread.text = text;
    thread.position = block.position;
    block.text(text);
  }

  /** To be called before anything of its children is recorded. */
  mapRunStarted(note: MapRunNote): void {
    // One that goes on in another process has been noted by the first.
    const number = this.#number(note);
    if (number === undefined) return;
    this.#block.byte(RECORD.mapRun);
    this.#block.varint(number);
    this.#block.text(JSON.stringify(note));
    this.#added();
  }

  /** Undefined for a note that has a number. */
  #number({ mapRunId, redrive = 0 }: MapRunNote): number | undefined {
    const name = `${mapRunId}/${redrive}`;
    if (this.#noted.has(name)) return undefined;
    const number = this.#noted.size;
    this.#noted.add(name);
    this.#mapRuns.set(mapRunId, number);
    return number;
  }

  /** Once for each child. Something to wait for when the disk does not keep up. */
  childEnded(mapRunId: string, child: ChildRecord & Pick<Recorded, "journalled">): void {
    if (child.status === "PENDING") return;
    const block = this.#block;
    const { index, firstItem, itemCount, output, error, cause } = child;
    const hasItems = firstItem !== index || itemCount !== 1;
    let bits = STATUSES.indexOf(child.status);
    if (output !== undefined) bits |= ENDED.output;
    if (error !== undefined) bits |= ENDED.error;
    if (cause !== undefined) bits |= ENDED.cause;
    if (hasItems) bits |= ENDED.items;
    block.byte(RECORD.childEnded);
    block.varint(this.#numberOf(mapRunId));
    block.varint(index);
    block.byte(bits);
    if (hasItems) {
      block.varint(firstItem);
      block.varint(itemCount);
    }
    block.time(child.startDate);
    block.time(child.stopDate);
    if (output !== undefined) this.#writeOutput(child, output);
    if (error !== undefined) block.text(error);
    if (cause !== undefined) block.text(cause);
    this.#added();
  }

  /** The last event of a child has told its output already. */
  #writeOutput(child: Pick<Recorded, "journalled">, output: string): void {
    if (this.#thread === child.journalled) this.#writeData(output);
    else this.#block.text(output);
  }

  #numberOf(mapRunId: string): number {
    const number = this.#mapRuns.get(mapRunId);
    if (number === undefined) throw new Error(`the journal has not been told of the map run ${mapRunId}`);
    return number;
  }

  /** Items are about to be read from an object. */
  objectRead(note: ObjectNote): void {
    this.#block.byte(RECORD.object);
    this.#block.text(JSON.stringify(note));
    this.#added();
  }

  /** The results of the run are where they were wanted: there is nothing left to resume. */
  finished(note: FinishedNote): void {
    this.#block.byte(RECORD.finished);
    this.#block.text(JSON.stringify(note));
    this.#added();
  }

  get pressure(): Promise<void> | undefined {
    return this.#file.pressure;
  }

  #added(): void {
    if (this.#block.size >= BLOCK_SIZE) return this.#seal();
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#turn);
  }

  /** A small block waits for the end of the write that is under way, so that a slow disk gets fewer, larger ones. */
  readonly #turn = (): void => {
    this.#scheduled = false;
    if (!this.#file.busy) this.#seal();
  };

  #seal(): void {
    if (this.#block.size > 0) this.#file.append(this.#block.seal());
  }

  /** Scans the journal: nothing is kept in memory for it. */
  *history(executionArn: string): Iterable<HistoryEvent> {
    this.#seal();
    yield* historyIn(this.#path, this.#file.size, this.#file.pending, executionArn);
  }

  /** Resolves when all that was recorded is on the disk for good. Rejects when it cannot be. */
  async flush(): Promise<void> {
    this.#seal();
    await this.#file.flush();
  }

  async close(): Promise<void> {
    this.#seal();
    await this.#file.close();
  }
}

/** Whole numbers of either sign as such from 0: 0, -1, 1, -2 ... */
function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}
