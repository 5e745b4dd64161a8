import type { JsonObject } from "../../json.js";
import type { Execution } from "../../run/execution.js";
import type { StateMachineType } from "./checked-definition.js";
import type { Revision } from "./state-machine.js";

/** What is known of an execution from its start on. */
export interface ExecutionIdentity {
  readonly arn: string;
  readonly name: string;
  /** Name of the state machine, without a label. */
  readonly machineName: string;
  /** With the label, for the child of a map run. */
  readonly stateMachineArn: string;
  readonly type: StateMachineType;
  readonly input: string;
  /** Epoch ms. */
  readonly startDate: number;
  readonly revision: Revision;
  readonly versionArn?: string | undefined;
  readonly aliasArn?: string | undefined;
  readonly traceHeader?: string | undefined;
  /** Only of children of map runs. */
  readonly child?: ChildIdentity | undefined;
}

export interface ChildIdentity {
  readonly mapRunArn: string;
  readonly label: string;
  readonly itemCount: number;
  /** What it runs: the ItemProcessor. */
  readonly definition: JsonObject;
}

/** How an execution ended. */
export interface ExecutionEnd {
  readonly status: "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  /** Epoch ms. */
  readonly stopDate: number;
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** The redrives of an execution. */
export interface Redrives {
  readonly count: number;
  /** Epoch ms of the last one; EXPRESS executions have none. */
  readonly date?: number | undefined;
}

/** An execution as the API shows it: one that runs, or what is kept of one that has ended. */
export class ApiExecution {
  readonly identity: ExecutionIdentity;
  #live: Execution | undefined;
  #end: ExecutionEnd | undefined;
  #redrives: Redrives | undefined;
  /** True while its map run is redriven and its own turn has not come. */
  pendingRedrive = false;

  constructor(identity: ExecutionIdentity, state: Execution | ExecutionEnd, redrives?: Redrives) {
    this.identity = identity;
    this.#redrives = redrives;
    if ("root" in state) this.#live = state;
    else this.#end = state;
  }

  /** Undefined while it runs. What only running needs is let go when the end is first seen. */
  get end(): ExecutionEnd | undefined {
    const live = this.#live;
    if (live?.outcome !== undefined) {
      this.#end = endOf(live);
      this.#live = undefined;
    }
    return this.#end;
  }

  get status(): ExecutionEnd["status"] | "RUNNING" | "PENDING_REDRIVE" {
    return this.pendingRedrive ? "PENDING_REDRIVE" : (this.end?.status ?? "RUNNING");
  }

  /** Undefined when there was none. */
  get redrives(): Redrives | undefined {
    return this.#redrives;
  }

  /** It runs again. */
  redriven(live: Execution, redrives: Redrives): void {
    this.#live = live;
    this.#end = undefined;
    this.#redrives = redrives;
  }

  /** The running execution; undefined when it has ended. */
  get running(): Execution | undefined {
    return this.end === undefined ? this.#live : undefined;
  }
}

export function endOf({ outcome, stopTime }: Execution): ExecutionEnd {
  if (outcome === undefined) return { status: "ABORTED", stopDate: stopTime };
  if (outcome.status === "SUCCEEDED") return { status: "SUCCEEDED", stopDate: stopTime, output: outcome.output.text };
  const { status, error, cause } = outcome;
  return { status, stopDate: stopTime, error, cause };
}
