import type { StateFailure } from "../failure.js";

/** A details member of a history event: its name and value. */
type Details = readonly [string, object];

/** What a Task's Resource stands for, and how its history is written. */
export interface Integration {
  /** `lambda` for a function's own ARN, else the service integration: `lambda:invoke`, `states:startExecution` ... */
  readonly name: string;
  readonly resource: string;
  readonly events: Readonly<Record<"scheduled" | "started" | "succeeded" | "failed" | "timedOut", string>>;
  /** Name in the cause of States.DataLimitExceeded. */
  readonly limitName: string;
  readonly started: Details | undefined;
  scheduled(input: string, region: string, timeoutInSeconds: number | undefined): Details;
  succeeded(output: string): Details;
  failed(failure: StateFailure, timedOut: boolean): Details;
}

/** Reads a Resource ARN. Any ARN of a Lambda function is a direct call; the rest are service integrations. */
export function integrationOf(resource: string): Integration {
  const service = /^arn:[^:]*:states:[^:]*:[^:]*:(?!activity:)(.+)$/.exec(resource)?.[1];
  return service === undefined ? directCall(resource) : serviceIntegration(resource, service);
}

const untruncated = { truncated: false };

function directCall(resource: string): Integration {
  return {
    name: "lambda",
    resource,
    events: events("LambdaFunction"),
    limitName: resource,
    started: undefined,
    scheduled: (input, _region, timeoutInSeconds) => [
      "lambdaFunctionScheduledEventDetails",
      {
        resource,
        input,
        inputDetails: untruncated,
        ...(timeoutInSeconds === undefined ? {} : { timeoutInSeconds }),
      },
    ],
    succeeded: (output) => ["lambdaFunctionSucceededEventDetails", { output, outputDetails: untruncated }],
    failed: (failure, timedOut) => [
      timedOut ? "lambdaFunctionTimedOutEventDetails" : "lambdaFunctionFailedEventDetails",
      errorAndCause(failure),
    ],
  };
}

function serviceIntegration(resource: string, name: string): Integration {
  const colon = name.lastIndexOf(":");
  const kind = { resourceType: name.slice(0, colon), resource: name.slice(colon + 1) };
  return {
    name,
    resource,
    events: events("Task"),
    limitName: kind.resourceType,
    started: ["taskStartedEventDetails", kind],
    scheduled: (parameters, region, timeoutInSeconds) => [
      "taskScheduledEventDetails",
      { ...kind, region, parameters, ...(timeoutInSeconds === undefined ? {} : { timeoutInSeconds }) },
    ],
    succeeded: (output) => ["taskSucceededEventDetails", { ...kind, output, outputDetails: untruncated }],
    failed: (failure, timedOut) => [
      timedOut ? "taskTimedOutEventDetails" : "taskFailedEventDetails",
      { ...kind, ...errorAndCause(failure) },
    ],
  };
}

function events(prefix: string): Integration["events"] {
  return {
    scheduled: `${prefix}Scheduled`,
    started: `${prefix}Started`,
    succeeded: `${prefix}Succeeded`,
    failed: `${prefix}Failed`,
    timedOut: `${prefix}TimedOut`,
  };
}

function errorAndCause(failure: StateFailure): object {
  return { error: failure.error, ...(failure.reason === undefined ? {} : { cause: failure.reason }) };
}
