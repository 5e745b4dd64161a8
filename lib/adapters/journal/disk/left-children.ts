import type { EndedChild as LeftEnd, PriorChild, PriorChildren } from "../../../run/map-run/prior.js";
import type { HistoryEvent } from "../../../run/ports.js";
import { recordedEnd } from "../../../run/recorded-end.js";
import { BlockReader } from "./block-reader.js";
import type { Blocks } from "./blocks.js";
import { IndexTable } from "./index-table.js";
import { type EndedChild, type RecordVisitor, readRecords } from "./records.js";
import type { MapRunLeft } from "./scan.js";

const REDRIVEN = "ExecutionRedriven";

/** Index of a child, and the offsets of the blocks that its history is in. */
type Place = readonly [index: number, offsets: readonly number[]];

/**
 * The children of a map run that a journal has, in the order of their indexes. Children ended nearly in that order, so
 * the file is read once, along with the items; of those that it has too early, only where they are is remembered.
 */
export class LeftChildren implements PriorChildren {
  readonly #blocks: Blocks;
  readonly #left: MapRunLeft;
  readonly #redriven: boolean;
  /** Where the next block is that has not been read. */
  #next: number;
  /** Offsets of the blocks that tell how children ended, of those that were read too early. */
  readonly #ends = new IndexTable();
  /** When children were redriven, of those that have been read of. Epoch ms. */
  readonly #redriveDates = new IndexTable();
  /** Where the histories are that are wanted, the next ones last. */
  readonly #places: Place[];
  readonly #ready = new Map<number, PriorChild>();

  /** @param redriven Children that did not succeed are to go on from their histories. */
  constructor(blocks: Blocks, left: MapRunLeft, redriven = false) {
    this.#blocks = blocks;
    this.#left = left;
    this.#redriven = redriven;
    this.#next = left.note.redrive === undefined ? left.firstBlock : left.notedIn;
    this.#places = [...left.unfinished, ...(redriven ? left.failed : [])].sort(([a], [b]) => b - a);
  }

  /** Makes children `from` up to and without `to` ready to be taken. Ranges follow one another. */
  async load(from: number, to: number): Promise<void> {
    const { ended } = this.#left;
    const places = new Set<number>();
    let missing = 0;
    for (let index = from; index < to; index++) {
      if (!ended.has(index)) continue;
      const place = this.#ends.get(index);
      if (place === 0) missing += 1;
      else places.add(place);
    }
    for (const place of places) this.#readEnds(place, from, to);
    while (missing > 0 && this.#next <= this.#left.lastBlock) missing -= this.#readNext(from, to);
    for (const [index, events] of this.#histories(to)) this.#keepHistory(index, events);
    this.#ends.forget(to);
    this.#redriveDates.forget(to);
  }

  /** The child, once, of a range that was loaded; undefined for one that was never begun. */
  take(index: number): PriorChild | undefined {
    const child = this.#ready.get(index);
    if (child !== undefined) this.#ready.delete(index);
    return child;
  }

  #readEnds(offset: number, from: number, to: number): void {
    this.#read(offset, (index) => {
      if (index < from || index >= to) return undefined;
      return (child) => this.#keepEnd(index, child);
    });
  }

  /** Gives how many of the range it had. */
  #readNext(from: number, to: number): number {
    const offset = this.#next;
    let found = 0;
    const wants = (index: number) => {
      if (index >= to) this.#ends.set(index, offset);
      if (index < from || index >= to) return undefined;
      found += 1;
      return (child: EndedChild) => this.#keepEnd(index, child);
    };
    this.#next += this.#read(offset, wants, this.#left.note.redrive === undefined ? {} : this.#redrivesFrom(from));
    return found;
  }

  #read(
    offset: number,
    wants: (index: number) => ((child: EndedChild) => void) | undefined,
    others: RecordVisitor = {},
  ): number {
    const { number } = this.#left;
    const childEnded = (mapRun: number, index: number) => (mapRun === number ? wants(index) : undefined);
    return this.#visit(offset, { ...others, childEnded });
  }

  /** Learns when children were redriven. Where they were, that is the first event of their thread, in the same block. */
  #redrivesFrom(from: number): RecordVisitor {
    const { number } = this.#left;
    let begun: { readonly thread: number; readonly index: number } | undefined;
    return {
      thread: (thread, note) => {
        begun = "mapRun" in note && note.mapRun === number ? { thread, index: note.index } : undefined;
      },
      event: (thread) => {
        if (begun?.thread !== thread) return undefined;
        const { index } = begun;
        begun = undefined;
        if (index < from) return undefined;
        return ({ type, timestamp }) => {
          if (type === REDRIVEN) this.#redriveDates.set(index, timestamp);
        };
      },
    };
  }

  /** The histories of children up to one: each block that has some of them is read once. */
  #histories(to: number): Map<number, HistoryEvent[]> {
    const { number } = this.#left;
    const histories = new Map<number, HistoryEvent[]>();
    const threads = new Map<number, HistoryEvent[]>();
    const blocks = new Set<number>();
    while ((this.#places.at(-1)?.[0] ?? to) < to) {
      const [index, offsets] = this.#places.pop() as Place;
      histories.set(index, []);
      for (const offset of offsets) blocks.add(offset);
    }
    for (const offset of [...blocks].sort((a, b) => a - b)) {
      this.#visit(offset, {
        thread: (thread, note) => {
          const events = "mapRun" in note && note.mapRun === number ? histories.get(note.index) : undefined;
          if (events !== undefined) threads.set(thread, events);
        },
        event: (thread) => {
          const events = threads.get(thread);
          return events && ((event) => events.push(event));
        },
      });
    }
    return histories;
  }

  #keepEnd(index: number, end: LeftEnd): void {
    const redriveDate = this.#redriveDates.get(index);
    const child = redriveDate === 0 ? end : { ...end, redriveDate };
    const again = this.#redriven && child.status !== "SUCCEEDED";
    this.#ready.set(index, again ? { kind: "unfinished", events: [], child } : { kind: "ended", child });
  }

  #keepHistory(index: number, events: readonly HistoryEvent[]): void {
    if (!this.#ready.has(index)) {
      const end = endOf(events);
      if (end !== undefined) this.#keepEnd(index, end);
    }
    const known = this.#ready.get(index);
    if (known?.kind === "ended") return;
    this.#ready.set(index, { kind: "unfinished", events, child: known?.child });
  }

  /** Gives the length of the block. */
  #visit(offset: number, visitor: RecordVisitor): number {
    const block = this.#blocks.at(offset);
    if (block === undefined) throw new Error(`the journal has changed while it is read: no block at byte ${offset}`);
    readRecords(new BlockReader(block), visitor);
    return block.length;
  }
}

/** How a child ended whose last event has been recorded, and no more of its end. */
function endOf(events: readonly HistoryEvent[]): LeftEnd | undefined {
  const end = recordedEnd(events);
  if (end === undefined) return undefined;
  const startDate = events[0]?.timestamp ?? 0;
  const stopDate = events.at(-1)?.timestamp ?? 0;
  const how = end.status === "SUCCEEDED" ? { status: end.status, output: end.output.text } : end;
  return { ...how, startDate, stopDate, redriveDate: events.find(({ type }) => type === REDRIVEN)?.timestamp };
}
