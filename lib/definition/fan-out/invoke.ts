import type { Json, JsonObject } from "../../json.js";
import type { FanOutOptions, RetryOptions } from "./options.js";

/** Hard limit of the language on MaxDelaySeconds. */
export const MAX_DELAY_SECONDS = 31_622_400;

/** Errors where the function did not run or Lambda could not say how it went; see RetryOptions. */
const SERVICE_ERRORS = [
  "Lambda.TooManyRequestsException",
  "Lambda.ClientExecutionTimeoutException",
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
];

/** The resource of the optimised Lambda integration. */
export function invokeResource(partition: string): string {
  return `arn:${partition}:states:::lambda:invoke`;
}

/**
 * A Task that hands its whole input to the function and its whole result on. Where it goes next is left to the caller.
 * The local engine passes data through this very shape without parsing it, so nothing may be added to it lightly.
 */
export function invokeTask(functionName: string, options: FanOutOptions, partition: string): JsonObject {
  return {
    Type: "Task",
    Resource: invokeResource(partition),
    Parameters: { FunctionName: functionName, "Payload.$": "$" },
    OutputPath: "$.Payload",
    ...limitFields(options),
  };
}

/** TimeoutSeconds and Retry of a Task that does the task. */
export function limitFields(options: FanOutOptions): JsonObject {
  const timeout = options.taskTimeoutSeconds;
  return { ...(timeout === undefined ? {} : { TimeoutSeconds: timeout }), ...retryField(options.retry) };
}

/** Retry, or nothing when there are to be no retries. */
export function retryField(options: RetryOptions = {}): { readonly Retry?: Json } {
  const { attempts = 6, intervalSeconds = 2, backoffRate = 2, errors = [] } = options;
  if (attempts === 0) return {};
  return {
    Retry: [
      {
        ErrorEquals: [...SERVICE_ERRORS, ...errors.filter((name) => !SERVICE_ERRORS.includes(name))],
        IntervalSeconds: intervalSeconds,
        MaxAttempts: attempts,
        BackoffRate: backoffRate,
        MaxDelaySeconds: options.maxDelaySeconds ?? longestWait(intervalSeconds),
        JitterStrategy: "FULL",
      },
    ],
  };
}

/** The longest full wait where none is given: 30 seconds, or twice the first one when that is longer. */
export function longestWait(intervalSeconds: number): number {
  return Math.min(Math.max(30, 2 * intervalSeconds), MAX_DELAY_SECONDS);
}
