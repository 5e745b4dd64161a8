import { type LocalStates, type StartExecutionInput, StatesError } from "../adapters/services/local-states.js";
import type { Application, StateMachineSource, UnreadStateMachine } from "../definition/application.js";
import { FanoutError } from "../errors.js";
import type { JsonObject } from "../json.js";
import { JsonText } from "../json.js";
import { compile, DefinitionError, type Machine } from "../machine/index.js";
import type { Engine } from "../run/engine.js";
import type { RootExecution } from "../run/execution.js";
import { inputRefusal } from "../run/execution-input.js";

/** Executions that are remembered once they have ended. */
const REMEMBERED = 10_000;

type Request = Readonly<Record<string, string | undefined>>;

/** The state machines of the application, as those that a task of one of them can start and ask about. */
export class SessionStates implements LocalStates {
  readonly engine: Engine;
  readonly #application: Application;
  /** Those that were read on the way, by ARN. */
  readonly #sources = new Map<string, StateMachineSource>();
  readonly #machines = new Map<StateMachineSource, Machine>();
  /** By ARN, oldest first. */
  readonly #executions = new Map<string, RootExecution>();

  constructor(engine: Engine, application: Application) {
    this.engine = engine;
    this.#application = application;
  }

  /** Takes in an execution that was started in another way. */
  add(execution: RootExecution): void {
    this.#executions.set(execution.arn, execution);
    if (this.#executions.size <= REMEMBERED) return;
    for (const [arn, { outcome }] of this.#executions) {
      if (outcome === undefined) continue;
      this.#executions.delete(arn);
      return;
    }
  }

  startExecution({ stateMachineArn, name, input = "{}" }: StartExecutionInput): RootExecution {
    const source = this.#find(stateMachineArn);
    checkInput(input);
    const { random } = this.engine.ports;
    const { region, account } = this.#application;
    const given = name ?? random.uuid();
    const standard = source.type === "STANDARD";
    const kind = standard ? "execution" : "express";
    const arn = `arn:aws:states:${region}:${account}:${kind}:${source.name}:${given}${standard ? "" : `:${random.uuid()}`}`;
    const before = this.#executions.get(arn);
    if (before !== undefined) {
      if (before.outcome === undefined && before.input.text === input) return before;
      throw new StatesError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
    }
    const { execution } = this.engine.start(this.#machineOf(source), {
      arn,
      name: given,
      input: new JsonText(input),
      roleArn: source.roleArn,
      stateMachineArn: source.arn,
      stateMachineName: source.name,
      type: source.type,
      region,
      redriveCount: standard ? 0 : undefined,
      // Nobody can ask for it here.
      keepsHistory: false,
    });
    this.add(execution);
    return execution;
  }

  async call(operation: string, request: JsonObject): Promise<object> {
    const { stateMachineArn = "", executionArn = "", error, cause, statusFilter } = request as Request;
    switch (operation) {
      case "StartSyncExecution":
        return await this.#startSync(request as unknown as StartExecutionInput);
      case "DescribeExecution":
        return describeExecution(this.#execution(executionArn));
      case "StopExecution": {
        const execution = this.#execution(executionArn);
        this.engine.stop(execution, error, cause);
        return { stopDate: execution.stopTime / 1000 };
      }
      case "ListExecutions": {
        const { arn } = this.#find(stateMachineArn);
        const all = [...this.#executions.values()].filter((execution) => execution.stateMachineArn === arn).reverse();
        const chosen = all.filter((execution) => statusFilter === undefined || statusOf(execution) === statusFilter);
        return { executions: chosen.map(listExecution) };
      }
      case "ListStateMachines":
        return { stateMachines: this.#all.map(listMachine) };
      case "DescribeStateMachine":
        return describeMachine(this.#find(stateMachineArn));
      default:
        throw new StatesError("UnknownOperationException", `A local run does not carry out ${operation}`);
    }
  }

  async #startSync(request: StartExecutionInput): Promise<object> {
    if (this.#find(request.stateMachineArn).type !== "EXPRESS") {
      const message = "This operation is not supported by this type of state machine";
      throw new StatesError("StateMachineTypeNotSupported", message);
    }
    const execution = this.startExecution(request);
    await new Promise<void>((resolve) => execution.whenEnded(resolve));
    const billedDurationInMilliseconds = Math.max(1, Math.ceil((execution.stopTime - execution.startTime) / 100)) * 100;
    const billingDetails = { billedDurationInMilliseconds, billedMemoryUsedInMB: 64 };
    const { redriveCount: _, ...described } = describeExecution(execution) as Record<string, unknown>;
    return { ...described, billingDetails };
  }

  get #all(): readonly StateMachineSource[] {
    const { stateMachines, unread = [] } = this.#application;
    return [...stateMachines, ...unread.map(({ arn }) => this.#find(arn))];
  }

  /** By ARN; a version or an alias leads to the one version there is. */
  #find(stateMachineArn: string): StateMachineSource {
    const plain = stateMachineArn.split(":").slice(0, 7).join(":");
    const found = this.#sources.get(plain) ?? this.#application.stateMachines.find(({ arn }) => arn === plain);
    if (found !== undefined) return found;
    const unread = this.#application.unread?.find(({ arn }) => arn === plain);
    if (unread !== undefined) return this.#read(unread);
    throw new StatesError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${stateMachineArn}'`);
  }

  #read(unread: UnreadStateMachine): StateMachineSource {
    try {
      const source = unread.read();
      this.#sources.set(source.arn, source);
      return source;
    } catch (error) {
      if (!(error instanceof FanoutError)) throw error;
      throw new StatesError("InvalidDefinition", `Invalid State Machine Definition: '${error.message}'`);
    }
  }

  #machineOf(source: StateMachineSource): Machine {
    const known = this.#machines.get(source);
    if (known !== undefined) return known;
    try {
      const machine = compile(source.definition);
      this.#machines.set(source, machine);
      return machine;
    } catch (error) {
      if (!(error instanceof DefinitionError)) throw error;
      const why = `${error.message} at ${error.path}`;
      throw new StatesError("InvalidDefinition", `Invalid State Machine Definition: '${why}'`);
    }
  }

  #execution(arn: string): RootExecution {
    const execution = this.#executions.get(arn);
    if (execution !== undefined) return execution;
    throw new StatesError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  }
}

function statusOf({ outcome }: RootExecution): string {
  return outcome?.status ?? "RUNNING";
}

function describeExecution(execution: RootExecution): object {
  const { input, outcome } = execution;
  const included = { included: true };
  return {
    ...listExecution(execution),
    input: input.text,
    inputDetails: included,
    ...(outcome?.status === "SUCCEEDED" ? { output: outcome.output.text, outputDetails: included } : {}),
    ...(outcome !== undefined && outcome.status !== "SUCCEEDED"
      ? defined({ error: outcome.error, cause: outcome.cause })
      : {}),
    ...defined({ redriveCount: execution.redriveCount }),
  };
}

function listExecution(execution: RootExecution): object {
  const { arn, stateMachineArn, name, startTime, stopTime, outcome } = execution;
  return {
    executionArn: arn,
    stateMachineArn,
    name,
    status: statusOf(execution),
    startDate: startTime / 1000,
    ...(outcome === undefined ? {} : { stopDate: stopTime / 1000 }),
  };
}

function listMachine({ arn, name, type }: StateMachineSource): object {
  return { stateMachineArn: arn, name, type };
}

function describeMachine(source: StateMachineSource): object {
  const { roleArn, definition } = source;
  return { ...listMachine(source), status: "ACTIVE", definition: JSON.stringify(definition), roleArn };
}

function defined(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function checkInput(input: string): void {
  const refusal = inputRefusal(input);
  if (refusal !== undefined) throw new StatesError("InvalidExecutionInput", refusal);
}
