import type { ChildRecord } from "../items.js";
import type { Spill, SpillFile } from "../ports.js";

/** What is kept of a record; the rest of it follows from the map run. */
export type SpilledRecord = Pick<
  ChildRecord,
  | "status"
  | "index"
  | "firstItem"
  | "itemCount"
  | "inputText"
  | "output"
  | "error"
  | "cause"
  | "startDate"
  | "stopDate"
  | "kept"
  | "endedIn"
  | "redriveCount"
  | "redriveDate"
>;

/** Some records one after the other in the file: an array as JSON text, which holds every string as it is. */
interface Block {
  /** Index of its first record. */
  readonly first: number;
  readonly position: number;
  readonly length: number;
}

/** A file, and how many runs are left in it, one that is being written included. */
interface Volume {
  readonly file: Promise<SpillFile>;
  runs: number;
  blocks: number;
}

/** Records that were written in one go, by rising index. */
interface Run {
  readonly volume: Volume;
  readonly blocks: readonly Block[];
  /** The block whose turn is next, and how many of its records have been taken. */
  block: number;
  taken: number;
  /** The records of that block while it is in memory. */
  records: readonly SpilledRecord[] | undefined;
}

/** Blocks in memory at once, at most. Runs overlap only by what ran while they were written, so few are needed. */
const OPEN_BLOCKS = 8;

/** Blocks after which a new file is begun, so that room is given back even if runs are left at any time. */
const VOLUME_BLOCKS = 512;

/**
 * Records of children in files, in runs that are each in item order. They are taken back in item order over all, so the
 * record whose turn it is always is the first that is left of its run: a merge without comparisons.
 */
export class SpilledRuns {
  readonly #spill: Spill;
  readonly #blockBytes: number;
  readonly #volumes = new Set<Volume>();
  /** The one that the next run goes to. */
  #volume: Volume | undefined;
  /** By the index of the record that each has next. */
  readonly #runs = new Map<number, Run>();
  /** Those of which a block is in memory, the one read first in front. */
  readonly #open = new Set<Run>();

  /** @param blockBytes How large blocks are, about. */
  constructor(spill: Spill, blockBytes: number) {
    this.#spill = spill;
    this.#blockBytes = blockBytes;
  }

  /** Writes a run, one at a time. Rejects with SpillError. */
  async write(records: readonly ChildRecord[]): Promise<void> {
    this.#volume ??= this.#newVolume();
    const volume = this.#volume;
    volume.runs += 1;
    const file = await volume.file;
    const blocks: Block[] = [];
    for (let from = 0; from < records.length; ) {
      const to = this.#blockEnd(records, from);
      const kept = records.slice(from, to).map(spilled);
      const bytes = new TextEncoder().encode(JSON.stringify(kept));
      blocks.push({ first: kept[0]?.index ?? 0, position: await file.append(bytes), length: bytes.length });
      from = to;
    }
    volume.blocks += blocks.length;
    if (volume.blocks >= VOLUME_BLOCKS) this.#volume = undefined;
    const [block] = blocks;
    if (block !== undefined) this.#runs.set(block.first, { volume, blocks, block: 0, taken: 0, records: undefined });
  }

  #newVolume(): Volume {
    const volume = { file: this.#spill.open(), runs: 0, blocks: 0 };
    this.#volumes.add(volume);
    return volume;
  }

  #blockEnd(records: readonly ChildRecord[], from: number): number {
    let bytes = 0;
    let to = from;
    do bytes += sizeOf(records[to++] as ChildRecord);
    while (to < records.length && bytes < this.#blockBytes);
    return to;
  }

  /** Whether the record is here, and the next one of its run. */
  has(index: number): boolean {
    return this.#runs.has(index);
  }

  /** Reads the block that begins with a record which is here. Rejects with SpillError. */
  async load(index: number): Promise<void> {
    const run = this.#runs.get(index);
    const block = run?.blocks[run.block];
    if (run === undefined || block === undefined) return;
    const bytes = await (await run.volume.file).read(block.position, block.length);
    run.records = JSON.parse(new TextDecoder().decode(bytes)) as SpilledRecord[];
    this.#open.add(run);
    const [oldest] = this.#open;
    if (this.#open.size > OPEN_BLOCKS && oldest !== undefined) this.#shut(oldest);
  }

  /** The record, which is here no more then; undefined when it is not in memory. */
  take(index: number): SpilledRecord | undefined {
    const run = this.#runs.get(index);
    const record = run?.records?.[run.taken];
    if (run === undefined || record === undefined) return undefined;
    this.#runs.delete(index);
    run.taken += 1;
    const next = run.records?.[run.taken]?.index ?? this.#nextBlock(run);
    if (next !== undefined) this.#runs.set(next, run);
    else this.#over(run);
    return record;
  }

  /** The index of the first record of the next block, if there is one. */
  #nextBlock(run: Run): number | undefined {
    this.#shut(run);
    run.block += 1;
    run.taken = 0;
    return run.blocks[run.block]?.first;
  }

  #shut(run: Run): void {
    run.records = undefined;
    this.#open.delete(run);
  }

  #over({ volume }: Run): void {
    volume.runs -= 1;
    if (volume.runs > 0) return;
    if (this.#volume === volume) this.#volume = undefined;
    this.#volumes.delete(volume);
    void closed(volume);
  }

  /** Drops what is left and gives its room back. Never rejects. */
  async close(): Promise<void> {
    const volumes = [...this.#volumes];
    this.#volumes.clear();
    this.#volume = undefined;
    this.#runs.clear();
    this.#open.clear();
    await Promise.all(volumes.map(closed));
  }
}

async function closed({ file }: Volume): Promise<void> {
  await file.then(
    (opened) => opened.close(),
    () => {},
  );
}

/** Bytes that a child takes besides its texts, about. */
const CHILD_BYTES = 1000;

/** Bytes that a child takes in memory, about. */
export function sizeOf({
  inputText,
  output = "",
  cause = "",
  weight = CHILD_BYTES,
}: ChildRecord & { readonly weight?: number }): number {
  return weight + inputText.length + output.length + cause.length;
}

function spilled(record: ChildRecord): SpilledRecord {
  const { status, index, firstItem, itemCount, inputText, output, error, cause } = record;
  const { startDate, stopDate, kept = false, endedIn, redriveCount = 0, redriveDate } = record;
  // One literal of one shape: there may be millions.
  return {
    status,
    index,
    firstItem,
    itemCount,
    inputText,
    output,
    error,
    cause,
    startDate,
    stopDate,
    kept,
    endedIn,
    redriveCount,
    redriveDate,
  };
}
