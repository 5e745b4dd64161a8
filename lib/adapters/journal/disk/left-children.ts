import type { EndedChild as LeftEnd, PriorChild, PriorChildren } from "../../../run/map-run/prior.js";
import type { HistoryEvent } from "../../../run/ports.js";
import { recordedEnd } from "../../../run/recorded-end.js";
import { BlockReader } from "./block-reader.js";
import type { Blocks } from "./blocks.js";
import { type EndedChild, type RecordVisitor, readRecords } from "./records.js";
import type { MapRunLeft } from "./scan.js";

/** Index of a child, and the offsets of the blocks that its history is in. */
type Place = readonly [index: number, offsets: readonly number[]];

/** Children whose places are kept together. */
const PAGE = 1024;

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
  readonly #pages = new Map<number, Float64Array>();
  /** Where the histories are that are wanted, the next ones last. */
  readonly #places: Place[];
  readonly #ready = new Map<number, PriorChild>();

  /** @param redriven Children that did not succeed are to go on from their histories. */
  constructor(blocks: Blocks, left: MapRunLeft, redriven = false) {
    this.#blocks = blocks;
    this.#left = left;
    this.#redriven = redriven;
    this.#next = left.firstBlock;
    this.#places = [...left.unfinished, ...(redriven ? left.failed : [])].sort(([a], [b]) => b - a);
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
    for (const [index, events] of this.#histories(to)) this.#keepHistory(index, events);
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
      return (child) => this.#keepEnd(index, child);
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
      return (child) => this.#keepEnd(index, child);
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

  #keepEnd(index: number, child: LeftEnd): void {
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
  return { ...how, startDate, stopDate };
}
