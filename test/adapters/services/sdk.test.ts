import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sdkServices } from "../../../lib/adapters/services/sdk.js";
import type { JsonObject } from "../../../lib/json.js";
import { serviceCall, servicesContract } from "../../contracts/services.js";
import { chain, Simulation, types } from "../../support/simulate.js";
import { temporaryFolders } from "../store/temporary.js";

interface Received {
  readonly path: string;
  readonly target: string | undefined;
  readonly body: string;
}

const temporary = temporaryFolders();
const received: Received[] = [];
let server: Server;
/** What the endpoint answers: status and body. */
let answer: readonly [number, object] = [200, {}];

beforeEach(async () => {
  received.length = 0;
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const target = request.headers["x-amz-target"];
    received.push({ path: request.url ?? "", target: typeof target === "string" ? target : undefined, body });
    response.writeHead(answer[0], { "x-amzn-requestid": "request-1", "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(answer[1]));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => server.close(resolve));
});

const call = (resource: string, parameters: JsonObject = {}) =>
  chain({ Call: { Type: "Task", Resource: `arn:aws:states:::${resource}`, Parameters: parameters } });

async function run(
  resource: string,
  parameters: JsonObject = {},
  options: { folder?: string; environment?: Record<string, string> } = {},
) {
  const simulation = new Simulation({
    services: () => sdkServices({ region: "eu-west-1", random: { next: () => 0, uuid: () => "made" }, ...options }),
  });
  const ended = await simulation.run(call(resource, parameters));
  await simulation.engine.ports.services?.close();
  return ended;
}

test("parameters go out in the casing of the service, results come back in that of Step Functions", async () => {
  answer = [200, { executions: [{ executionArn: "arn", startDate: 1.5, status: "RUNNING" }], nextToken: "more" }];
  const { output } = await run("aws-sdk:sfn:listExecutions", {
    StateMachineArn: "arn:m",
    MaxResults: 5,
    NextToken: null,
  });
  expect(received).toMatchObject([{ target: "AWSStepFunctions.ListExecutions" }]);
  expect(JSON.parse(received[0]?.body ?? "")).toEqual({ stateMachineArn: "arn:m", maxResults: 5 });
  expect(output).toEqual({
    Executions: [{ ExecutionArn: "arn", StartDate: "1970-01-01T00:00:01.500Z", Status: "RUNNING" }],
    NextToken: "more",
  });
});

test("an optimised integration makes text of JSON, and adds what the SDK knows of the answer", async () => {
  answer = [200, { executionArn: "arn", startDate: 2 }];
  const { output, events } = await run("states:startExecution", { StateMachineArn: "arn:m", Input: { a: [1] } });
  expect(JSON.parse(received[0]?.body ?? "")).toEqual({ stateMachineArn: "arn:m", input: '{"a":[1]}' });
  expect(output).toMatchObject({
    ExecutionArn: "arn",
    StartDate: 2000,
    SdkHttpMetadata: { HttpStatusCode: 200, AllHttpHeaders: { "x-amzn-RequestId": ["request-1"] } },
    SdkResponseMetadata: { RequestId: "request-1" },
  });
  expect(types(events).slice(2, 5)).toEqual(["TaskScheduled", "TaskStarted", "TaskSucceeded"]);
});

test("keys of a map are not members: their casing stays", async () => {
  answer = [200, { FunctionName: "f", Environment: { Variables: { lower: "1", Upper: "2" } } }];
  const { output } = await run("aws-sdk:lambda:getFunctionConfiguration", { FunctionName: "f" });
  expect(received[0]?.path).toContain("/functions/f/configuration");
  expect(output).toMatchObject({ Environment: { Variables: { lower: "1", Upper: "2" } } });
});

test.each([
  [
    "aws-sdk:sfn:describeStateMachine",
    "Sfn.StateMachineDoesNotExistException",
    "no (Service: Sfn, Status Code: 400, Request ID: request-1) (SDK Attempt Count: 1)",
  ],
  [
    "states:describeStateMachine",
    "StepFunctions.StateMachineDoesNotExistException",
    "no (Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; Request ID: request-1; Proxy: null)",
  ],
])("%s: an error of the service has the name of its exception", async (resource, error, cause) => {
  answer = [400, { __type: "com.amazonaws.states#StateMachineDoesNotExist", message: "no" }];
  expect(await run(resource, { StateMachineArn: "arn:m" })).toMatchObject({ status: "FAILED", error, cause });
});

test.each([
  ["aws-sdk:sfn:describeStateMachine", "Sfn.SfnException"],
  ["states:describeStateMachine", "StepFunctions.AWSStepFunctionsException"],
])("%s: an error that is not in the service's model has the name of them all", async (resource, error) => {
  answer = [400, { __type: "SomethingElse", message: "odd" }];
  expect(await run(resource, { StateMachineArn: "arn:m" })).toMatchObject({ status: "FAILED", error });
});

test("an endpoint that does not answer is the client's error", async () => {
  vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
  const { error, cause } = await run("aws-sdk:sfn:listActivities");
  expect(error).toBe("Sfn.SdkClientException");
  expect(cause).toContain("Unable to execute HTTP request: ");
});

test.each<[string, { folder?: string; environment?: Record<string, string> }, string]>([
  [
    "sqs:sendMessage",
    { environment: {} },
    "set AWS_ENDPOINT_URL_SQS, AWS_ENDPOINT_URL or AWS credentials in the environment, or mock the task (--mock FILE#TESTCASE)",
  ],
  ["aws-sdk:ec2:runInstances", {}, "the package @aws-sdk/client-ec2 is not installed: install it, or mock the task"],
  ["aws-sdk:sfn:makeCoffee", {}, "@aws-sdk/client-sfn has no action 'makeCoffee'"],
  ["ecs:runTask.sync", {}, "a local run cannot wait for its job: mock the task"],
  ["http:invoke", {}, "it has no client in the AWS SDK: mock the task"],
])("%s %j can go nowhere, and says so", async (resource, options, what) => {
  const { error, cause } = await run(resource, {}, options);
  expect(error).toBe("States.Runtime");
  expect(cause).toContain(`The integration '${resource}' is not connected: ${what}`);
  expect(received).toEqual([]);
});

/** A project that has a client of its own: it answers with what it was asked. */
function projectWith(name: string, source: string): string {
  const folder = temporary();
  const at = join(folder, "node_modules", "@aws-sdk", name);
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, "package.json"), JSON.stringify({ name: `@aws-sdk/${name}`, main: "index.cjs" }));
  writeFileSync(join(at, "index.cjs"), source);
  return folder;
}

test("a client is found by the service's name, hyphens or not, and one without shapes gets parameters as they are", async () => {
  const folder = projectWith(
    "client-secrets-manager",
    `exports.SecretsManagerClient = class { async send({ input }) { return { $metadata: {}, Asked: input }; } destroy() {} };
     exports.GetSecretValueCommand = class { constructor(input) { this.input = input; } };`,
  );
  const { output } = await run("aws-sdk:secretsmanager:getSecretValue", { SecretId: "s", Nothing: null }, { folder });
  expect(output).toEqual({ Asked: { SecretId: "s", Nothing: null } });
});

test("bytes and streams become text", async () => {
  const folder = projectWith(
    "client-kms",
    `exports.KMSClient = class {
       async send() { return { Blob: Buffer.from("é"), Body: { transformToString: async () => "read" }, Big: 5n, None: undefined }; }
       destroy() {}
     };
     exports.DecryptCommand = class {};`,
  );
  expect((await run("aws-sdk:kms:decrypt", {}, { folder })).output).toEqual({ Blob: "é", Body: "read", Big: 5 });
});

test("entries that EventBridge did not take fail the task", async () => {
  const folder = projectWith(
    "client-eventbridge",
    `exports.EventBridgeClient = class {
       async send() { return { FailedEntryCount: 1, Entries: [{ ErrorCode: "MalformedDetail" }] }; }
       destroy() {}
     };
     exports.PutEventsCommand = class {};`,
  );
  const { error, cause } = await run("events:putEvents", { Entries: [] }, { folder });
  expect(error).toBe("EventBridge.FailedEntry");
  expect(JSON.parse(cause ?? "")).toEqual({ FailedEntryCount: 1, Entries: [{ ErrorCode: "MalformedDetail" }] });
});

test("a message with a token is submitted, and its receiver answers", async () => {
  const folder = projectWith(
    "client-sqs",
    `exports.SQSClient = class { async send() { return { MessageId: "m" }; } destroy() {} };
     exports.SendMessageCommand = class {};`,
  );
  const simulation = new Simulation({
    services: () => sdkServices({ region: "eu-west-1", random: { next: () => 0, uuid: () => "made" }, folder }),
  });
  const { execution, events, error } = await simulation.run(
    chain({
      Send: {
        Type: "Task",
        Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        HeartbeatSeconds: 5,
        Parameters: { QueueUrl: "q", MessageBody: { "token.$": "$$.Task.Token" } },
      },
    }),
  );
  expect({ error, ms: execution.stopTime - execution.startTime }).toEqual({ error: "States.Timeout", ms: 5000 });
  expect(types(events).slice(4, 6)).toEqual(["TaskSubmitted", "TaskTimedOut"]);
});

servicesContract(() => {
  const random = { next: () => 0, uuid: () => "made" };
  return {
    services: sdkServices({ region: "eu-west-1", random, environment: {} }),
    call: () => serviceCall("sqs:sendMessage"),
  };
});
