import { randomUUID } from "node:crypto";
import { dirname, resolve } from "node:path";
import type { FunctionDefinition } from "../../definition/application.js";
import type { LambdaContext } from "../../task/context.js";
import type { LocalInvokerOptions } from "./options.js";

/** What the contexts of all invocations in one environment share. */
export interface EnvironmentInfo {
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMB: number;
  readonly timeoutSeconds: number | undefined;
  readonly logGroupName: string;
  readonly logStreamName: string;
}

/** Remaining time of a function without a limit: the longest delay that a timer takes. */
const NO_LIMIT = 2 ** 31 - 1;

/** Names an environment as Lambda does: a log stream per environment, in the group of the function. */
export function describeEnvironment(definition: FunctionDefinition): EnvironmentInfo {
  const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
  return {
    functionName: definition.name,
    functionArn: definition.arn,
    memoryMB: definition.memoryMB,
    timeoutSeconds: definition.timeoutSeconds,
    logGroupName: `/aws/lambda/${definition.name}`,
    logStreamName: `${day}/[$LATEST]${randomUUID().replaceAll("-", "")}`,
  };
}

/** The context object of one invocation. `begunAt` is in epoch ms, `clientContext` JSON text. */
export function lambdaContext(
  info: EnvironmentInfo,
  begunAt: number,
  awsRequestId: string,
  clientContext?: string | undefined,
): LambdaContext {
  const deadline = info.timeoutSeconds === undefined ? undefined : begunAt + info.timeoutSeconds * 1000;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: info.functionName,
    functionVersion: "$LATEST",
    memoryLimitInMB: String(info.memoryMB),
    logGroupName: info.logGroupName,
    logStreamName: info.logStreamName,
    clientContext: clientContext === undefined ? undefined : JSON.parse(clientContext),
    identity: undefined,
    invokedFunctionArn: info.functionArn,
    awsRequestId,
    getRemainingTimeInMillis: () => (deadline === undefined ? NO_LIMIT : Math.max(deadline - Date.now(), 0)),
  };
}

/**
 * The variables of a function: those of the run, of the template and of Lambda itself; the latter win. `undefined`: not
 * to be set.
 */
export function lambdaEnvironment(
  definition: FunctionDefinition,
  info: EnvironmentInfo,
  options: Pick<LocalInvokerOptions, "region" | "environment">,
): Record<string, string | undefined> {
  const { region, environment } = options;
  const { kind, path } = definition.code;
  const runtime = definition.runtime === undefined ? {} : { AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}` };
  return {
    ...environment,
    ...definition.environment,
    ...runtime,
    _HANDLER: definition.handler,
    LAMBDA_TASK_ROOT: kind === "directory" ? resolve(path) : dirname(resolve(path)),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMB),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: info.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: info.logStreamName,
  };
}
