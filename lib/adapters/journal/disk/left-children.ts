import type { PriorChild, PriorChildren } from "../../../run/map-run/prior.js";
import type { HistoryEvent } from "../../../run/ports.js";
import { recordedEnd } from "../../../run/recorded-end.js";
import { BlockReader } from "./block-reader.js";
import type { Blocks } from "./blocks.js";
import { type EndedChild, type RecordVisitor, readRecords } from "./records.js";
import type { MapRunLeft } from "./scan.js";

/** Index of a child, and the offsets of the blocks that its history is in. */
type Unfinished = readonly [index: number, offsets: readonly number[]];

/** Children whose places are kept together. */
const PAGE = 1024;

/**
 * The children of a map run that a journal has, in the order of their indexes. Children ended nearly in that order, so
 * the file is read once, along with the items; of those that it has too early, only where they are is remembered.
 */
export class LeftChildren implements PriorChildren {
  readonly #blocks: Blocks;
  readonly #left: MapRunLeft;
  /** Where the next block is that has not been read. */
  #next: number;
  readonly #pages = new Map<number, Float64Array>();
  /** The next ones last. */
  readonly #unfinished: Unfinished[];
  readonly #ready = new Map<number, PriorChild>();

  constructor(blocks: Blocks, left: MapRunLeft) {
    this.#blocks = blocks;
    this.#left = left;
    this.#next = left.firstBlock;
    this.#unfinished = [...left.unfinished].sort(([a], [b]) => b - a);
  }

  /** Makes children `from` up to and without `to` ready to be taken. Ranges follow one another. */
  async load(from: number, to: number): Promise<void> {
    const { ended } = this.#left;
    const places = new Set<number>();
    let missing = 0;
    for (let index = from; index < to; index++) {
      if (!ended.has(index)) continue;
      const place = this.#placeOf(index);
      if (place === 0) missing += 1;
      else places.add(place);
    }
    for (const place of places) this.#readEnds(place, from, to);
    while (missing > 0 && this.#next <= this.#left.lastBlock) missing -= this.#readNext(from, to);
    while ((this.#unfinished.at(-1)?.[0] ?? to) < to) {
      const [index, offsets] = this.#unfinished.pop() as Unfinished;
      this.#ready.set(index, asLeft(this.#history(index, offsets)));
    }
    for (const page of this.#pages.keys()) if ((page + 1) * PAGE <= to) this.#pages.delete(page);
  }

  /** The child, once, of a range that was loaded; undefined for one that was never begun. */
  take(index: number): PriorChild | undefined {
    const child = this.#ready.get(index);
    if (child !== undefined) this.#ready.delete(index);
    return child;
  }

  #placeOf(index: number): number {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE] ?? 0;
  }

  #readEnds(offset: number, from: number, to: number): void {
    this.#read(offset, (index) => {
      if (index < from || index >= to) return undefined;
      return (child) => this.#ready.set(index, { kind: "ended", child });
    });
  }

  /** Gives how many of the range it had. */
  #readNext(from: number, to: number): number {
    const offset = this.#next;
    let found = 0;
    this.#next += this.#read(offset, (index) => {
      if (index >= to) this.#place(index, offset);
      if (index < from || index >= to) return undefined;
      found += 1;
      return (child) => this.#ready.set(index, { kind: "ended", child });
    });
    return found;
  }

  #place(index: number, offset: number): void {
    const number = Math.floor(index / PAGE);
    let page = this.#pages.get(number);
    if (page === undefined) {
      page = new Float64Array(PAGE);
      this.#pages.set(number, page);
    }
    page[index % PAGE] = offset;
  }

  #read(offset: number, wants: (index: number) => ((child: EndedChild) => void) | undefined): number {
    const { number } = this.#left;
    return this.#visit(offset, { childEnded: (mapRun, index) => (mapRun === number ? wants(index) : undefined) });
  }

  #history(index: number, offsets: readonly number[]): HistoryEvent[] {
    const { number } = this.#left;
    const events: HistoryEvent[] = [];
    const threads = new Set<number>();
    for (const offset of offsets) {
      this.#visit(offset, {
        thread: (thread, note) => {
          if ("mapRun" in note && note.mapRun === number && note.index === index) threads.add(thread);
        },
        event: (thread) => (threads.has(thread) ? (event) => events.push(event) : undefined),
      });
    }
    return events;
  }

  /** Gives the length of the block. */
  #visit(offset: number, visitor: RecordVisitor): number {
    const block = this.#blocks.at(offset);
    if (block === undefined) throw new Error(`the journal has changed while it is read: no block at byte ${offset}`);
    readRecords(new BlockReader(block), visitor);
    return block.length;
  }
}

/** A child whose last event has been recorded, and no more of its end, has ended. */
function asLeft(events: readonly HistoryEvent[]): PriorChild {
  const end = recordedEnd(events);
  if (end === undefined) return { kind: "unfinished", events };
  const startDate = events[0]?.timestamp ?? 0;
  const stopDate = events.at(-1)?.timestamp ?? 0;
  const how = end.status === "SUCCEEDED" ? { status: end.status, output: end.output.text } : end;
  return { kind: "ended", child: { ...how, startDate, stopDate } };
}
