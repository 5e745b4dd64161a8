import type { MapRunObserver } from "./map-run/observer.js";
import type { PriorRun } from "./map-run/prior.js";
import type { Clock, Invoker, Journal, ObjectStore, Random, Services, Spill } from "./ports.js";
import type { RestoreMode } from "./restore.js";

/** The worlds a run lives in. */
export interface Ports {
  readonly clock: Clock;
  readonly invoker: Invoker;
  /** Default: none, and tasks that need one fail. */
  readonly services?: Services | undefined;
  readonly store: ObjectStore;
  readonly journal: Journal;
  readonly random: Random;
  /** Where results of map runs wait for their turn when memory is full. Default: nothing more is started then. */
  readonly spill?: Spill | undefined;
}

export interface EngineOptions {
  /** Whether children of map runs keep their histories; EXPRESS ones never do. Default false. */
  readonly childHistories?: boolean;
  readonly observer?: MapRunObserver;
  /**
   * Whether the items of a map run that ends without success are all counted, as AWS does: those that were never started
   * too, for which a file is read to its end. Default false: of a file those that have been read are.
   */
  readonly countsUnstarted?: boolean;
  /** Bytes of a map run's results that may wait in memory for their turn, about; the rest is spilled. Default 64 MiB. */
  readonly waitingBytes?: number | undefined;
  /**
   * Asked for what is left of a map run, by its ARN, when the execution around it goes on. Undefined: its children are not
   * known, and all begin.
   */
  readonly prior?: (mapRunArn: string, mode: RestoreMode) => PriorRun | undefined;
}
