import type { LocalInvoker } from "../../adapters/invoke/options.js";
import { JsonText } from "../../json.js";
import { StateFailure, type TaskRequest } from "../../machine/index.js";
import { signalOf } from "../../run/lambda.js";
import type { Random, ServiceOutcome, Services } from "../../run/ports.js";
import type { Answer } from "./test-state/run.js";

/** What a task that belongs to no execution is called with. */
export interface CallOnceOptions {
  readonly invoker: LocalInvoker;
  readonly random: Random;
  /** Services of their own, so that their answers do not go to the engine. */
  readonly services: () => Services;
}

/** Carries out the call of a task outside of any execution. */
export async function callOnce({ invoker, random, services }: CallOnceOptions, request: TaskRequest): Promise<Answer> {
  const { integration, functionName, payload, timeoutMs, clientContext } = request;
  if (integration !== "lambda" && !integration.endsWith("lambda:invoke")) return serve(services(), request);
  const outcome = await new Promise<Parameters<typeof signalOf>[1]>((resolve) => {
    invoker.invoke({ functionName, payload, timeoutMs, clientContext, onOutcome: resolve });
  });
  const signal = signalOf(request, outcome, () => random.uuid());
  if (signal.kind === "taskSucceeded") return { result: signal.output };
  if (signal.kind === "taskFailed") return { failure: new StateFailure(signal.error, signal.cause) };
  return { failure: new StateFailure("States.Timeout") };
}

async function serve(services: Services, request: TaskRequest): Promise<Answer> {
  const outcome = await new Promise<ServiceOutcome>((resolve) => {
    services.onOutcome = (_, told) => resolve(told);
    services.call(request);
  });
  await services.close();
  if (outcome.kind === "failed") return { failure: new StateFailure(outcome.error, outcome.cause) };
  return { result: new JsonText(outcome.output) };
}
