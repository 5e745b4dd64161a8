import type { JsonObject } from "../../json.js";
import { invalidParameter } from "./api-error.js";
import type { Constraints } from "./constraints.js";
import type { Input } from "./input.js";

/* The members that CreateFunction and UpdateFunctionConfiguration share. */

const ROLE = /arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+/;
const HANDLER = /[^\s]+/;
/** Any version of a known language: new ones come every year, and whether one can run is seen when it is called. */
const RUNTIME = /^(nodejs|python|java|dotnet|dotnetcore|ruby|go|provided)[\w.-]*$/;
const RUNTIMES =
  "nodejs24.x, nodejs22.x, nodejs20.x, python3.14, python3.13, python3.12, java25, java21, java17, dotnet10, dotnet8, ruby4.0, ruby3.4, provided.al2023, provided.al2";

export interface FunctionSettings {
  readonly role: string | undefined;
  readonly handler: string | undefined;
  readonly runtime: string | undefined;
  readonly description: string | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly memoryMB: number | undefined;
  readonly environment: Readonly<Record<string, string>> | undefined;
  /** As FunctionConfiguration shows them. */
  readonly shown: JsonObject;
}

/** Reads and checks the settings; what is wrong is added to `constraints` or thrown. */
export function readSettings(input: Input, constraints: Constraints): FunctionSettings {
  const settings = {
    role: input.string("Role"),
    handler: input.string("Handler"),
    runtime: input.string("Runtime"),
    description: input.string("Description"),
    timeoutSeconds: input.integer("Timeout"),
    memoryMB: input.integer("MemorySize"),
    environment: input.object("Environment")?.strings("Variables"),
    shown: shownSettings(input),
  };
  constraints.pattern("role", settings.role, ROLE);
  constraints.pattern("handler", settings.handler, HANDLER);
  constraints.length("handler", settings.handler, 128);
  constraints.length("description", settings.description, 256);
  constraints.range("timeout", settings.timeoutSeconds, 1, 5400);
  constraints.range("memorySize", settings.memoryMB, 128, 32768);
  return settings;
}

/** What is checked after all constraints hold. Throws InvalidParameterValueException. */
export function checkSettings({ runtime, environment }: FunctionSettings): void {
  if (runtime !== undefined && !RUNTIME.test(runtime)) {
    const must = `Member must satisfy enum value set: [${RUNTIMES}] or be a valid ARN`;
    throw invalidParameter(`Value ${runtime} at 'runtime' failed to satisfy constraint: ${must}`);
  }
  if (environment !== undefined) checkEnvironment(environment);
}

const ENVIRONMENT_ERROR =
  "Lambda was unable to configure your environment variables because the environment variables you have provided";
const LARGEST_ENVIRONMENT = 4096;
const RESERVED = new Set(
  `_HANDLER _X_AMZN_TRACE_ID AWS_DEFAULT_REGION AWS_REGION AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_NAME
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_GROUP_NAME
  AWS_LAMBDA_LOG_STREAM_NAME AWS_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
  AWS_LAMBDA_RUNTIME_API LAMBDA_TASK_ROOT LAMBDA_RUNTIME_DIR`.split(/\s+/),
);

function checkEnvironment(variables: Readonly<Record<string, string>>): void {
  const reserved = Object.keys(variables).filter((name) => RESERVED.has(name));
  if (reserved.length > 0) {
    const keys = `Reserved keys used in this request: ${reserved.join(", ")}`;
    const what = "contains reserved keys that are currently not supported for modification";
    throw invalidParameter(`${ENVIRONMENT_ERROR} ${what}. ${keys}`);
  }
  const text = JSON.stringify(variables);
  if (Buffer.byteLength(text) > LARGEST_ENVIRONMENT) {
    throw invalidParameter(`${ENVIRONMENT_ERROR} exceeded the 4KB limit. String measured: ${text}`);
  }
}

/** Settings that are shown as they were given. */
const AS_GIVEN = [
  "VpcConfig",
  "DeadLetterConfig",
  "KMSKeyArn",
  "TracingConfig",
  "EphemeralStorage",
  "FileSystemConfigs",
];

function shownSettings(input: Input): JsonObject {
  const { members } = input;
  const shown: Record<string, JsonObject[string]> = {};
  for (const name of [...AS_GIVEN, "Architectures", "LoggingConfig"]) {
    const value = members[name];
    if (value !== undefined && value !== null) shown[name] = value;
  }
  const layers = members["Layers"];
  if (Array.isArray(layers)) shown["Layers"] = layers.map((arn) => ({ Arn: String(arn), CodeSize: 0 }));
  return shown;
}
