import { abandon, type Machine } from "../machine/index.js";
import type { Ports } from "./engine-options.js";
import { type ExecutionOutcome, type ExecutionRequest, RootExecution } from "./execution.js";
import { EXPRESS_LIMIT_SECONDS } from "./map-run/express-limit.js";
import type { Restored } from "./restore.js";

/** An execution under way. The promise never rejects: failures are outcomes. */
export interface Started {
  readonly execution: RootExecution;
  readonly ended: Promise<ExecutionOutcome>;
}

type RootExecutionPorts = Pick<Ports, "clock" | "random" | "journal">;

/** What executions that are under way ask of the loop. */
export interface RootExecutionLoop {
  /** Ends an execution whose time is up. */
  readonly timeOut: (execution: RootExecution) => void;
  /** Lets no virtual time pass until those who were just told of an end have had their turn. */
  readonly hold: () => void;
}

/** The executions that somebody started and that have not ended, each with its limit of time. */
export class RootExecutions {
  readonly #ports: RootExecutionPorts;
  readonly #loop: RootExecutionLoop;
  readonly #underWay = new Set<RootExecution>();

  constructor(ports: RootExecutionPorts, loop: RootExecutionLoop) {
    this.#ports = ports;
    this.#loop = loop;
  }

  /** Opens one, its first event recorded; nothing of it is stepped yet. `restored`: what it goes on from. */
  open(machine: Machine, request: ExecutionRequest, restored?: Restored): Started {
    const { clock, random, journal } = this.#ports;
    let settle: (outcome: ExecutionOutcome) => void = () => {};
    const ended = new Promise<ExecutionOutcome>((resolve) => {
      settle = resolve;
    });
    const onEnd = (outcome: ExecutionOutcome) => {
      this.#forget(execution);
      settle(outcome);
    };
    const execution: RootExecution = new RootExecution(machine, request, clock.now(), random, journal, onEnd, restored);
    this.#underWay.add(execution);
    this.#limit(execution, machine);
    recordBegin(execution);
    return { execution, ended };
  }

  #limit(execution: RootExecution, machine: Machine): void {
    const most = execution.type === "EXPRESS" ? EXPRESS_LIMIT_SECONDS : Number.POSITIVE_INFINITY;
    const seconds = Math.min(machine.timeoutSeconds ?? most, most);
    if (seconds === Number.POSITIVE_INFINITY) return;
    // A redrive gives it its whole time once more.
    const from = execution.redriveTime ?? execution.startTime;
    execution.limit = this.#ports.clock.schedule(from + seconds * 1000, () => this.#loop.timeOut(execution));
  }

  #forget(execution: RootExecution): void {
    this.#underWay.delete(execution);
    execution.limit?.cancel();
    if (this.#underWay.size > 0) this.#loop.hold();
  }

  /** Drops all of them: nothing of them ends, and none of their timers keeps the process alive. */
  drop(): void {
    for (const execution of this.#underWay) {
      abandon(execution.root);
      execution.limit?.cancel();
    }
  }
}

function recordBegin(execution: RootExecution): void {
  const { restored } = execution;
  if (execution.keepsHistory && (restored === undefined || restored.events === 0)) execution.recordStarted();
  if (restored?.mode === "redrive") execution.recordRedriven(execution.redriveCount ?? 1);
}
