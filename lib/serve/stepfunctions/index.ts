import type { IncomingMessage, ServerResponse } from "node:http";
import type { LocalInvoker } from "../../adapters/invoke/options.js";
import type { LocalStates, StartExecutionInput } from "../../adapters/services/local-states.js";
import type { MockFile } from "../../adapters/services/mock-file.js";
import type { StateMachineSource } from "../../definition/application.js";
import { TokenError } from "../../run/callbacks.js";
import { Engine } from "../../run/engine.js";
import type { Ports } from "../../run/engine-options.js";
import type { RootExecution } from "../../run/execution.js";
import type { Clock, ObjectStore, Random, Services, Spill } from "../../run/ports.js";
import type { KeptStates } from "../kept/states.js";
import type { Activity } from "./activity.js";
import { ApiError } from "./api-error.js";
import { Arns } from "./arns.js";
import { callOnce } from "./call-once.js";
import { checkedDefinition } from "./checked-definition.js";
import type { Context } from "./context.js";
import { Executions, type StartRequest } from "./executions.js";
import { findTarget } from "./find.js";
import { Histories } from "./histories.js";
import { operationOf, readBody, sendError, sendResult } from "./json10.js";
import { MapRuns } from "./map-runs.js";
import { Mocks } from "./mocks.js";
import { checkRequest } from "./model/check-request.js";
import { OPERATIONS, type OperationName } from "./model/operations.js";
import { activityOperations } from "./operations/activities.js";
import { aliasOperations } from "./operations/aliases.js";
import { executionOperations } from "./operations/executions.js";
import { historyOperations } from "./operations/history.js";
import { mapRunOperations } from "./operations/map-runs.js";
import { redriveOperations } from "./operations/redrive.js";
import { stateMachineOperations } from "./operations/state-machines.js";
import { tagOperations } from "./operations/tags.js";
import { taskOperations } from "./operations/tasks.js";
import { testStateOperations } from "./operations/test-state.js";
import { validateOperations } from "./operations/validate.js";
import { versionOperations } from "./operations/versions.js";
import { priorOf } from "./prior.js";
import { Redrives } from "./redrives.js";
import { encryptionOf, loggingOf, tracingOf } from "./settings.js";
import { newStateMachine, type Revision, type StateMachine } from "./state-machine.js";

export interface StepFunctionsOptions {
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
  readonly clock: Clock;
  readonly invoker: LocalInvoker;
  readonly store: ObjectStore;
  readonly random: Random;
  /** Where results of map runs wait when memory is full. */
  readonly spill: Spill;
  /** Makes what tasks call besides Lambda. */
  readonly services: () => Services;
  /** Mocked responses of tasks, for executions whose starter asks for a test case. */
  readonly mocks?: MockFile | undefined;
  /** Where state machines, activities and ended executions are kept. Absent: they end with the server. */
  readonly kept?: KeptStates | undefined;
}

/** What becomes of executions that run when the server ends. */
const SERVER_ENDED = "The endpoint was stopped while the execution was running.";

/** Operations of the API that there are, and those that there are not. */
type Operations = Readonly<
  Partial<Record<OperationName, (request: never, caller: AbortSignal | undefined) => object | Promise<object>>>
>;

/** The Step Functions API over one engine. */
export class StepFunctions implements LocalStates {
  readonly engine: Engine;
  readonly #context: Context;
  readonly #kept: KeptStates | undefined;
  readonly #operations: Operations;

  constructor({ region, account, kept, services, mocks: mockFile, ...worlds }: StepFunctionsOptions) {
    const mocks = new Mocks(mockFile);
    const arns = new Arns(region, account);
    const histories = new Histories((arn) => kept?.history(arn));
    const ports: Ports = { ...worlds, services: mocks.over(services()), journal: histories };
    const mapRuns: MapRuns = new MapRuns(
      () => executions,
      histories,
      () => ports.clock.now(),
      (mapRun) => kept?.saveMapRun(mapRun),
    );
    const redrives = new Redrives(histories, () => ports.clock.now());
    this.#kept = kept;
    this.engine = new Engine(ports, {
      childHistories: true,
      countsUnstarted: true,
      observer: mapRuns.observer,
      prior: (mapRunArn) => priorOf(mapRunArn, { executions, histories, mapRuns, redrives }),
    });
    const executions: Executions = new Executions({
      engine: this.engine,
      arns,
      region,
      histories,
      onClosed: (execution) => {
        if (kept === undefined) return;
        const { arn } = execution.identity;
        const events = histories.history(arn);
        const saved = events.length;
        kept.saveExecution(execution, events, () => {
          // It may have been redriven, and may even have ended again, while it was saved.
          if (execution.running === undefined && events.length === saved) histories.forget(arn);
        });
      },
      onDeleted: ({ identity }) => {
        mapRuns.forgetOf(identity.arn);
        kept?.deleteExecution(identity.arn);
      },
    });
    executions.runningChild = (arn) => mapRuns.runningChild(arn);
    const { invoker, random } = worlds;
    this.#context = {
      region,
      account,
      arns,
      engine: this.engine,
      stateMachines: new Map<string, StateMachine>(),
      activities: new Map<string, Activity>(),
      executions,
      mapRuns,
      redrives,
      mocks,
      callOnce: (request) => callOnce({ invoker, random, services }, request),
      changed: (what) => this.#changed(what),
    };
    this.#operations = {
      ...stateMachineOperations(this.#context),
      ...versionOperations(this.#context),
      ...aliasOperations(this.#context),
      ...tagOperations(this.#context),
      ...executionOperations(this.#context),
      ...redriveOperations(this.#context),
      ...historyOperations(this.#context, histories),
      ...mapRunOperations(this.#context),
      ...activityOperations(this.#context),
      ...taskOperations(this.engine),
      ...validateOperations(),
      ...testStateOperations(this.#context),
    };
    this.#restore();
  }

  /** Answers a request. Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { random } = this.engine.ports;
    const caller = new AbortController();
    response.once("close", () => caller.abort());
    try {
      const body = await readBody(request);
      sendResult(response, random, await this.call(operationOf(request) ?? "", body, caller.signal));
    } catch (error) {
      sendError(response, random, error);
    }
  }

  /**
   * Carries out one operation. Rejects with ApiError.
   *
   * @param caller Aborts when nobody waits for the answer any more.
   */
  async call(operation: string, request: unknown, caller?: AbortSignal): Promise<object> {
    const perform = isKnown(operation) ? this.#operations[operation] : undefined;
    if (!isKnown(operation) || perform === undefined) {
      throw new ApiError("UnknownOperationException", `There is no operation '${operation}' here`);
    }
    checkRequest(operation, request);
    // The request has just been checked against the members that the operation declares.
    try {
      return await perform(withoutNulls(request) as never, caller);
    } catch (error) {
      throw error instanceof TokenError ? new ApiError(error.code, error.message) : error;
    }
  }

  /** StartExecution for those who need the execution itself. Throws ApiError. */
  startExecution(request: StartExecutionInput): RootExecution {
    const { stateMachineArn, ...start } = withoutNulls(request) as StartRequest & { stateMachineArn: string };
    checkRequest("StartExecution", request);
    const { arn, testCase } = this.#context.mocks.choose(stateMachineArn);
    const { execution, live } = this.#context.executions.start(findTarget(this.#context, arn), start);
    this.#context.mocks.use(testCase, live, execution);
    // What is started by the ARN of a state machine is no child of a map run.
    return live as RootExecution;
  }

  /** The state machine of a template, in place of one of the same name that was there before. Throws InvalidDefinition. */
  add({ name, type, roleArn, definition }: StateMachineSource): void {
    const { stateMachines, arns, engine } = this.#context;
    const text = JSON.stringify(definition);
    const before = stateMachines.get(name);
    if (before?.type === type && before.revision.text === text && before.revision.roleArn === roleArn) return;
    const checked = checkedDefinition(text, type);
    const now = engine.ports.clock.now();
    const revision: Revision = {
      ...{ id: undefined, text, checked, roleArn, updateDate: now },
      ...{ logging: loggingOf(), tracing: tracingOf(), encryption: encryptionOf() },
    };
    const machine = newStateMachine(name, arns.stateMachine(name), type, revision);
    // What was published of it, and its executions, stay.
    stateMachines.set(name, before?.type === type ? { ...before, revision, status: "ACTIVE" } : machine);
    this.#changed(stateMachines.get(name) ?? machine);
  }

  /**
   * Ends what runs as aborted, and writes what is left to write. Gives what could not be written, if anything.
   */
  async close(): Promise<Error | undefined> {
    for (const execution of [...this.#context.executions.running()]) {
      this.engine.stop(execution, undefined, SERVER_ENDED);
    }
    // The ends are told by promises; map runs see that they are abandoned when they are pumped.
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.race([
      Promise.all([...this.engine.mapRuns].map(({ settled }) => settled)),
      new Promise((resolve) => setTimeout(resolve, MAP_RUNS_MS).unref()),
    ]);
    this.engine.close();
    return this.#kept?.close();
  }

  #restore(): void {
    const { stateMachines, activities, executions, mapRuns } = this.#context;
    const kept = this.#kept?.load();
    for (const machine of kept?.stateMachines ?? []) stateMachines.set(machine.name, machine);
    for (const activity of kept?.activities ?? []) {
      activities.set(activity.name, activity);
      this.engine.activities.register(activity.arn);
    }
    for (const execution of kept?.executions ?? []) executions.restore(execution);
    for (const mapRun of kept?.mapRuns ?? []) mapRuns.restore(mapRun);
    // The deletion of these was not finished.
    for (const machine of kept?.stateMachines ?? []) {
      if (machine.status === "DELETING") executions.deleteOf(machine, () => this.#deleted(machine));
    }
  }

  #deleted(machine: StateMachine): void {
    this.#context.stateMachines.delete(machine.name);
    this.#changed(machine);
  }

  #changed(what: StateMachine | Activity): void {
    const kept = this.#kept;
    if (kept === undefined) return;
    if ("revision" in what) {
      if (this.#context.stateMachines.get(what.name) === what) kept.saveMachine(what);
      else if (!this.#context.stateMachines.has(what.name)) kept.delete("state-machines", what.name);
    } else if (this.#context.activities.has(what.name)) kept.saveActivity(what);
    else kept.delete("activities", what.name);
  }
}

/** Time that map runs have, in ms, to write what they must when the server ends. */
const MAP_RUNS_MS = 1000;

function isKnown(operation: string): operation is OperationName {
  return Object.hasOwn(OPERATIONS, operation);
}

/** A member that is null is one that is not there. */
function withoutNulls(request: unknown): object {
  return Object.fromEntries(Object.entries(request as object).filter(([, value]) => value !== null));
}
