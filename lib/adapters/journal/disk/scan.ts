import type { HistoryEvent } from "../../../run/ports.js";
import { Bits } from "./bits.js";
import { BlockReader } from "./block-reader.js";
import type { Blocks } from "./blocks.js";
import type { JournalEnd } from "./journal.js";
import {
  type EndedChild,
  type FinishedNote,
  type MapRunNote,
  type ObjectNote,
  type RecordVisitor,
  readRecords,
} from "./records.js";

/** What a journal has of one map run, or of one redrive of it, without any of its children's data. */
export interface MapRunLeft {
  readonly number: number;
  readonly note: MapRunNote;
  readonly ended: Bits;
  /** Children that have a history and no end, and the offsets of the blocks that it is in. */
  readonly unfinished: Map<number, number[]>;
  /** The same for children that ended without success. */
  readonly failed: Map<number, number[]>;
  succeeded: number;
  /** One more than the highest index of a child that ended. */
  children: number;
  /** Offset of the block that notes it. */
  readonly notedIn: number;
  /** Offsets of the first and the last block that tell how a child ended. */
  firstBlock: number;
  lastBlock: number;
}

/** What earlier processes left of a run. */
export interface RunLeft {
  readonly end: JournalEnd;
  /** Bytes after the last whole block: what was being written when the process ended. */
  readonly cut: number;
  /** The history of the run's own execution. */
  readonly events: readonly HistoryEvent[];
  readonly mapRuns: readonly MapRunLeft[];
  readonly objects: readonly ObjectNote[];
  readonly finished: FinishedNote | undefined;
  /** Epoch ms of the latest record. */
  readonly lastTime: number;
}

/** Thrown for a file that is no journal, or one that is damaged before its end. */
export class JournalDamaged extends Error {}

/**
 * Reads a whole journal once. A file that ends in the middle of a block was being written when its process ended, and
 * is taken as if that block had never been begun. A damaged block that whole ones follow is another matter: what it
 * said would be done again, which nobody has agreed to.
 *
 * Throws JournalDamaged.
 */
export function scan(blocks: Blocks, executionArn: string): RunLeft {
  const first = blocks.first;
  // A process that ended while it wrote the very first bytes has left nothing.
  if (first === undefined && blocks.size > 0 && blocks.anyFrom(0)) throw new JournalDamaged("it is no journal");
  const scanner = new Scanner(executionArn);
  let offset = first ?? 0;
  for (let block = blocks.at(offset); first !== undefined && block !== undefined; block = blocks.at(offset)) {
    scanner.read(block, offset);
    offset += block.length;
  }
  if (offset < blocks.size && blocks.anyFrom(offset + 1)) {
    throw new JournalDamaged(`the block at byte ${offset} is damaged, and whole ones follow it`);
  }
  return scanner.left(offset, blocks.size - offset);
}

class Scanner implements RecordVisitor {
  readonly #executionArn: string;
  readonly #events: HistoryEvent[] = [];
  readonly #own = new Set<number>();
  readonly #mapRuns: MapRunLeft[] = [];
  /** Threads of children that have not ended: where their history is. */
  readonly #open = new Map<number, number[]>();
  readonly #threadsOf = new Map<MapRunLeft, Map<number, number[]>>();
  readonly #objects: ObjectNote[] = [];
  #threads = 0;
  #finished: FinishedNote | undefined;
  #lastTime = 0;
  #offset = 0;

  constructor(executionArn: string) {
    this.#executionArn = executionArn;
  }

  read(block: Buffer, offset: number): void {
    this.#offset = offset;
    const reader = new BlockReader(block);
    readRecords(reader, this);
    this.#lastTime = Math.max(this.#lastTime, reader.lastTime);
  }

  left(size: number, cut: number): RunLeft {
    const mapRuns = this.#mapRuns;
    const end = { size, threads: this.#threads, mapRuns: mapRuns.map(({ note }) => note) };
    const [events, objects, finished, lastTime] = [this.#events, this.#objects, this.#finished, this.#lastTime];
    return { end, cut, events, mapRuns, objects, finished, lastTime };
  }

  mapRun(number: number, note: MapRunNote): void {
    const left = {
      number,
      note,
      ended: new Bits(),
      unfinished: new Map<number, number[]>(),
      failed: new Map<number, number[]>(),
      succeeded: 0,
      children: 0,
      notedIn: this.#offset,
      firstBlock: 0,
      lastBlock: 0,
    };
    this.#mapRuns[number] = left;
    this.#threadsOf.set(left, new Map());
  }

  thread(thread: number, note: Parameters<NonNullable<RecordVisitor["thread"]>>[1]): void {
    this.#threads = Math.max(this.#threads, thread + 1);
    if ("arn" in note) {
      if (note.arn === this.#executionArn) this.#own.add(thread);
      return;
    }
    const mapRun = this.#mapRuns[note.mapRun];
    if (mapRun === undefined) return;
    // A child that went on in another process has a thread in each, and one list of blocks.
    const offsets = mapRun.unfinished.get(note.index) ?? [];
    mapRun.unfinished.set(note.index, offsets);
    this.#open.set(thread, offsets);
    const threads = this.#threadsOf.get(mapRun);
    threads?.set(note.index, [...(threads.get(note.index) ?? []), thread]);
  }

  event(thread: number): ((event: HistoryEvent) => void) | undefined {
    if (this.#own.has(thread)) {
      // It goes on after its end: it is redriven.
      this.#finished = undefined;
      return (event) => this.#events.push(event);
    }
    const offsets = this.#open.get(thread);
    if (offsets !== undefined && offsets.at(-1) !== this.#offset) offsets.push(this.#offset);
    return undefined;
  }

  childEnded(number: number, index: number, status: EndedChild["status"]): undefined {
    const mapRun = this.#mapRuns[number];
    if (mapRun === undefined) return;
    if (mapRun.ended.count === 0) mapRun.firstBlock = this.#offset;
    mapRun.lastBlock = this.#offset;
    if (mapRun.ended.add(index) && status === "SUCCEEDED") mapRun.succeeded += 1;
    mapRun.children = Math.max(mapRun.children, index + 1);
    const offsets = mapRun.unfinished.get(index);
    if (offsets !== undefined && status !== "SUCCEEDED") mapRun.failed.set(index, offsets);
    mapRun.unfinished.delete(index);
    const threads = this.#threadsOf.get(mapRun);
    for (const thread of threads?.get(index) ?? []) this.#open.delete(thread);
    threads?.delete(index);
  }

  object(note: ObjectNote): void {
    this.#objects.push(note);
  }

  finished(note: FinishedNote): void {
    this.#finished = note;
  }
}
