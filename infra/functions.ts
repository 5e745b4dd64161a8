import { resolve } from "node:path";
import { Architecture, type IFunction, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Duration, RemovalPolicy, Token } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { FanOutFragmentProps } from "./props.js";

/** Longest timeout of a Lambda function, in seconds. */
const MAX_TIMEOUT = 900;

/** A bundle is an ES module, in which packages that are CommonJS find no `require` of their own. */
const REQUIRE =
  'import { createRequire as createFanoutRequire } from "node:module"; globalThis.require ??= createFanoutRequire(import.meta.url);';

/** The given function, or one made of the given source file. */
export function functionOf(
  scope: Construct,
  id: string,
  source: string | IFunction,
  props: FanOutFragmentProps,
): IFunction {
  if (typeof source !== "string") return source;
  const { functionProps, taskTimeoutSeconds: seconds = 60 } = props;
  return new NodejsFunction(scope, id, {
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: 1_769,
    timeout: Duration.seconds(Token.isUnresolved(seconds) ? seconds : Math.min(Math.max(seconds, 1), MAX_TIMEOUT)),
    tracing: Tracing.ACTIVE,
    ...logsOf(scope, id, props),
    ...functionProps,
    entry: resolve(source),
    bundling: {
      format: OutputFormat.ESM,
      mainFields: ["module", "main"],
      target: "node24",
      banner: REQUIRE,
      externalModules: [],
      ...functionProps?.bundling,
    },
  });
}

/** A log group of its own, unless the settings say something about logs. */
function logsOf(scope: Construct, id: string, { functionProps, removalPolicy }: FanOutFragmentProps) {
  if (functionProps?.logGroup !== undefined || functionProps?.logRetention !== undefined) return {};
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: removalPolicy ?? RemovalPolicy.RETAIN,
  });
  return { logGroup };
}
