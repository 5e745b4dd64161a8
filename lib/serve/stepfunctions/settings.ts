import { ApiError } from "./api-error.js";
import type { EncryptionConfiguration, LoggingConfiguration, TracingConfiguration } from "./state-machine.js";

/** Settings as requests give them. */
export interface SettingsRequest {
  readonly loggingConfiguration?: LoggingConfiguration;
  readonly tracingConfiguration?: TracingConfiguration;
  readonly encryptionConfiguration?: EncryptionConfiguration;
}

const LOG_GROUP = /^arn:aws[\w-]*:logs:[^:]+:[^:]*:log-group:.+:\*$/;

/** Logging as it is kept and described. Throws InvalidLoggingConfiguration. */
export function loggingOf(given: LoggingConfiguration = {}): LoggingConfiguration {
  const { level = "OFF", includeExecutionData = false, destinations = [] } = given;
  if (level !== "OFF" && destinations.length !== 1) throw invalidLogging("Must specify exactly one Log Destination.");
  if (destinations.length > 1) throw invalidLogging("Must specify exactly one Log Destination.");
  for (const { cloudWatchLogsLogGroup } of destinations) {
    if (!LOG_GROUP.test(cloudWatchLogsLogGroup?.logGroupArn ?? "")) throw invalidLogging("Invalid ARN for Log Group.");
  }
  return { level, includeExecutionData, ...(destinations.length === 0 ? {} : { destinations }) };
}

export function tracingOf({ enabled = false }: TracingConfiguration = {}): TracingConfiguration {
  return { enabled };
}

/** Encryption as it is kept and described; nothing is encrypted here. Throws InvalidEncryptionConfiguration. */
export function encryptionOf(given: EncryptionConfiguration = { type: "AWS_OWNED_KEY" }): EncryptionConfiguration {
  const { type, kmsKeyId, kmsDataKeyReusePeriodSeconds } = given;
  if (type === "CUSTOMER_MANAGED_KMS_KEY") {
    if (kmsKeyId === undefined) throw invalidEncryption("Must specify kmsKeyId for CUSTOMER_MANAGED_KMS_KEY");
    return { type, kmsKeyId, kmsDataKeyReusePeriodSeconds: kmsDataKeyReusePeriodSeconds ?? 300 };
  }
  if (kmsKeyId !== undefined || kmsDataKeyReusePeriodSeconds !== undefined) {
    throw invalidEncryption("kmsKeyId and kmsDataKeyReusePeriodSeconds are for CUSTOMER_MANAGED_KMS_KEY");
  }
  return { type };
}

function invalidLogging(reason: string): ApiError {
  return new ApiError("InvalidLoggingConfiguration", `Invalid Logging Configuration: ${reason}`);
}

function invalidEncryption(reason: string): ApiError {
  return new ApiError("InvalidEncryptionConfiguration", `Invalid Encryption Configuration: ${reason}`);
}
