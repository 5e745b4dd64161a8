import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  GetExecutionHistoryCommand,
  ListMapRunsCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { localEndpoint } from "../../lib/aws/local-endpoint.js";
import { type AnsweredRequest, startServer } from "../../lib/serve/server.js";
import { openEndpoint, PASS, PREFIX, temporaryFolder, WAIT } from "./endpoint.js";

const requests: AnsweredRequest[] = [];
const { server, client, create, ended } = await openEndpoint({ onRequest: (request) => requests.push(request) });
const options = localEndpoint(server.url, "eu-west-1");

/** A request as it is, without a client that knows better. */
const post = async (headers: Record<string, string>, body: string) => {
  const response = await fetch(server.url, { method: "POST", headers, body });
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
};
const target = (operation: string) => ({ "x-amz-target": `AWSStepFunctions.${operation}` });

test("three services share the port", async () => {
  const s3 = new S3Client(options);
  await s3.send(new CreateBucketCommand({ Bucket: "shared" }));
  await s3.send(new PutObjectCommand({ Bucket: "shared", Key: "a/b", Body: "text" }));
  const object = await s3.send(new GetObjectCommand({ Bucket: "shared", Key: "a/b" }));
  expect(await object.Body?.transformToString()).toBe("text");
  expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toContain("shared");
  const lambda = new LambdaClient(options);
  expect((await lambda.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
  expect((await client.send(new ListStateMachinesCommand({}))).stateMachines).toBeInstanceOf(Array);
  expect(requests.map(({ what, status }) => [what, status])).toEqual(
    expect.arrayContaining([
      ["PUT /shared/a/b", 200],
      ["GET /2015-03-31/functions", 200],
      ["ListStateMachines", 200],
    ]),
  );
});

test("state machines read and write the buckets that S3 clients see", async () => {
  const s3 = new S3Client(options);
  await s3.send(new CreateBucketCommand({ Bucket: "items" }));
  await s3.send(new PutObjectCommand({ Bucket: "items", Key: "in.json", Body: "[1,2,3]" }));
  const arn = await create("reads", {
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        ItemReader: {
          Resource: "arn:aws:states:::s3:getObject",
          ReaderConfig: { InputType: "JSON" },
          Parameters: { Bucket: "items", Key: "in.json" },
        },
        ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" }, ...PASS },
        End: true,
      },
    },
  });
  const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn: arn }));
  expect((await ended(executionArn)).output).toBe("[1,2,3]");
});

test("the manifest is one put, the files that it lists are uploads in parts, as their metadata tells", async () => {
  const s3 = new S3Client(options);
  const Bucket = "results";
  await s3.send(new CreateBucketCommand({ Bucket }));
  const arn = await create("writes", {
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }, ...PASS },
        ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket, Prefix: "p" } },
        End: true,
      },
    },
  });
  const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn: arn, input: "[1]" }));
  const { Key } = JSON.parse((await ended(executionArn)).output ?? "").ResultWriterDetails as { Key: string };
  expect(await s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
    ContentType: "application/octet-stream",
    ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
  });
  const file = Key.replace("manifest", "SUCCEEDED_0");
  expect(await s3.send(new HeadObjectCommand({ Bucket, Key: file, PartNumber: 1 }))).toMatchObject({
    ContentType: "binary/octet-stream",
    ETag: expect.stringMatching(/^"[0-9a-f]{32}-1"$/),
    PartsCount: 1,
  });
});

test.each([
  [{ Bucket: "nowhere" }, "NoSuchBucket: The specified bucket does not exist: nowhere"],
  [{ Bucket: "../up" }, "NoSuchBucket: The specified bucket does not exist: ../up"],
])("results for %j, which is no bucket, fail the execution, and there is no map run", async (Parameters, why) => {
  const arn = await create(`writes-${Parameters.Bucket.replace(/\W/g, "")}`, {
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }, ...PASS },
        ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Parameters },
        End: true,
      },
    },
  });
  const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn: arn, input: "[1]" }));
  expect(await ended(executionArn)).toMatchObject({
    status: "FAILED",
    error: "States.Runtime",
    cause:
      "An error occurred while executing the state 'Each' (entered at the event id #2). " +
      `Failed to write a test manifest into the specified output bucket. ${why}`,
  });
  const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
  const types = ["ExecutionStarted", "MapStateEntered", "MapStateStarted", "ExecutionFailed"];
  expect(events.map(({ type }) => type)).toEqual(types);
  expect((await client.send(new ListMapRunsCommand({ executionArn }))).mapRuns).toEqual([]);
});

test("a bucket that S3 clients do not see is none for an SDK integration either", async () => {
  const put = { Type: "Task", Resource: "arn:aws:states:::aws-sdk:s3:putObject", End: true };
  const arn = await create("puts", {
    StartAt: "Put",
    States: { Put: { ...put, Parameters: { Bucket: "nowhere", Key: "k", Body: "x" } } },
  });
  const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn: arn }));
  expect(await ended(executionArn)).toMatchObject({ status: "FAILED", error: "S3.NoSuchBucketException" });
  expect((await fetch(`${server.url}/nowhere`)).status).toBe(404);
});

test("folders that are named as buckets are made at start", async () => {
  const folder = join(temporaryFolder(), "not/there");
  const { server: other } = await openEndpoint({ buckets: { mine: folder } });
  expect((await fetch(`${other.url}/mine/a`, { method: "PUT", body: "x" })).status).toBe(200);
  expect(readFileSync(join(folder, "a"), "utf8")).toBe("x");
  const failing = startServer({ data: join(temporaryFolder(), "data"), buckets: { mine: join(folder, "a") } });
  await expect(failing).rejects.toMatchObject({
    code: "FANOUT_OUTPUT_UNWRITABLE",
    location: { file: join(folder, "a") },
  });
});

test("the wire is AWS JSON 1.0: times in seconds, errors with a type", async () => {
  await create("wire", PASS);
  const listed = await post(target("ListStateMachines"), "{}");
  expect([listed.status, listed.type]).toEqual([200, "application/x-amz-json-1.0"]);
  const [machine] = JSON.parse(listed.text).stateMachines as { creationDate: number }[];
  expect(Math.abs((machine?.creationDate ?? 0) - Date.now() / 1000)).toBeLessThan(3600);
  const described = await post(target("DescribeStateMachine"), '{"stateMachineArn":"x"}');
  expect(described.status).toBe(400);
  expect(JSON.parse(described.text)).toEqual({
    __type: expect.stringMatching(/#InvalidArn$/),
    message: "Invalid Arn: 'Invalid ARN prefix: x'",
  });
});

test.each([
  ["NoSuchOperation", "{}", "UnknownOperationException"],
  ["RedriveExecution", `{"executionArn":"${PREFIX}:execution:a:b"}`, "ExecutionDoesNotExist"],
  ["constructor", "{}", "UnknownOperationException"],
  ["ListStateMachines", "{", "SerializationException"],
  ["ListStateMachines", "[]", "SerializationException"],
])("%s %s is an error and not the end", async (operation, body, name) => {
  const { status, text } = await post(target(operation), body);
  expect(status).toBe(400);
  expect(JSON.parse(text).__type).toContain(`#${name}`);
});

test("a body that is far too large is refused", async () => {
  const { status } = await post(target("ListStateMachines"), " ".repeat(17 * 1024 * 1024));
  expect(status).toBe(413);
});

test("any name of this machine will do, and sync- before it", async () => {
  const port = server.port;
  for (const host of ["localhost", "api.localhost", "sync-api.localhost", "sync-states.eu-west-1.amazonaws.com"]) {
    const status = await new Promise((resolve, reject) => {
      const headers = { host: `${host}:${port}`, ...target("ListStateMachines") };
      httpRequest({ host: "127.0.0.1", port, method: "POST", headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once("error", reject)
        .end("{}");
    });
    expect(status).toBe(200);
  }
});

test("a client without the helper cannot reach sync- hosts, one with it can", async () => {
  const arn = await create("sync", PASS, { type: "EXPRESS" });
  const { disableHostPrefix: _, ...without } = options;
  const command = () => new StartSyncExecutionCommand({ stateMachineArn: arn });
  await expect(new SFNClient({ ...without, maxAttempts: 1 }).send(command())).rejects.toThrow(/sync-127\.0\.0\.1/);
  expect((await new SFNClient(options).send(command())).status).toBe("SUCCEEDED");
});

test("a port that is taken is told", async () => {
  await expect(startServer({ port: server.port })).rejects.toMatchObject({
    code: "FANOUT_OPTION_INVALID",
    message: expect.stringContaining(`port ${server.port} of 127.0.0.1 is in use`),
  });
});

test("hundreds of executions are answered side by side", async () => {
  const arn = await create("side-by-side", PASS, { type: "EXPRESS" });
  const answers = await Promise.all(
    Array.from({ length: 300 }, (_, index) =>
      client.send(new StartSyncExecutionCommand({ stateMachineArn: arn, input: String(index) })),
    ),
  );
  expect(answers.map(({ output }) => Number(output))).toEqual(answers.map((_, index) => index));
});

test("the end answers who still waits", async () => {
  const other = await startServer({ region: "eu-west-1" });
  const waiting = new SFNClient({ ...localEndpoint(other.url, "eu-west-1"), maxAttempts: 1 });
  const call = (operation: string, body: object) =>
    fetch(other.url, { method: "POST", headers: target(operation), body: JSON.stringify(body) });
  await call("CreateStateMachine", {
    name: "waits",
    type: "EXPRESS",
    definition: JSON.stringify(WAIT),
    roleArn: "arn:aws:iam::000000000000:role/r",
  });
  await call("CreateActivity", { name: "idle" });
  const sync = call("StartSyncExecution", { stateMachineArn: `${PREFIX}:stateMachine:waits` });
  const poll = call("GetActivityTask", { activityArn: `${PREFIX}:activity:idle` });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await other.close();
  waiting.destroy();
  expect(await (await sync).json()).toMatchObject({ status: "FAILED" });
  expect(await (await poll).json()).toEqual({});
});
