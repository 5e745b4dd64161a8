import type { Member, Shape, StructureShape } from "./shape.js";

// The requests of the API: what botocore's service model of Step Functions (2016-11-23) says of their members.

const text = (min: number, max: number): Shape => ({ kind: "string", min, max });
const secret = (min: number, max: number): Shape => ({ kind: "string", min, max, sensitive: true });
const oneOf = (...values: readonly string[]): Shape => ({ kind: "string", oneOf: values });
const integer = (min?: number, max?: number): Shape => ({
  kind: "integer",
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
});
const list = (member: Shape, limits: { min?: number; max?: number } = {}): Shape => ({
  kind: "list",
  member,
  ...limits,
});
const structure = (name: string, members: StructureShape["members"]): StructureShape => ({
  kind: "structure",
  name,
  members,
});
const need = (shape: Shape): Member => ({ shape, required: true });
const may = (shape: Shape): Member => ({ shape });

const boolean: Shape = { kind: "boolean" };
const arn = text(1, 256);
const longArn = text(1, 2000);
const name = text(1, 80);
const definition = secret(1, 1_048_576);
const data = secret(0, 262_144);
const error = secret(0, 256);
const cause = secret(0, 32_768);
const description = secret(0, 256);
const taskToken = text(1, 2048);
const pageSize = integer(0, 1000);
const pageToken = text(1, 1024);
const machineType = oneOf("STANDARD", "EXPRESS");
const includedData = oneOf("ALL_DATA", "METADATA_ONLY");
const aliasName: Shape = {
  kind: "string",
  min: 1,
  max: 80,
  pattern: {
    text: "^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$",
    test: /^(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]+$/,
  },
};
const traceHeader: Shape = { kind: "string", min: 0, max: 256, pattern: { text: "\\p{ASCII}*", test: /^[\0-\x7f]*$/ } };
const clientToken: Shape = { kind: "string", min: 1, max: 64, pattern: { text: "[!-~]+", test: /^[!-~]+$/ } };
const tags = list(structure("Tag", { key: may(text(1, 128)), value: may(text(0, 256)) }));
const routing = list(
  structure("RoutingConfigurationListItem", { stateMachineVersionArn: need(arn), weight: need(integer(0, 100)) }),
  { min: 1, max: 2 },
);
const logging = structure("LoggingConfiguration", {
  level: may(oneOf("ALL", "ERROR", "FATAL", "OFF")),
  includeExecutionData: may(boolean),
  destinations: may(
    list(
      structure("LogDestination", {
        cloudWatchLogsLogGroup: may(structure("CloudWatchLogsLogGroup", { logGroupArn: may(arn) })),
      }),
    ),
  ),
});
const tracing = structure("TracingConfiguration", { enabled: may(boolean) });
const encryption = structure("EncryptionConfiguration", {
  kmsKeyId: may(text(1, 2048)),
  kmsDataKeyReusePeriodSeconds: may(integer(60, 900)),
  type: need(oneOf("AWS_OWNED_KEY", "CUSTOMER_MANAGED_KMS_KEY")),
});
const settings = {
  loggingConfiguration: may(logging),
  tracingConfiguration: may(tracing),
  publish: may(boolean),
  versionDescription: may(description),
  encryptionConfiguration: may(encryption),
};
const paging = { maxResults: may(pageSize), nextToken: may(pageToken) };
const started = { name: may(name), input: may(data), traceHeader: may(traceHeader) };
const stateName = secret(1, 80);

/** Members of the requests, by operation. */
export const OPERATIONS = {
  CreateActivity: { name: need(name), tags: may(tags), encryptionConfiguration: may(encryption) },
  CreateStateMachine: {
    name: need(name),
    definition: need(definition),
    roleArn: need(arn),
    type: may(machineType),
    tags: may(tags),
    ...settings,
  },
  CreateStateMachineAlias: {
    description: may(description),
    name: need(aliasName),
    routingConfiguration: need(routing),
  },
  DeleteActivity: { activityArn: need(arn) },
  DeleteStateMachine: { stateMachineArn: need(arn) },
  DeleteStateMachineAlias: { stateMachineAliasArn: need(arn) },
  DeleteStateMachineVersion: { stateMachineVersionArn: need(longArn) },
  DescribeActivity: { activityArn: need(arn) },
  DescribeExecution: { executionArn: need(arn), includedData: may(includedData) },
  DescribeMapRun: { mapRunArn: need(longArn) },
  DescribeStateMachine: { stateMachineArn: need(arn), includedData: may(includedData) },
  DescribeStateMachineAlias: { stateMachineAliasArn: need(arn) },
  DescribeStateMachineForExecution: { executionArn: need(arn), includedData: may(includedData) },
  GetActivityTask: { activityArn: need(arn), workerName: may(name) },
  GetExecutionHistory: {
    executionArn: need(arn),
    ...paging,
    reverseOrder: may(boolean),
    includeExecutionData: may(boolean),
  },
  ListActivities: paging,
  ListExecutions: {
    stateMachineArn: may(arn),
    // The order in which AWS lists them.
    statusFilter: may(oneOf("SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING")),
    maxResults: may(pageSize),
    nextToken: may(text(1, 3096)),
    mapRunArn: may(longArn),
    redriveFilter: may(oneOf("REDRIVEN", "NOT_REDRIVEN")),
  },
  ListMapRuns: { executionArn: need(arn), ...paging },
  ListStateMachineAliases: { stateMachineArn: need(arn), ...paging },
  ListStateMachineVersions: { stateMachineArn: need(arn), ...paging },
  ListStateMachines: paging,
  ListTagsForResource: { resourceArn: need(arn) },
  PublishStateMachineVersion: {
    stateMachineArn: need(arn),
    revisionId: may({ kind: "string" }),
    description: may(description),
  },
  RedriveExecution: { executionArn: need(arn), clientToken: may(clientToken) },
  SendTaskFailure: { taskToken: need(taskToken), error: may(error), cause: may(cause) },
  SendTaskHeartbeat: { taskToken: need(taskToken) },
  SendTaskSuccess: { taskToken: need(taskToken), output: need(data) },
  StartExecution: { stateMachineArn: need(arn), ...started },
  StartSyncExecution: { stateMachineArn: need(arn), ...started, includedData: may(includedData) },
  StopExecution: { executionArn: need(arn), error: may(error), cause: may(cause) },
  TagResource: { resourceArn: need(arn), tags: need(tags) },
  TestState: {
    definition: need(definition),
    roleArn: may(arn),
    input: may(data),
    inspectionLevel: may(oneOf("INFO", "DEBUG", "TRACE")),
    revealSecrets: may(boolean),
    variables: may(data),
    stateName: may(stateName),
    mock: may(
      structure("MockInput", {
        result: may(data),
        errorOutput: may(structure("MockErrorOutput", { error: may(error), cause: may(cause) })),
        fieldValidationMode: may(oneOf("STRICT", "PRESENT", "NONE")),
      }),
    ),
    context: may(data),
    stateConfiguration: may(
      structure("TestStateConfiguration", {
        retrierRetryCount: may(integer(0)),
        errorCausedByState: may(stateName),
        mapIterationFailureCount: may(integer(0)),
        mapItemReaderData: may(data),
      }),
    ),
  },
  UntagResource: { resourceArn: need(arn), tagKeys: need(list(text(1, 128))) },
  UpdateMapRun: {
    mapRunArn: need(longArn),
    maxConcurrency: may(integer(0)),
    toleratedFailurePercentage: may({ kind: "number", min: 0, max: 100 }),
    toleratedFailureCount: may(integer(0)),
  },
  UpdateStateMachine: {
    stateMachineArn: need(arn),
    definition: may(definition),
    roleArn: may(arn),
    ...settings,
  },
  UpdateStateMachineAlias: {
    stateMachineAliasArn: need(arn),
    description: may(description),
    routingConfiguration: may(routing),
  },
  ValidateStateMachineDefinition: {
    definition: need(definition),
    type: may(machineType),
    severity: may(oneOf("ERROR", "WARNING")),
    maxResults: may(integer(0, 100)),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Member>>>>;

export type OperationName = keyof typeof OPERATIONS;
