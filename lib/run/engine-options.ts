import type { MapRunObserver } from "./map-run/observer.js";
import type { PriorRun } from "./map-run/prior.js";
import type { Clock, Invoker, Journal, ObjectStore, Random, Services } from "./ports.js";
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
}

export interface EngineOptions {
  /** Whether children of map runs keep their histories; EXPRESS ones never do. Default false. */
  readonly childHistories?: boolean;
  readonly observer?: MapRunObserver;
  /**
   * Asked for what is left of a map run, by its ARN, when the execution around it goes on. Undefined: its children are not
   * known, and all begin.
   */
  readonly prior?: (mapRunArn: string, mode: RestoreMode) => PriorRun | undefined;
}
