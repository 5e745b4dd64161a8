import type { ChildRecord } from "../items.js";
import type { MapRun } from "./map-run.js";

/** Who is told of what a map run does. */
export interface MapRunObserver {
  started?(mapRun: MapRun): void;
  /** A child ended; in the order of ending. */
  ended?(mapRun: MapRun, record: ChildRecord): void;
  /** The same children in item order; a promise holds the run back. */
  ordered?(mapRun: MapRun, record: ChildRecord): void | Promise<void>;
  finished?(mapRun: MapRun): void;
  /** One line for a person: something AWS passes over in silence, and where in the items it is. */
  warned?(message: string, place: { readonly source: string; readonly line: number }): void;
}
