import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { virtualClock } from "../../lib/adapters/clock/virtual.js";
import { memoryJournal } from "../../lib/adapters/journal/memory.js";
import { seededRandom } from "../../lib/adapters/random.js";
import { localServices } from "../../lib/adapters/services/local.js";
import { type LocalStates, type StartExecutionInput, StatesError } from "../../lib/adapters/services/local-states.js";
import { memoryStore } from "../../lib/adapters/store/memory.js";
import { type JsonObject, JsonText } from "../../lib/json.js";
import { compile, type Machine } from "../../lib/machine/index.js";
import { Engine } from "../../lib/run/engine.js";
import type { ExecutionOutcome, RootExecution } from "../../lib/run/execution.js";
import type { MapRun } from "../../lib/run/map-run/map-run.js";
import type { Clock } from "../../lib/run/ports.js";
import { unconnected } from "../../lib/run/unconnected.js";
import { awsHistory } from "./history.js";
import { ModuleInvoker } from "./module-invoker.js";

const REGION = "us-east-1";
const ACCOUNT = "123456789012";
/** A virtual date that is plainly a date: the recordings are compared by what looks like one. */
const START = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

type Params = Readonly<Record<string, string | undefined>>;

interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly definition: string;
  readonly type: "STANDARD" | "EXPRESS";
  readonly machine: Machine;
}

interface Started {
  readonly execution: RootExecution;
  readonly ended: Promise<ExecutionOutcome>;
}

/**
 * The calls of Step Functions, S3 and Lambda that a recorded case makes, answered by an Engine of its own on a virtual
 * clock: what the driver beside the recordings expects of an engine.
 */
export class RecordedEngine {
  readonly region = REGION;
  readonly account = ACCOUNT;
  readonly cleanup = false;
  readonly #handlersFolder: string;
  readonly #clock = this.#patientClock();
  readonly #store = memoryStore({}, () => this.#clock.now());
  readonly #journal = memoryJournal();
  readonly #random = seededRandom("recorded");
  readonly #invoker = new ModuleInvoker(this.#clock);
  readonly #mapRuns: MapRun[] = [];
  readonly #engine: Engine;
  readonly #machines = new Map<string, StateMachine>();
  readonly #executions = new Map<string, Started>();

  /** @param handlersFolder Where the `handler` paths of a case's functions begin. */
  constructor(handlersFolder: string) {
    this.#handlersFolder = handlersFolder;
    const ports = { clock: this.#clock, invoker: this.#invoker, store: this.#store, journal: this.#journal };
    const services = localServices({ states: () => this.#states(), store: this.#store }, unconnected());
    this.#engine = new Engine(
      { ...ports, random: this.#random, services },
      { observer: { started: (mapRun) => this.#mapRuns.push(mapRun) } },
    );
  }

  /** Time does not pass while a worker waits for a task that a later call of the case will bring. */
  #patientClock(): Clock {
    const clock = virtualClock({ start: START });
    return { ...clock, idle: () => !this.#engine.awaitsOthers && clock.idle() };
  }

  #states(): LocalStates {
    return {
      engine: this.#engine,
      startExecution: (request) => this.#start(request).execution,
      call: async (operation) => {
        throw new StatesError("UnknownOperationException", `${operation} is not answered here`);
      },
    };
  }

  readonly oracle = {
    await_execution_terminated: async ({ executionArn }: Params) => {
      await this.#executions.get(executionArn ?? "")?.ended;
      return {};
    },
  };

  async createFunction(lambda: { handler: string }, name: string): Promise<{ name: string; arn: string }> {
    const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
    const source = await readFile(join(this.#handlersFolder, lambda.handler), "utf8");
    this.#invoker.add(name, source);
    this.#invoker.add(arn, source);
    return { name, arn };
  }

  async call(service: string, operation: string, params: Params): Promise<unknown> {
    const operations: Readonly<Record<string, (params: Params) => unknown>> = {
      "s3.create_bucket": async ({ Bucket = "" }) => {
        await this.#store.createBucket?.(Bucket);
        return {};
      },
      "s3.put_object": (p) => this.#putObject(p),
      "stepfunctions.create_state_machine": (p) => this.#createStateMachine(p),
      "stepfunctions.create_activity": (p) => this.#createActivity(p),
      "stepfunctions.delete_activity": ({ activityArn = "" }) => {
        this.#engine.activities.remove(activityArn);
        return {};
      },
      "stepfunctions.delete_state_machine": ({ stateMachineArn = "" }) => {
        this.#machines.delete(stateMachineArn);
        return {};
      },
      "stepfunctions.describe_state_machine": (p) => this.#describeStateMachine(p),
      "stepfunctions.start_execution": (p) => this.#startExecution(p),
      "stepfunctions.start_sync_execution": (p) => this.#startSyncExecution(p),
      "stepfunctions.stop_execution": (p) => this.#stopExecution(p),
      "stepfunctions.describe_execution": (p) => this.#describeExecution(p),
      "stepfunctions.get_execution_history": (p) => ({
        events: awsHistory(this.#journal.history(p["executionArn"] ?? "")),
      }),
      "stepfunctions.list_map_runs": (p) => ({ mapRuns: this.#mapRunsOf(p["executionArn"]) }),
    };
    const answer = operations[`${service}.${operation}`];
    if (answer === undefined) throw new Error(`${service}.${operation} is not answered here`);
    return answer(params);
  }

  async #putObject({ Bucket = "", Key = "", Body }: Params): Promise<object> {
    const writer = await this.#store.put(Bucket, Key);
    await writer.write(typeof Body === "string" ? Body : JSON.stringify(Body ?? ""));
    await writer.close();
    return {};
  }

  #createStateMachine({ name = "", definition = "", roleArn = "", type }: Params): object {
    const arn = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}`;
    const machine = compile(JSON.parse(definition) as JsonObject);
    const kind = type === "EXPRESS" ? "EXPRESS" : "STANDARD";
    this.#machines.set(arn, { arn, name, roleArn, definition, type: kind, machine });
    return { stateMachineArn: arn, creationDate: this.#seconds() };
  }

  #describeStateMachine({ stateMachineArn = "" }: Params): object {
    const { arn, name, definition, roleArn, type } = this.#machineOf(stateMachineArn);
    return {
      stateMachineArn: arn,
      name,
      status: "ACTIVE",
      definition,
      roleArn,
      type,
      creationDate: this.#seconds(),
      loggingConfiguration: { level: "OFF", includeExecutionData: false },
      tracingConfiguration: { enabled: false },
    };
  }

  #createActivity({ name = "" }: Params): object {
    const activityArn = `arn:aws:states:${REGION}:${ACCOUNT}:activity:${name}`;
    this.#engine.activities.register(activityArn);
    return { activityArn, creationDate: this.#seconds() };
  }

  #startExecution(params: Params): object {
    const { arn, startTime } = this.#start(params as unknown as StartExecutionInput).execution;
    return { executionArn: arn, startDate: startTime / 1000 };
  }

  #start({ stateMachineArn, name = this.#random.uuid(), input = "{}" }: StartExecutionInput): Started {
    const stateMachine = this.#machineOf(stateMachineArn);
    const prefix = `arn:aws:states:${REGION}:${ACCOUNT}`;
    const arn =
      stateMachine.type === "EXPRESS"
        ? `${prefix}:express:${stateMachine.name}:${name}:${this.#random.uuid()}`
        : `${prefix}:execution:${stateMachine.name}:${name}`;
    const started = this.#engine.start(stateMachine.machine, {
      arn,
      name,
      input: new JsonText(input),
      roleArn: stateMachine.roleArn,
      stateMachineArn: stateMachine.arn,
      stateMachineName: stateMachine.name,
      type: stateMachine.type,
      region: REGION,
      redriveCount: stateMachine.type === "EXPRESS" ? undefined : 0,
    });
    this.#executions.set(arn, started);
    return started;
  }

  async #startSyncExecution(params: Params): Promise<object> {
    const { executionArn } = this.#startExecution(params) as { executionArn: string };
    await this.#executions.get(executionArn)?.ended;
    const { redriveCount, redriveStatus, redriveStatusReason, ...described } = this.#describeExecution({
      executionArn,
    });
    const billingDetails = { billedDurationInMilliseconds: 100, billedMemoryUsedInMB: 64 };
    return { ...described, billingDetails };
  }

  #stopExecution({ executionArn = "", error, cause }: Params): object {
    this.#engine.stop(this.#executionOf(executionArn), error, cause);
    return { stopDate: this.#seconds() };
  }

  #describeExecution({ executionArn = "" }: Params): Record<string, unknown> {
    const execution = this.#executionOf(executionArn);
    const { outcome, arn, name, stateMachineArn, input, startTime, stopTime } = execution;
    const included = { included: true };
    return {
      executionArn: arn,
      stateMachineArn,
      name,
      status: outcome?.status ?? "RUNNING",
      startDate: startTime / 1000,
      ...(outcome === undefined ? {} : { stopDate: stopTime / 1000 }),
      input: input.text,
      inputDetails: included,
      ...(outcome?.status === "SUCCEEDED"
        ? { output: outcome.output.text, outputDetails: included }
        : { error: outcome?.error, cause: outcome?.cause }),
      ...redrive(outcome),
    };
  }

  #mapRunsOf(executionArn: string | undefined): object[] {
    return this.#mapRuns
      .filter(({ owner }) => owner.arn === executionArn)
      .map(({ arn, owner, startDate }) => ({
        executionArn: owner.arn,
        mapRunArn: arn,
        stateMachineArn: owner.stateMachineArn,
        startDate: startDate / 1000,
      }));
  }

  #machineOf(arn: string): StateMachine {
    const machine = this.#machines.get(arn);
    if (machine === undefined) throw serviceError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  #executionOf(arn: string): RootExecution {
    const started = this.#executions.get(arn);
    if (started === undefined) throw serviceError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
    return started.execution;
  }

  #seconds(): number {
    return this.#clock.now() / 1000;
  }
}

function redrive(outcome: ExecutionOutcome | undefined): object {
  if (outcome !== undefined && outcome.status !== "SUCCEEDED") return { redriveCount: 0, redriveStatus: "REDRIVABLE" };
  const status = outcome?.status ?? "RUNNING";
  const reason = `Execution is ${status} and cannot be redriven`;
  return { redriveCount: 0, redriveStatus: "NOT_REDRIVABLE", redriveStatusReason: reason };
}

function serviceError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, code: name, $metadata: { httpStatusCode: 400 } });
}
