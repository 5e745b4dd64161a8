import type { MapRunRequest } from "../../machine/index.js";
import type { Engine } from "../engine.js";
import type { Execution } from "../execution.js";
import type { RestoreMode } from "../restore.js";
import type { PriorRun } from "./prior.js";

/** Which attempt of a map run it is: the first, or one that goes on with what an earlier process or attempt left. */
export interface Attempt {
  /** How it goes on; undefined for a new one. */
  readonly mode: RestoreMode | undefined;
  /** Undefined when nothing is left, or nothing is known of it: all children begin. */
  readonly prior: PriorRun | undefined;
  /** Epoch ms at which the map run began, its first attempt. */
  readonly startDate: number;
  /** 0: there was no redrive. */
  readonly redriveCount: number;
  /** Epoch ms; undefined when there was no redrive. */
  readonly redriveDate: number | undefined;
}

export function attemptOf({ ports, options }: Engine, owner: Execution, { before }: MapRunRequest): Attempt {
  const mode = before === undefined ? undefined : owner.restored?.mode;
  const prior = before === undefined || mode === undefined ? undefined : options.prior?.(before, mode);
  const now = ports.clock.now();
  const { startDate = now, redriveCount = 0 } = prior ?? {};
  return { mode, prior, startDate, redriveCount, redriveDate: redriveCount > 0 ? now : undefined };
}
