import type { StateFailure } from "../failure.js";

/** A details member of a history event: its name and value. */
type Details = readonly [string, object];

/**
 * How the state waits: for the answer of the call alone, for the job that the call begins, or for somebody who has the
 * task's token.
 */
export type Pattern = "requestResponse" | "sync" | "sync:2" | "waitForTaskToken";

/** Seconds of a task's limits, where it has them. */
export interface Timing {
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

/** What a Task's Resource stands for, and how its history is written. */
export interface Integration {
  readonly kind: "function" | "activity" | "service";
  /**
   * `lambda` for a function's own ARN, `activity` for an activity, else the service and its action without the pattern:
   * `lambda:invoke`, `states:startExecution`, `aws-sdk:s3:getObject` ...
   */
  readonly name: string;
  readonly pattern: Pattern;
  /** The Resource as it is written. */
  readonly resource: string;
  readonly events: Readonly<
    Record<"scheduled" | "started" | "submitted" | "succeeded" | "failed" | "timedOut", string>
  >;
  /** Name in the cause of States.DataLimitExceeded. */
  readonly limitName: string;
  scheduled(input: string, region: string, timing: Timing): Details;
  started(workerName: string | undefined): Details | undefined;
  submitted(output: string): Details;
  succeeded(output: string): Details;
  failed(failure: StateFailure, timedOut: boolean): Details;
}

/** Reads a Resource ARN. What is neither an activity nor a service integration is taken for a Lambda function. */
export function integrationOf(resource: string): Integration {
  const [, activity, service] = /^arn:[^:]*:states:[^:]*:[^:]*:(?:(activity:.+)|(.+))$/.exec(resource) ?? [];
  if (activity !== undefined) return directCall("activity", "activity", resource, "Activity");
  if (service === undefined) return directCall("function", "lambda", resource, "LambdaFunction");
  return serviceIntegration(resource, service);
}

const untruncated = { truncated: false };

/** A Resource that is itself what is called: its events have names of their own. */
function directCall(
  kind: Integration["kind"],
  name: string,
  resource: string,
  eventName: "Activity" | "LambdaFunction",
): Integration {
  const details = eventName === "Activity" ? "activity" : "lambdaFunction";
  const scheduledDetails = `${details}ScheduledEventDetails`;
  const submittedDetails = `${details}SubmittedEventDetails`;
  const succeededDetails = `${details}SucceededEventDetails`;
  return {
    kind,
    name,
    pattern: "requestResponse",
    resource,
    events: events(eventName),
    limitName: resource,
    scheduled: (input, _region, timing) => [
      scheduledDetails,
      withLimits({ resource, input, inputDetails: untruncated }, timing),
    ],
    started: (workerName) =>
      kind === "activity" ? ["activityStartedEventDetails", workerName === undefined ? {} : { workerName }] : undefined,
    submitted: (output) => [submittedDetails, { output, outputDetails: untruncated }],
    succeeded: (output) => [succeededDetails, { output, outputDetails: untruncated }],
    failed: (failure, timedOut) => [
      timedOut ? `${details}TimedOutEventDetails` : `${details}FailedEventDetails`,
      errorAndCause(failure),
    ],
  };
}

function serviceIntegration(resource: string, text: string): Integration {
  const [, name = text, pattern = "requestResponse"] = /^(.+)\.(sync(?::2)?|waitForTaskToken)$/.exec(text) ?? [];
  const colon = name.lastIndexOf(":");
  const resourceType = name.slice(0, colon);
  const action = text.slice(colon + 1);
  const called = { resourceType, resource: action };
  return {
    kind: "service",
    name,
    pattern: pattern as Pattern,
    resource,
    events: events("Task"),
    limitName: resourceType,
    scheduled: (parameters, region, timing) => [
      "taskScheduledEventDetails",
      withLimits({ resourceType, resource: action, region, parameters }, timing),
    ],
    started: () => ["taskStartedEventDetails", called],
    submitted: (output) => [
      "taskSubmittedEventDetails",
      { resourceType, resource: action, output, outputDetails: untruncated },
    ],
    succeeded: (output) => [
      "taskSucceededEventDetails",
      { resourceType, resource: action, output, outputDetails: untruncated },
    ],
    failed: (failure, timedOut) => [
      timedOut ? "taskTimedOutEventDetails" : "taskFailedEventDetails",
      { ...called, ...errorAndCause(failure) },
    ],
  };
}

function events(prefix: string): Integration["events"] {
  return {
    scheduled: `${prefix}Scheduled`,
    started: `${prefix}Started`,
    submitted: `${prefix}Submitted`,
    succeeded: `${prefix}Succeeded`,
    failed: `${prefix}Failed`,
    timedOut: `${prefix}TimedOut`,
  };
}

/** Details of a task that has limits. Members are added, not spread: there may be millions of events. */
function withLimits(details: object, { timeoutSeconds, heartbeatSeconds }: Timing): object {
  const limits: { timeoutInSeconds?: number; heartbeatInSeconds?: number } = details;
  if (timeoutSeconds !== undefined) limits.timeoutInSeconds = timeoutSeconds;
  if (heartbeatSeconds !== undefined) limits.heartbeatInSeconds = heartbeatSeconds;
  return details;
}

/** A worker that reports a failure need not name it. */
function errorAndCause({ error, reason }: StateFailure): object {
  return { ...(error === "" ? {} : { error }), ...(reason === undefined ? {} : { cause: reason }) };
}
