import type { JsonObject, JsonText } from "../../json.js";
import type { Effect, Signal, StepIo } from "../effects.js";
import { StateFailure } from "../failure.js";
import type { Frame } from "../frame.js";
import { exceeds, tooLarge } from "../limits.js";
import type { CompileContext } from "../program.js";
import { recover } from "../recover.js";
import { TaskRequest } from "../task-request.js";
import { exit } from "./exit.js";
import { type Integration, integrationOf } from "./integration.js";
import { compileQuantity, type Quantity } from "./quantity.js";
import { State } from "./state.js";

/** The options of the plainest request of all: a payload handed on, and nothing but a payload wanted back. */
const BARE = { payloadOnly: true };

/** Task: calls an integration and waits for its answer. */
export class TaskState extends State {
  readonly #integration: Integration;
  readonly #timeoutSeconds: Quantity;
  readonly #heartbeatSeconds: Quantity;

  constructor(name: string, definition: JsonObject, context: CompileContext) {
    super(name, definition, context);
    this.#integration = integrationOf(String(definition["Resource"]));
    this.#timeoutSeconds = compileQuantity(definition, "TimeoutSeconds", context.language);
    this.#heartbeatSeconds = compileQuantity(definition, "HeartbeatSeconds", context.language);
  }

  start(frame: Frame, io: StepIo): Effect {
    const timing = [this.#timeoutSeconds, this.#heartbeatSeconds] as const;
    if (timing.every((quantity) => quantity.absent)) return this.#begin(frame, io, undefined);
    return this.#timeoutSeconds.integer(frame, io, this.flow, (timeout) =>
      this.#heartbeatSeconds.integer(frame, io, this.flow, (heartbeat) => {
        checkPositive(timeout, "TimeoutSeconds");
        checkPositive(heartbeat, "HeartbeatSeconds");
        return this.#begin(frame, io, timeout);
      }),
    );
  }

  #begin(frame: Frame, io: StepIo, timeoutSeconds: number | undefined): Effect {
    const { passThrough, payloadOnly } = this.flow;
    const { name } = this.#integration;
    if (passThrough !== null && name === "lambda:invoke" && !io.keepsHistory) {
      const options = timeoutSeconds === undefined && payloadOnly ? BARE : { timeoutSeconds, payloadOnly };
      return ask(frame, new TaskRequest(frame, name, passThrough.functionName, frame.input.text, options));
    }
    return this.flow.begin(frame, io, (input) => this.#schedule(frame, io, input, timeoutSeconds));
  }

  #schedule(frame: Frame, io: StepIo, input: JsonText, timeoutSeconds: number | undefined): Effect {
    const integration = this.#integration;
    const request = this.#request(frame, io, input, timeoutSeconds);
    if (exceeds(request.payload)) throw tooLarge(this.name, { fatal: true });
    if (io.keepsHistory) {
      const scheduled = integration.scheduled(input.text, frame.execution.region, timeoutSeconds);
      frame.lastEventId = io.record(integration.events.scheduled, frame.lastEventId, scheduled);
      frame.lastEventId = io.record(integration.events.started, frame.lastEventId, integration.started);
    }
    return ask(frame, request);
  }

  #request(frame: Frame, io: StepIo, input: JsonText, timeoutSeconds: number | undefined): TaskRequest {
    const { name, resource } = this.#integration;
    if (name !== "lambda:invoke") return new TaskRequest(frame, name, resource, input.text, { timeoutSeconds });
    const { FunctionName, Payload, InvocationType, ClientContext } = input.value as JsonObject;
    return new TaskRequest(frame, name, String(FunctionName), Payload === undefined ? "{}" : JSON.stringify(Payload), {
      invocationType: InvocationType,
      clientContext: ClientContext,
      timeoutSeconds,
      payloadOnly: this.flow.payloadOnly && !io.keepsHistory && InvocationType === undefined,
    });
  }

  override resume(frame: Frame, signal: Signal, io: StepIo): Effect {
    switch (signal.kind) {
      case "taskSucceeded":
        return this.#succeeded(frame, signal.output, io);
      case "taskFailed":
        return this.#failed(frame, new StateFailure(signal.error, signal.cause), io);
      case "taskTimedOut":
        return this.#failed(frame, new StateFailure("States.Timeout"), io);
      default:
        return super.resume(frame, signal, io);
    }
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

function checkPositive(seconds: number | undefined, field: string): void {
  if (seconds === undefined || seconds > 0) return;
  throw new StateFailure("States.Runtime", `${field} must be positive, but was: ${seconds}`);
}

function ask(frame: Frame, request: TaskRequest): Effect {
  frame.work = request;
  return request;
}
