import { createHash } from "node:crypto";
import type { FunctionRecord } from "./function-record.js";

/** FunctionConfiguration: what the API answers about a function; with a qualifier, under the ARN of that. */
export function configuration(record: FunctionRecord, qualifier?: string): object {
  const { definition, settings } = record;
  const { runtime, environment } = definition;
  return {
    FunctionName: definition.name,
    FunctionArn: qualifier === undefined ? definition.arn : `${definition.arn}:${qualifier}`,
    Runtime: runtime,
    Role: record.role,
    Handler: definition.handler,
    CodeSize: record.codeSize,
    Description: record.description,
    Timeout: definition.timeoutSeconds ?? 900,
    MemorySize: definition.memoryMB,
    LastModified: lambdaTime(record.lastModified),
    CodeSha256: record.codeSha256,
    Version: versionOf(record, qualifier),
    Environment: Object.keys(environment).length === 0 ? undefined : { Variables: environment },
    RevisionId: record.revisionId,
    State: "Active",
    LastUpdateStatus: "Successful",
    PackageType: "Zip",
    TracingConfig: { Mode: "PassThrough" },
    Architectures: ["x86_64"],
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
    RuntimeVersionConfig:
      runtime === undefined ? undefined : { RuntimeVersionArn: runtimeArn(definition.arn, runtime) },
    LoggingConfig: { LogFormat: "Text", LogGroup: `/aws/lambda/${definition.name}` },
    ...settings,
  };
}

/** The version that a qualifier leads to: a number is one itself, an alias has one, anything else is `$LATEST`. */
export function versionOf(record: FunctionRecord, qualifier: string | undefined): string {
  if (qualifier === undefined) return "$LATEST";
  if (/^\d+$/.test(qualifier)) return qualifier;
  return record.aliases.get(qualifier)?.version ?? "$LATEST";
}

/** `2026-11-25T04:39:00.123+0000` */
function lambdaTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("Z", "+0000");
}

function runtimeArn(arn: string, runtime: string): string {
  return `arn:aws:lambda:${arn.split(":")[3]}::runtime:${createHash("sha256").update(runtime).digest("hex")}`;
}
