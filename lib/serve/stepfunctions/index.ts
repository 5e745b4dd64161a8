import type { IncomingMessage, ServerResponse } from "node:http";
import { Engine, type Ports } from "../../run/engine.js";
import type { Clock, Invoker, ObjectStore, Random } from "../../run/ports.js";
import type { Activity } from "./activity.js";
import { ApiError } from "./api-error.js";
import { Arns } from "./arns.js";
import type { Context } from "./context.js";
import { Executions } from "./executions.js";
import { Histories } from "./histories.js";
import { operationOf, readBody, sendError, sendResult } from "./json10.js";
import { MapRuns } from "./map-runs.js";
import { checkRequest } from "./model/check-request.js";
import { OPERATIONS, type OperationName } from "./model/operations.js";
import { activityOperations } from "./operations/activities.js";
import { aliasOperations } from "./operations/aliases.js";
import { executionOperations } from "./operations/executions.js";
import { historyOperations } from "./operations/history.js";
import { mapRunOperations } from "./operations/map-runs.js";
import { stateMachineOperations } from "./operations/state-machines.js";
import { tagOperations } from "./operations/tags.js";
import { taskOperations } from "./operations/tasks.js";
import { validateOperations } from "./operations/validate.js";
import { versionOperations } from "./operations/versions.js";
import type { StateMachine } from "./state-machine.js";

export interface StepFunctionsOptions {
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
  readonly clock: Clock;
  readonly invoker: Invoker;
  readonly store: ObjectStore;
  readonly random: Random;
}

/** Operations of the API that there are, and those that there are not. */
type Operations = Readonly<Partial<Record<OperationName, (request: never) => object | Promise<object>>>>;

/** The Step Functions API over one engine. */
export class StepFunctions {
  readonly engine: Engine;
  readonly #context: Context;
  readonly #operations: Operations;

  constructor({ region, account, ...worlds }: StepFunctionsOptions) {
    const arns = new Arns(region, account);
    const histories = new Histories();
    const ports: Ports = { ...worlds, journal: histories };
    const mapRuns: MapRuns = new MapRuns(
      () => executions,
      histories,
      () => ports.clock.now(),
      () => {},
    );
    this.engine = new Engine(ports, { childHistories: true, observer: mapRuns.observer });
    const executions: Executions = new Executions({
      engine: this.engine,
      arns,
      region,
      histories,
      onClosed: () => {},
      onDeleted: ({ identity }) => mapRuns.forgetOf(identity.arn),
    });
    executions.runningChild = (arn) => mapRuns.runningChild(arn);
    this.#context = {
      region,
      arns,
      engine: this.engine,
      stateMachines: new Map<string, StateMachine>(),
      activities: new Map<string, Activity>(),
      executions,
      mapRuns,
      changed: () => {},
    };
    this.#operations = {
      ...stateMachineOperations(this.#context),
      ...versionOperations(this.#context),
      ...aliasOperations(this.#context),
      ...tagOperations(this.#context),
      ...executionOperations(this.#context),
      ...historyOperations(this.#context, histories),
      ...mapRunOperations(this.#context),
      ...activityOperations(this.#context),
      ...taskOperations(),
      ...validateOperations(),
    };
  }

  /** Answers a request. Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { random } = this.engine.ports;
    try {
      const body = await readBody(request);
      sendResult(response, random, await this.call(operationOf(request) ?? "", body));
    } catch (error) {
      sendError(response, random, error);
    }
  }

  /** Carries out one operation. Rejects with ApiError. */
  async call(operation: string, request: unknown): Promise<object> {
    const perform = isKnown(operation) ? this.#operations[operation] : undefined;
    if (!isKnown(operation) || perform === undefined) {
      throw new ApiError("UnknownOperationException", `There is no operation '${operation}' here`);
    }
    checkRequest(operation, request);
    // The request has just been checked against the members that the operation declares.
    return perform(withoutNulls(request) as never);
  }

  close(): void {
    this.engine.close();
  }
}

function isKnown(operation: string): operation is OperationName {
  return Object.hasOwn(OPERATIONS, operation);
}

/** A member that is null is one that is not there. */
function withoutNulls(request: unknown): object {
  return Object.fromEntries(Object.entries(request as object).filter(([, value]) => value !== null));
}
