import type { MapRunRequest } from "../../machine/index.js";
import { exceedsTolerance, type Tolerance } from "./tolerance.js";

/** Limits of a map run that can be changed while it runs; those left out stay. */
export interface MapRunUpdate {
  /** 0: as many as the service allows. */
  readonly maxConcurrency?: number | undefined;
  readonly toleratedFailureCount?: number | undefined;
  readonly toleratedFailurePercentage?: number | undefined;
}

/** Most children of a map run at once (Service Quotas L-3586FBF7). */
const SERVICE_CONCURRENCY = 10_000;

/** How many children of a map run may run at once, never more than the service allows, and how many items may fail. */
export class Limits {
  #maxConcurrency: number;
  readonly #tolerance: Tolerance;

  constructor(request: Pick<MapRunRequest, "maxConcurrency" | "toleratedFailureCount" | "toleratedFailurePercentage">) {
    this.#maxConcurrency = request.maxConcurrency || SERVICE_CONCURRENCY;
    this.#tolerance = { count: request.toleratedFailureCount, percentage: request.toleratedFailurePercentage };
  }

  /** As it was given; without limit it is that of the service. */
  get maxConcurrency(): number {
    return this.#maxConcurrency;
  }

  /** Children that may run at once. */
  get atOnce(): number {
    return Math.min(this.#maxConcurrency, SERVICE_CONCURRENCY);
  }

  get tolerance(): Readonly<Tolerance> {
    return this.#tolerance;
  }

  /** Whether so many failed items are too many; `total` is undefined while items are still being read. */
  exceededBy(failed: number, total: number | undefined): boolean {
    return exceedsTolerance(this.#tolerance, failed, total);
  }

  update({ maxConcurrency, toleratedFailureCount, toleratedFailurePercentage }: MapRunUpdate): void {
    if (maxConcurrency !== undefined) this.#maxConcurrency = maxConcurrency || SERVICE_CONCURRENCY;
    if (toleratedFailureCount !== undefined) this.#tolerance.count = toleratedFailureCount;
    if (toleratedFailurePercentage !== undefined) this.#tolerance.percentage = toleratedFailurePercentage;
  }
}
