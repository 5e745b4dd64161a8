import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FanoutError } from "../errors.js";
import { type Entries, type Entry, RunReader, writeRun } from "./run-file.js";

export interface SortOptions {
  /** Bytes that are held, about, before they are written to a file. Default: 2 MiB. */
  readonly limit?: number | undefined;
  /** Files that are merged at once. Default: 64. */
  readonly maxRuns?: number | undefined;
}

const LIMIT = 2 * 1024 * 1024;
const MAX_RUNS = 64;
/** What an entry takes besides its characters, in bytes. */
const OVERHEAD = 100;

/**
 * Sorts more than fits in memory: what has been gathered is sorted and spilled to a temporary file whenever it has
 * reached the limit, and the files are merged. Equal keys stay in the order in which they came. `close` removes the files;
 * so does the end of the process.
 */
export class ExternalSort {
  readonly #limit: number;
  readonly #maxRuns: number;
  #entries: Entry[] = [];
  #length = 0;
  #folder: string | undefined;
  /** Files that have been spilled, then files that such were merged into, and so on; a level is older than those before. */
  readonly #levels: string[][] = [];
  #count = 0;

  constructor({ limit = LIMIT, maxRuns = MAX_RUNS }: SortOptions = {}) {
    this.#limit = limit;
    this.#maxRuns = maxRuns;
  }

  /** Adds a text without line breaks. A promise asks to wait. */
  add(key: string, text: string): void | Promise<void> {
    this.#entries.push([key, text]);
    this.#length += key.length + text.length + OVERHEAD;
    return this.#length < this.#limit ? undefined : this.#spill();
  }

  /** All entries in the order of their keys. To be iterated once, after the last `add`. */
  async *sorted(): AsyncGenerator<Entry, void, void> {
    const last = this.#take();
    const runs = this.#levels.toReversed().flat();
    yield* merge([...runs.map((run) => new RunReader(run)), last.values()]);
  }

  async close(): Promise<void> {
    this.#entries = [];
    if (this.#folder === undefined) return;
    process.off("exit", this.#removeNow);
    await rm(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  readonly #removeNow = (): void => {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  };

  #take(): Entry[] {
    const entries = this.#entries;
    this.#entries = [];
    this.#length = 0;
    return entries.sort(byKey);
  }

  async #spill(): Promise<void> {
    let run = await this.#write(this.#take().values());
    for (let at = 0; ; at++) {
      const level = this.#levels[at] ?? [];
      this.#levels[at] = level;
      level.push(run);
      if (level.length < this.#maxRuns) return;
      run = await this.#write(merge(level.map((each) => new RunReader(each))));
      for (const each of level.splice(0)) await rm(each, { force: true });
    }
  }

  async #write(entries: Entries): Promise<string> {
    try {
      if (this.#folder === undefined) {
        this.#folder = await mkdtemp(join(tmpdir(), "fanout-sort-"));
        process.on("exit", this.#removeNow);
      }
      const path = join(this.#folder, String(this.#count++));
      await writeRun(path, entries);
      return path;
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const message = `temporary files cannot be written: ${why} (TMPDIR names another folder for them)`;
      throw new FanoutError("FANOUT_OUTPUT_UNWRITABLE", message, { location: { file: tmpdir() }, cause });
    }
  }
}

function byKey([a]: Entry, [b]: Entry): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Run {
  readonly order: number;
  readonly entries: Entries;
  entry: Entry;
}

/** Merges sorted runs by a binary heap; among equal keys the earlier run goes first. */
async function* merge(runs: readonly Entries[]): AsyncGenerator<Entry, void, void> {
  const heap: Run[] = [];
  try {
    for (const [order, entries] of runs.entries()) {
      const { done, value } = await entries.next();
      if (done !== true) heap.push({ order, entries, entry: value });
    }
    heap.sort(byRun);
    for (let [top] = heap; top !== undefined; [top] = heap) {
      yield top.entry;
      const next = top.entries.next();
      const { done, value } = next instanceof Promise ? await next : next;
      if (done !== true) top.entry = value;
      else {
        const last = heap.pop() as Run;
        if (heap.length === 0) return;
        heap[0] = last;
      }
      sink(heap);
    }
  } finally {
    for (const entries of runs) await entries.return?.();
  }
}

function byRun(a: Run, b: Run): number {
  return byKey(a.entry, b.entry) || a.order - b.order;
}

/** Moves the first run down to its place. */
function sink(heap: Run[]): void {
  const run = heap[0] as Run;
  for (let at = 0; ; ) {
    const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
    if (left === undefined) return;
    const next = right !== undefined && byRun(right, left) < 0 ? 2 * at + 2 : 2 * at + 1;
    const child = heap[next] as Run;
    if (byRun(run, child) <= 0) return;
    heap[at] = child;
    heap[next] = run;
    at = next;
  }
}
