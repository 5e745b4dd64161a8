import { isObject, JsonText } from "../json.js";
import { type Frame, type Signal, TaskRequest } from "../machine/index.js";
import { Activities } from "./activities.js";
import { TaskTokens } from "./callbacks.js";
import { signalOf, unawaitedResult } from "./lambda.js";
import type { Clock, Invocation, InvocationOutcome, Invoker, Random, ServiceOutcome, Services } from "./ports.js";
import { requestIds } from "./request-ids.js";
import { unconnected } from "./unconnected.js";

export interface TaskPorts {
  readonly clock: Clock;
  readonly invoker: Invoker;
  readonly services?: Services | undefined;
  readonly random: Random;
}

/** How frames are told of what became of their tasks. */
export interface TaskLoop {
  /** Queues a signal. */
  readonly signal: (frame: Frame, signal: Signal) => void;
  /** The same, stepped at once when the loop is not at work. */
  readonly answer: (frame: Frame, signal: Signal) => void;
  /** Lets no virtual time pass until those who were just told of something have had their turn. */
  readonly hold: () => void;
}

/** A call that takes its own answer. */
export interface DirectCall extends Invocation {
  /** Gives the task that the answer is for, when it is for one after all. */
  answered(outcome: InvocationOutcome): TaskRequest | undefined;
}

/** Carries out tasks: hands each to the port it is for, and its one answer back to its frame. */
export class Tasks {
  readonly tokens: TaskTokens;
  readonly activities: Activities;
  /** Makes the id of a call, a UUID. */
  readonly newRequestId: () => string;
  readonly #invoker: Invoker;
  readonly #services: Services;
  readonly #loop: TaskLoop;
  #closed = false;

  constructor({ clock, invoker, services = unconnected(), random }: TaskPorts, loop: TaskLoop) {
    this.#invoker = invoker;
    this.#services = services;
    this.newRequestId = requestIds(() => random.uuid());
    this.#loop = loop;
    this.tokens = new TaskTokens({
      clock,
      answer: (request, signal) => this.#settle(request, signal),
      onGivenUp: (request) => {
        if (!this.#closed && request.served) services.cancel(request);
      },
      isActivity: (arn) => this.activities.has(arn),
    });
    this.activities = new Activities({
      clock,
      tokens: this.tokens,
      signal: (request, signal) => loop.signal(request.frame, signal),
      hold: loop.hold,
    });
    invoker.onOutcome = (call, outcome) => {
      const request = call instanceof TaskRequest ? call : (call as DirectCall).answered(outcome);
      // An Event or DryRun call has been answered already: the function ran for its effects alone.
      if (request?.invocationType !== "RequestResponse") return;
      const signal = signalOf(request, outcome, this.newRequestId);
      if (signal.kind === "taskSubmitted") this.#submit(request, signal.output);
      else this.#settle(request, signal);
    };
    services.onOutcome = (call, outcome) => this.#served(call as TaskRequest, outcome);
  }

  /** Whether calls are under way that virtual time has to wait for. */
  get inFlight(): boolean {
    return this.#invoker.inFlight > 0 || this.#services.inFlight > 0;
  }

  perform(request: TaskRequest): void {
    const { integration, pattern } = request;
    if (this.#services.replaces?.(request) === true) this.#serve(request);
    else if (integration === "activity") this.activities.schedule(request);
    else if (isInvocation(integration) && !pattern.startsWith("sync")) this.#invoke(request);
    else this.#serve(request);
  }

  #invoke(request: TaskRequest): void {
    const { invocationType, pattern } = request;
    if (pattern === "waitForTaskToken") this.tokens.await(request);
    if (invocationType !== "DryRun") this.#invoker.invoke(request);
    if (invocationType === "RequestResponse") return;
    const output = unawaitedResult(request, this.newRequestId());
    if (pattern === "waitForTaskToken") this.#submit(request, output);
    else this.#loop.signal(request.frame, { kind: "taskSucceeded", output });
  }

  #serve(request: TaskRequest): void {
    request.served = true;
    if (request.integration === "activity") {
      this.#loop.signal(request.frame, { kind: "activityScheduled" });
      this.#loop.signal(request.frame, { kind: "activityStarted", workerName: undefined });
    }
    this.tokens.await(request);
    this.#services.call(request);
  }

  /** The one answer to a task; what comes after it is dropped. */
  #settle(request: TaskRequest, signal: Signal): void {
    if (!request.open) return;
    request.open = false;
    const { frame } = request;
    if (frame.timer !== null) {
      frame.timer.cancel();
      frame.timer = null;
    }
    this.#loop.answer(frame, signal);
  }

  #submit(request: TaskRequest, output: JsonText): void {
    if (!request.open) return;
    this.tokens.submitted(request);
    this.#loop.signal(request.frame, { kind: "taskSubmitted", output });
  }

  #served(request: TaskRequest, outcome: ServiceOutcome): void {
    if (outcome.kind === "submitted") {
      this.#submit(request, new JsonText(outcome.output));
    } else if (outcome.kind === "failed") {
      this.#settle(request, { kind: "taskFailed", error: outcome.error, cause: outcome.cause });
    } else {
      const output = request.payloadOnly ? payloadOf(outcome.output) : outcome.output;
      this.#settle(request, { kind: "taskSucceeded", output: new JsonText(output) });
    }
  }

  /** Nothing is told any more; workers that wait are let go. */
  close(): void {
    this.#closed = true;
    this.activities.close();
  }
}

function isInvocation(integration: string): boolean {
  return integration === "lambda:invoke" || integration === "lambda" || integration === "aws-sdk:lambda:invoke";
}

/** The payload alone of the result of a lambda:invoke. */
function payloadOf(result: string): string {
  const value = new JsonText(result).value;
  return JSON.stringify(isObject(value) ? (value["Payload"] ?? null) : null);
}
