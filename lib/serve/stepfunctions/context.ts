import type { TaskRequest } from "../../machine/index.js";
import type { Engine } from "../../run/engine.js";
import type { Activity } from "./activity.js";
import type { Arns } from "./arns.js";
import type { Executions } from "./executions.js";
import type { MapRuns } from "./map-runs.js";
import type { Mocks } from "./mocks.js";
import type { Redrives } from "./redrives.js";
import type { StateMachine } from "./state-machine.js";
import type { Answer } from "./test-state/run.js";

/** What all operations work on. */
export interface Context {
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
  readonly arns: Arns;
  readonly engine: Engine;
  /** By name. */
  readonly stateMachines: Map<string, StateMachine>;
  /** By name. */
  readonly activities: Map<string, Activity>;
  readonly executions: Executions;
  readonly mapRuns: MapRuns;
  readonly redrives: Redrives;
  readonly mocks: Mocks;
  /** Carries out the call of a task that belongs to no execution. */
  readonly callOnce: (request: TaskRequest) => Promise<Answer>;
  /** Called when a state machine or an activity has been changed, created or deleted. */
  readonly changed: (what: StateMachine | Activity) => void;
}

/** Epoch ms as the API gives it: seconds, to the millisecond. */
export function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
