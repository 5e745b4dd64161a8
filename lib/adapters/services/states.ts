import { isObject, type Json, type JsonObject } from "../../json.js";
import type { RootExecution } from "../../run/execution.js";
import type { ServiceCall, ServiceOutcome } from "../../run/ports.js";
import { camelKeys, pascalKeys } from "./casing.js";
import { type LocalStates, type StartExecutionInput, StatesError } from "./local-states.js";
import { sdkMetadata } from "./metadata.js";
import type { CallProgress, Perform } from "./promised.js";
import { optimisedFailure, type ServiceError, sdkFailure } from "./service-error.js";

/** Calls that wait for something in this very run, which virtual time has to let happen. */
const WAITING = new Set(["startSyncExecution", "getActivityTask"]);

/** `states:startExecution`, in all patterns, and `aws-sdk:sfn:*`, carried out by the Step Functions at hand. */
export function statesCalls(states: LocalStates): Perform {
  const { random, clock } = states.engine.ports;
  const failed = (call: ServiceCall, error: unknown) => failure(call, error, random.uuid());
  return async (call, progress) => {
    try {
      const action = call.integration.slice(call.integration.lastIndexOf(":") + 1);
      const request = camelKeys(textMembers(JSON.parse(call.payload) as Json)) as JsonObject;
      if (call.integration.startsWith("aws-sdk:")) {
        if (WAITING.has(action)) progress.waits();
        const result = await perform(states, action, request);
        const output = JSON.stringify(pascalKeys(withDates(result, isoDate)));
        return { kind: call.pattern === "requestResponse" ? "returned" : "submitted", output };
      }
      const execution = start(states, request);
      const output = startedOutput(execution, random.uuid(), clock.now());
      if (call.pattern === "requestResponse") return { kind: "returned", output };
      if (call.pattern === "waitForTaskToken") {
        // At once: what was started may have the token's answer before the next turn.
        progress.submitted(output);
        return undefined;
      }
      return await job(states, execution, call, progress, output);
    } catch (error) {
      return failed(call, error);
    }
  };
}

async function perform(states: LocalStates, action: string, request: JsonObject): Promise<JsonObject> {
  const { tokens, activities } = states.engine;
  const { taskToken, output, error, cause, activityArn, workerName } = request as Record<string, string | undefined>;
  switch (action) {
    case "startExecution": {
      const { arn, startTime } = start(states, request);
      return { executionArn: arn, startDate: startTime / 1000 };
    }
    case "sendTaskSuccess":
      tokens.succeed(taskToken ?? "", output ?? "");
      return {};
    case "sendTaskFailure":
      tokens.fail(taskToken ?? "", error, cause);
      return {};
    case "sendTaskHeartbeat":
      tokens.heartbeat(taskToken ?? "");
      return {};
    case "getActivityTask": {
      if (!activities.has(activityArn ?? "")) {
        throw new StatesError("ActivityDoesNotExist", `Activity Does Not Exist: '${activityArn}'`);
      }
      const task = await activities.take(activityArn ?? "", workerName, undefined, { inside: true });
      return task === undefined ? {} : { taskToken: task.token, input: task.input };
    }
    default:
      return (await states.call(action.charAt(0).toUpperCase() + action.slice(1), request)) as JsonObject;
  }
}

function start(states: LocalStates, request: JsonObject): RootExecution {
  const refuse = (what: string) => new StatesError("ValidationException", `1 validation error detected: ${what}`);
  if (request["stateMachineArn"] === undefined) {
    throw refuse("Value null at 'stateMachineArn' failed to satisfy constraint: Member must not be null");
  }
  for (const name of ["stateMachineArn", "name", "traceHeader"]) {
    const value = request[name];
    if (value === undefined || typeof value === "string") continue;
    throw refuse(`Value '${JSON.stringify(value)}' at '${name}' failed to satisfy constraint: Member must be a string`);
  }
  return states.startExecution(request as unknown as StartExecutionInput);
}

/** Waits for an execution to end, and stops it when nobody wants it any more. */
async function job(
  states: LocalStates,
  execution: RootExecution,
  { pattern }: ServiceCall,
  progress: CallProgress,
  output: string,
): Promise<ServiceOutcome> {
  progress.onCancel = () => states.engine.stop(execution);
  progress.submitted(output);
  await new Promise<void>((resolve) => execution.whenEnded(resolve));
  const described = JSON.stringify(describe(execution, pattern === "sync:2"));
  if (execution.outcome?.status === "SUCCEEDED") return { kind: "returned", output: described };
  return { kind: "failed", error: "States.TaskFailed", cause: described };
}

/** What DescribeExecution says of it; with `parsed`, input and output are values instead of their text. */
function describe(execution: RootExecution, parsed: boolean): object {
  const { arn, name, input, outcome, startTime, stopTime, stateMachineArn } = execution;
  const included = { Included: true };
  const succeeded = outcome?.status === "SUCCEEDED" ? outcome : undefined;
  const failed = outcome?.status === "SUCCEEDED" ? undefined : outcome;
  return {
    ...(failed?.cause === undefined ? {} : { Cause: failed.cause }),
    ...(failed?.error === undefined ? {} : { Error: failed.error }),
    ExecutionArn: arn,
    Input: parsed ? input.value : input.text,
    InputDetails: included,
    Name: name,
    ...(succeeded === undefined
      ? {}
      : { Output: parsed ? succeeded.output.value : succeeded.output.text, OutputDetails: included }),
    StartDate: Math.round(startTime),
    StateMachineArn: stateMachineArn,
    Status: outcome?.status,
    StopDate: Math.round(stopTime),
  };
}

function startedOutput({ arn, startTime }: RootExecution, requestId: string, now: number): string {
  const body = JSON.stringify({ executionArn: arn, startDate: startTime / 1000 });
  return JSON.stringify({
    ExecutionArn: arn,
    ...sdkMetadata(requestId, body, now),
    StartDate: Math.round(startTime),
  });
}

/** Members that are text to the API may be written as JSON; null is as good as absent. */
function textMembers(request: Json): JsonObject {
  const entries = isObject(request) ? Object.entries(request) : [];
  return Object.fromEntries(
    entries
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, isText(name) && typeof value !== "string" ? JSON.stringify(value) : value]),
  );
}

function isText(name: string): boolean {
  return name === "Input" || name === "Output" || name === "Definition";
}

/** Times of the API, seconds, wherever they stand. */
function withDates(value: Json, print: (seconds: number) => Json, key = ""): Json {
  if (typeof value === "number" && /(?:Date|[tT]imestamp)$/.test(key)) return print(value);
  if (Array.isArray(value)) return value.map((item) => withDates(item, print));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withDates(item, print, name)]));
}

function isoDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function failure(call: ServiceCall, error: unknown, requestId: string): ServiceOutcome {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") throw error;
  const served: ServiceError = { code: error.code, message: error.message, status: 400, requestId };
  return call.integration.startsWith("aws-sdk:")
    ? sdkFailure("Sfn", served)
    : optimisedFailure("StepFunctions", "AWSStepFunctions", served);
}
