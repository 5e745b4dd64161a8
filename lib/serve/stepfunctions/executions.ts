import { JsonText } from "../../json.js";
import type { Engine } from "../../run/engine.js";
import type { Execution, ExecutionOutcome, RootExecution } from "../../run/execution.js";
import { inputRefusal } from "../../run/execution-input.js";
import { restore } from "../../run/restore.js";
import { ApiError, deleting, noExecution } from "./api-error.js";
import { type Arns, parseArn } from "./arns.js";
import { ApiExecution } from "./execution.js";
import type { Target } from "./find.js";
import type { Histories } from "./histories.js";
import { checkName } from "./names.js";
import type { StateMachine } from "./state-machine.js";

export interface StartRequest {
  readonly name?: string;
  readonly input?: string;
  readonly traceHeader?: string;
}

export interface ExecutionsOptions {
  readonly engine: Engine;
  readonly arns: Arns;
  readonly region: string;
  readonly histories: Histories;
  /** Called when an execution that can be asked for, children of map runs included, has ended. */
  readonly onClosed: (execution: ApiExecution) => void;
  readonly onDeleted: (execution: ApiExecution) => void;
}

/** All executions that the API can be asked for, and those that run. */
export class Executions {
  readonly #options: ExecutionsOptions;
  readonly #byArn = new Map<string, ApiExecution>();
  /** By state machine, in the order in which they were started. Those of EXPRESS state machines only while they run. */
  readonly #byMachine = new Map<string, Set<ApiExecution>>();
  /** By map run, then by ARN. */
  readonly #byMapRun = new Map<string, Map<string, ApiExecution>>();
  /** What is left to do when the last execution of a state machine that is being deleted has ended. */
  readonly #deletions = new Map<string, () => void>();
  /** Finds a child of a map run that still runs. */
  runningChild: (arn: string) => ApiExecution | undefined = () => undefined;

  constructor(options: ExecutionsOptions) {
    this.#options = options;
  }

  /**
   * Starts an execution, or finds the running one of the same name and input, which is the same request again. Throws
   * what StartExecution throws.
   */
  start(target: Target, { name, input = "{}", traceHeader }: StartRequest): StartedExecution {
    const { machine, revision, version, alias } = target;
    const { engine, arns, region } = this.#options;
    const { random } = engine.ports;
    if (machine.status === "DELETING") throw deleting(machine.arn);
    if (name !== undefined) checkName(name);
    checkInput(input);
    const given = name ?? random.uuid();
    const standard = machine.type === "STANDARD";
    const arn = standard ? arns.execution(machine.name, given) : arns.express(machine.name, given, random.uuid());
    const before = this.#byArn.get(arn);
    if (before !== undefined) return { execution: before, live: sameRequest(before, input), ended: undefined };
    const { execution: live, ended } = engine.start(revision.checked.machine, {
      arn,
      name: given,
      input: new JsonText(input),
      roleArn: revision.roleArn,
      stateMachineArn: machine.arn,
      stateMachineName: machine.name,
      type: machine.type,
      region,
      redriveCount: standard ? 0 : undefined,
    });
    const execution = new ApiExecution(
      {
        arn,
        name: given,
        machineName: machine.name,
        stateMachineArn: machine.arn,
        type: machine.type,
        input,
        startDate: live.startTime,
        revision,
        versionArn: version?.arn,
        aliasArn: alias?.arn,
        traceHeader,
      },
      live,
    );
    this.#addTo(machine.name, execution);
    if (standard) this.#byArn.set(arn, execution);
    void ended.then(() => this.#ended(execution));
    return { execution, live, ended };
  }

  /** Adds an execution that ended before this server began. */
  restore(execution: ApiExecution): void {
    const { arn, machineName, child } = execution.identity;
    this.#byArn.set(arn, execution);
    if (child === undefined) this.#addTo(machineName, execution);
    else this.#childrenOf(child.mapRunArn).set(arn, execution);
  }

  /** Goes on with an execution that has ended without success. */
  redrive(execution: ApiExecution): RootExecution {
    const { engine, histories, region } = this.#options;
    const { arn, name, input, revision, machineName, stateMachineArn, type } = execution.identity;
    const { machine } = revision.checked;
    const count = (execution.redrives?.count ?? 0) + 1;
    const { execution: live, ended } = engine.goOn(
      machine,
      {
        arn,
        name,
        input: new JsonText(input),
        roleArn: revision.roleArn,
        stateMachineArn,
        stateMachineName: machineName,
        type,
        region,
        redriveCount: count,
      },
      restore(machine.program, histories.history(arn), "redrive"),
    );
    execution.redriven(live, { count, date: live.redriveTime });
    void ended.then(() => this.#ended(execution));
    return live;
  }

  /** Keeps a child of a map run that has ended, in the place of an earlier attempt of it. */
  addChild(execution: ApiExecution, mapRunArn: string): void {
    this.#byArn.set(execution.identity.arn, execution);
    this.#childrenOf(mapRunArn).set(execution.identity.arn, execution);
    this.#options.onClosed(execution);
  }

  /** Throws InvalidArn and ExecutionDoesNotExist. EXPRESS executions are known only as children of map runs. */
  find(arn: string): ApiExecution {
    parseArn(arn, "execution", ...(isChildArn(arn) ? (["express"] as const) : []));
    const found = this.lookUp(arn);
    if (found === undefined) throw noExecution(arn);
    return found;
  }

  lookUp(arn: string): ApiExecution | undefined {
    const kept = this.#byArn.get(arn);
    if (kept?.pendingRedrive === false || !isChildArn(arn)) return kept;
    return this.runningChild(arn) ?? kept;
  }

  /** Newest first. */
  ofMachine(name: string): readonly ApiExecution[] {
    return [...(this.#byMachine.get(name) ?? [])].reverse();
  }

  /** Those that have ended, in the order in which they did. */
  ofMapRun(mapRunArn: string): readonly ApiExecution[] {
    return [...(this.#byMapRun.get(mapRunArn)?.values() ?? [])];
  }

  /** A child that has ended, of a map run. */
  ended(mapRunArn: string, arn: string): ApiExecution | undefined {
    return this.#byMapRun.get(mapRunArn)?.get(arn);
  }
  /** Those that run, children of map runs aside. */
  *running(): Generator<Execution> {
    for (const executions of this.#byMachine.values()) {
      for (const { running } of executions) if (running !== undefined) yield running;
    }
  }

  /**
   * Deletes the executions of a state machine. Those that run fail when they next go from a state to another; `done` is
   * called when none is left.
   */
  deleteOf(machine: StateMachine, done: () => void): void {
    this.#deletions.set(machine.name, done);
    for (const { running } of this.#byMachine.get(machine.name) ?? []) {
      if (running !== undefined) running.condemned = `State machine ${machine.name} has been deleted`;
    }
    this.#finishDeletion(machine.name);
  }

  #ended(execution: ApiExecution): void {
    const { type, machineName } = execution.identity;
    if (type === "EXPRESS") this.#byMachine.get(machineName)?.delete(execution);
    // What only running needs is let go.
    else if (execution.end !== undefined && !this.#deletions.has(machineName)) this.#options.onClosed(execution);
    this.#finishDeletion(machineName);
  }

  #finishDeletion(machineName: string): void {
    const done = this.#deletions.get(machineName);
    const executions = this.#byMachine.get(machineName) ?? new Set();
    if (done === undefined || [...executions].some(({ running }) => running !== undefined)) return;
    this.#deletions.delete(machineName);
    this.#byMachine.delete(machineName);
    for (const execution of [...executions, ...this.#childrenOfMachine(machineName)]) this.#forget(execution);
    done();
  }

  #childrenOfMachine(machineName: string): readonly ApiExecution[] {
    const found: ApiExecution[] = [];
    for (const [mapRunArn, children] of this.#byMapRun) {
      if (parseArn(mapRunArn, "mapRun").name !== machineName) continue;
      found.push(...children.values());
      this.#byMapRun.delete(mapRunArn);
    }
    return found;
  }

  #forget(execution: ApiExecution): void {
    const { arn } = execution.identity;
    this.#byArn.delete(arn);
    this.#options.histories.forget(arn);
    this.#options.onDeleted(execution);
  }

  #addTo(machineName: string, execution: ApiExecution): void {
    const executions = this.#byMachine.get(machineName);
    if (executions === undefined) this.#byMachine.set(machineName, new Set([execution]));
    else executions.add(execution);
  }

  #childrenOf(mapRunArn: string): Map<string, ApiExecution> {
    const children = this.#byMapRun.get(mapRunArn);
    if (children !== undefined) return children;
    const none = new Map<string, ApiExecution>();
    this.#byMapRun.set(mapRunArn, none);
    return none;
  }
}

export interface StartedExecution {
  readonly execution: ApiExecution;
  readonly live: Execution;
  /** Undefined when the same request had started it before. */
  readonly ended: Promise<ExecutionOutcome> | undefined;
}

function isChildArn(arn: string): boolean {
  return arn.split(":")[6]?.includes("/") === true;
}

/** The running execution that the same request has started before. Throws ExecutionAlreadyExists when it is another. */
function sameRequest({ identity, running }: ApiExecution, input: string): Execution {
  const { arn, input: first } = identity;
  if (running !== undefined && first === input) return running;
  throw new ApiError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
}

function checkInput(input: string): void {
  const refusal = inputRefusal(input);
  if (refusal !== undefined) throw new ApiError("InvalidExecutionInput", refusal);
}
