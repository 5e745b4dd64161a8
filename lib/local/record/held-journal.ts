import type { DiskJournal } from "../../adapters/journal/disk/journal.js";
import type { MapRunNote } from "../../adapters/journal/disk/records.js";
import type { Burst } from "../../run/burst.js";
import type { ChildRecord } from "../../run/items.js";
import type { HistoryEvent, Recorded } from "../../run/ports.js";

type Written = Pick<DiskJournal, "record" | "recordBurst" | "mapRunStarted" | "childEnded">;

/**
 * What goes into a journal, which can be held back for a while: if the process is killed meanwhile, it has not happened.
 * Then it goes there in its order. What is held is in memory.
 */
export class HeldJournal implements Written {
  readonly #disk: Written;
  #held: (() => void)[] | undefined;

  constructor(disk: Written) {
    this.#disk = disk;
  }

  /** What comes from now on is held back. */
  hold(): void {
    this.#held ??= [];
  }

  /** What was held back is recorded, and what comes from now on. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const tell of held) tell();
  }

  record(execution: Recorded, event: HistoryEvent): void {
    if (this.#held === undefined) this.#disk.record(execution, event);
    else this.#held.push(() => this.#disk.record(execution, event));
  }

  recordBurst(execution: Recorded, burst: Burst, texts: readonly string[], timestamp: number): void {
    if (this.#held === undefined) this.#disk.recordBurst(execution, burst, texts, timestamp);
    else this.#held.push(() => this.#disk.recordBurst(execution, burst, texts, timestamp));
  }

  mapRunStarted(note: MapRunNote): void {
    if (this.#held === undefined) this.#disk.mapRunStarted(note);
    else this.#held.push(() => this.#disk.mapRunStarted(note));
  }

  childEnded(mapRunId: string, record: ChildRecord): void {
    if (this.#held === undefined) this.#disk.childEnded(mapRunId, record);
    else this.#held.push(() => this.#disk.childEnded(mapRunId, record));
  }
}
