import type { MapRunLeft } from "../../adapters/journal/disk/scan.js";
import type { Program } from "../../machine/index.js";
import type { ExecutionOutcome } from "../../run/execution.js";
import { recordedEnd } from "../../run/recorded-end.js";
import { type Restored, restore } from "../../run/restore.js";
import type { SessionResults } from "../session-results.js";
import { mapRunsOver } from "./map-runs-over.js";
import type { RunRecord } from "./run-record.js";

/**
 * What earlier processes have done of a run, as its history tells it. Results of map runs that an earlier process brought to
 * their end, or that the execution has given up since, are told again, each map run's once: their lines have to be written
 * once more, and nothing else of them is to be done. Of a run without a record, or a new one, there is nothing.
 */
export class Earlier {
  /** How the execution ended, if it did and this is no redrive: nothing of it is left to run. */
  readonly end: ExecutionOutcome | undefined;
  /** What the execution goes on from; undefined when it begins. */
  readonly restored: Restored | undefined;
  readonly #record: RunRecord | undefined;
  readonly #results: SessionResults;
  readonly #over: ReadonlySet<string>;
  /** ARNs of map runs whose results have been told. */
  readonly #told = new Set<string>();

  /** @param program What the execution ran. */
  constructor(record: RunRecord | undefined, program: Program, results: SessionResults) {
    const { mode = "resume", left } = record ?? {};
    const events = left?.events ?? [];
    this.#record = record;
    this.#results = results;
    this.end = mode === "redrive" ? undefined : recordedEnd(events);
    this.restored = this.end !== undefined || events.length === 0 ? undefined : restore(program, events, mode);
    this.#over = mapRunsOver(events, this.restored?.thread);
  }

  /** Tells the results of map runs that were over, by the history: before the execution goes on. */
  async tellOver(): Promise<void> {
    await this.#tell(({ note }) => this.#over.has(note.arn));
  }

  /** Tells those of all others, but of map runs that have gone on: when the execution has ended. */
  async tellRest(goneOn: readonly { readonly arn: string }[]): Promise<void> {
    await this.#tell(({ note }) => !goneOn.some(({ arn }) => arn === note.arn));
  }

  async #tell(wanted: (left: MapRunLeft) => boolean): Promise<void> {
    for (const left of this.#record?.left?.mapRuns ?? []) {
      const { note } = left;
      if (!note.owned || this.#told.has(note.arn) || !wanted(left)) continue;
      this.#told.add(note.arn);
      for await (const children of this.#record?.ended(left) ?? []) {
        for (const child of children) {
          this.#results.ended(child, note);
          const patience = this.#results.ordered(child, note);
          if (patience !== undefined) await patience;
        }
      }
    }
  }
}
