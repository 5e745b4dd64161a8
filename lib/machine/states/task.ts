import { isNullText, type JsonObject, type JsonText } from "../../json.js";
import type { Effect, Signal, StepIo } from "../effects.js";
import { WAIT } from "../effects.js";
import { StateFailure } from "../failure.js";
import type { Frame } from "../frame.js";
import { exceeds, tooLarge } from "../limits.js";
import type { CompileContext } from "../program.js";
import { recover } from "../recover.js";
import { TaskRequest } from "../task-request.js";
import { type Credentials, compileCredentials } from "./credentials.js";
import { exit } from "./exit.js";
import { type Integration, integrationOf, type Timing } from "./integration.js";
import { compileQuantity, type Quantity } from "./quantity.js";
import { State } from "./state.js";

/** A call of a function, and how long it may take. */
export interface DirectFunction {
  readonly functionName: string;
  /** False when an input of null is a failure. */
  readonly takesNull: boolean;
  /** ms; undefined: no limit of the state. */
  readonly timeoutMs: number | undefined;
}

/** The options of the plainest request of all: a payload handed on, and nothing but a payload wanted back. */
const BARE = { payloadOnly: true };

const UNLIMITED: Timing = { timeoutSeconds: undefined, heartbeatSeconds: undefined };

/** Integrations that call a function, and so have its name and payload among their parameters. */
const INVOKE = "lambda:invoke";
const SDK_INVOKE = "aws-sdk:lambda:invoke";

/** Task: calls an integration and waits for its answer, for a job it began, or for whoever has the task's token. */
export class TaskState extends State {
  /** Whether somebody may answer with a token, which then stands in the context object. */
  override readonly hasToken: boolean;
  readonly #integration: Integration;
  readonly #timeoutSeconds: Quantity;
  readonly #heartbeatSeconds: Quantity;
  readonly #credentials: Credentials | null;
  /** True when there is nothing to evaluate before the parameters. */
  readonly #plain: boolean;
  /** True when there is nothing but a limit of time. */
  readonly #plainButForTime: boolean;
  readonly #passesThrough: boolean;

  constructor(name: string, definition: JsonObject, context: CompileContext) {
    super(name, definition, context);
    const integration = integrationOf(String(definition["Resource"]));
    this.#integration = integration;
    this.hasToken = integration.kind === "activity" || integration.pattern !== "requestResponse";
    this.#timeoutSeconds = compileQuantity(definition, "TimeoutSeconds", context.language);
    this.#heartbeatSeconds = compileQuantity(definition, "HeartbeatSeconds", context.language);
    this.#credentials = compileCredentials(definition, context);
    this.#plainButForTime = this.#heartbeatSeconds.absent && this.#credentials === null && !this.hasToken;
    this.#plain = this.#timeoutSeconds.absent && this.#plainButForTime;
    this.#passesThrough =
      this.flow.passThrough !== null && integration.name === INVOKE && integration.pattern === "requestResponse";
  }

  /** The call of a state that hands its raw input to a function and gives what that returns, and does nothing else. */
  directCall(): DirectFunction | null {
    const seconds = this.#timeoutSeconds.constant;
    const isLimited = seconds !== undefined && Number.isInteger(seconds) && seconds > 0;
    if (!this.#plainButForTime || !(this.#timeoutSeconds.absent || isLimited)) return null;
    const { passThrough, payloadOnly, unchanging } = this.flow;
    const timeoutMs = seconds === undefined ? undefined : seconds * 1000;
    if (this.#integration.name === "lambda" && unchanging) {
      return { functionName: this.#integration.resource, takesNull: true, timeoutMs };
    }
    if (!this.#passesThrough || !payloadOnly || passThrough === null) return null;
    return { ...passThrough, timeoutMs };
  }

  start(frame: Frame, io: StepIo): Effect {
    if (this.#plain) return this.#begin(frame, io, UNLIMITED, undefined);
    if (this.hasToken) this.#giveToken(frame, io);
    return this.#timing(frame, io, (timing) => {
      if (this.#credentials === null) return this.#begin(frame, io, timing, undefined);
      return this.#credentials(frame, io, this.flow, (role) => this.#begin(frame, io, timing, role));
    });
  }

  /** Every attempt has a token of its own. */
  #giveToken(frame: Frame, io: StepIo): void {
    const { kind, pattern, resource } = this.#integration;
    if (frame.execution.type === "EXPRESS") {
      const what = kind === "activity" ? "activity" : pattern;
      const cause = `Express state machine does not support '${what}' service integration`;
      throw new StateFailure("States.Runtime", cause);
    }
    frame.taskToken = io.newTaskToken(kind === "activity" ? resource : undefined);
  }

  #timing(frame: Frame, io: StepIo, then: (timing: Timing) => Effect): Effect {
    return this.#timeoutSeconds.integer(frame, io, this.flow, (timeoutSeconds) =>
      this.#heartbeatSeconds.integer(frame, io, this.flow, (heartbeatSeconds) => {
        checkPositive(timeoutSeconds, "TimeoutSeconds");
        checkPositive(heartbeatSeconds, "HeartbeatSeconds");
        return then({ timeoutSeconds, heartbeatSeconds });
      }),
    );
  }

  #begin(frame: Frame, io: StepIo, timing: Timing, role: string | undefined): Effect {
    const { passThrough, payloadOnly } = this.flow;
    if (this.#passesThrough && passThrough !== null && !io.keepsHistory) {
      const { text } = frame.input;
      if (passThrough.takesNull || !isNullText(text)) {
        const options = timing === UNLIMITED && payloadOnly ? BARE : { ...timing, payloadOnly };
        return ask(frame, new TaskRequest(frame, INVOKE, passThrough.functionName, text, options));
      }
    }
    return this.flow.begin(frame, io, (input) => this.#schedule(frame, io, input, timing, role));
  }

  #schedule(frame: Frame, io: StepIo, input: JsonText, timing: Timing, role: string | undefined): Effect {
    const integration = this.#integration;
    const request = this.#request(frame, io, input, timing);
    if (exceeds(request.payload)) throw tooLarge(this.name, { fatal: true });
    if (integration.kind === "activity") return ask(frame, request);
    if (io.keepsHistory) {
      this.#recordScheduled(frame, io, input.text, timing, role);
      frame.lastEventId = io.record(integration.events.started, frame.lastEventId, integration.started(undefined));
    }
    return ask(frame, request);
  }

  #recordScheduled(frame: Frame, io: StepIo, input: string, timing: Timing, role: string | undefined): void {
    const [name, details] = this.#integration.scheduled(input, frame.execution.region, timing);
    const full = role === undefined ? details : { ...details, taskCredentials: { roleArn: role } };
    frame.lastEventId = io.record(this.#integration.events.scheduled, frame.lastEventId, [name, full]);
  }

  #request(frame: Frame, io: StepIo, input: JsonText, timing: Timing): TaskRequest {
    const { name, resource, pattern } = this.#integration;
    if (name === INVOKE || name === SDK_INVOKE) return this.#invocation(frame, io, input.value as JsonObject, timing);
    const { timeoutSeconds, heartbeatSeconds } = timing;
    return new TaskRequest(frame, name, resource, input.text, { pattern, timeoutSeconds, heartbeatSeconds });
  }

  #invocation(frame: Frame, io: StepIo, parameters: JsonObject, timing: Timing): TaskRequest {
    const { name, pattern } = this.#integration;
    const { FunctionName, Payload, InvocationType, ClientContext, Qualifier, LogType } = parameters;
    const functionName = Qualifier === undefined ? String(FunctionName) : `${FunctionName}:${Qualifier}`;
    const plain = InvocationType === undefined && LogType === undefined && pattern === "requestResponse";
    return new TaskRequest(frame, name, functionName, payloadOf(name, Payload), {
      // Not spread: that takes ten times as long (Node.js 20), and there may be millions.
      timeoutSeconds: timing.timeoutSeconds,
      heartbeatSeconds: timing.heartbeatSeconds,
      pattern,
      invocationType: InvocationType,
      clientContext: ClientContext,
      withLog: LogType === "Tail",
      payloadOnly: plain && name === INVOKE && this.flow.payloadOnly && !io.keepsHistory,
    });
  }

  override resume(frame: Frame, signal: Signal, io: StepIo): Effect {
    switch (signal.kind) {
      case "taskSucceeded":
        return this.#succeeded(frame, signal.output, io);
      case "taskFailed":
        return this.#failed(frame, new StateFailure(signal.error, signal.cause), io);
      case "taskTimedOut": {
        const alias = signal.heartbeat === true ? "States.HeartbeatTimeout" : undefined;
        return this.#failed(frame, new StateFailure("States.Timeout", undefined, { alias }), io);
      }
      case "taskSubmitted":
        return this.#submitted(frame, signal.output, io);
      case "activityScheduled": {
        const { payload, timing } = frame.work as TaskRequest;
        if (io.keepsHistory) this.#recordScheduled(frame, io, payload, timing, undefined);
        return WAIT;
      }
      case "activityMissing":
        throw new StateFailure("States.Runtime", `The activity ${this.#integration.resource} does not exist.`);
      case "activityStarted":
        return this.#activityStarted(frame, signal.workerName, io);
      default:
        return super.resume(frame, signal, io);
    }
  }

  #activityStarted(frame: Frame, workerName: string | undefined, io: StepIo): Effect {
    const { events, started } = this.#integration;
    if (io.keepsHistory) frame.lastEventId = io.record(events.started, frame.lastEventId, started(workerName));
    return WAIT;
  }

  /** The call was taken; the answer is still to come. */
  #submitted(frame: Frame, output: JsonText, io: StepIo): Effect {
    const integration = this.#integration;
    if (exceeds(output.text)) return this.#failed(frame, tooLarge(integration.limitName), io);
    if (io.keepsHistory) {
      const details = integration.submitted(output.text);
      frame.lastEventId = io.record(integration.events.submitted, frame.lastEventId, details);
    }
    return WAIT;
  }

  #succeeded(frame: Frame, output: JsonText, io: StepIo): Effect {
    const integration = this.#integration;
    if (exceeds(output.text)) return this.#failed(frame, tooLarge(integration.limitName), io);
    if (io.keepsHistory) {
      const details = integration.succeeded(output.text);
      frame.lastEventId = io.record(integration.events.succeeded, frame.lastEventId, details);
    }
    if ((frame.work as TaskRequest).payloadOnly) {
      // The output is the payload alone, and Output or OutputPath have nothing more to take from it.
      return exit(frame, io, output, null, this.next);
    }
    return this.flow.finish(frame, io, output, this.next);
  }

  #failed(frame: Frame, failure: StateFailure, io: StepIo): Effect {
    if (io.keepsHistory) {
      const timedOut = failure.error === "States.Timeout";
      const { events } = this.#integration;
      const details = this.#integration.failed(failure, timedOut);
      frame.lastEventId = io.record(timedOut ? events.timedOut : events.failed, frame.lastEventId, details);
    }
    return recover(frame, failure, io);
  }
}

/** The optimised integration makes JSON of what it is given; the SDK's takes text as it is. */
function payloadOf(integration: string, payload: JsonObject[string] | undefined): string {
  if (payload === undefined) return "{}";
  if (integration === INVOKE) return JSON.stringify(payload);
  if (payload === null) return "{}";
  return typeof payload === "string" ? payload : JSON.stringify(payload);
}

function checkPositive(seconds: number | undefined, field: string): void {
  if (seconds === undefined || seconds > 0) return;
  throw new StateFailure("States.Runtime", `${field} must be positive, but was: ${seconds}`);
}

function ask(frame: Frame, request: TaskRequest): Effect {
  frame.work = request;
  return request;
}
