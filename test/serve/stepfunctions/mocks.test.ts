import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect, test } from "vitest";
import { localEndpoint } from "../../../lib/aws/local-endpoint.js";
import { type Server, startServer } from "../../../lib/serve/server.js";

const MOCKS = {
  StateMachines: {
    Order: {
      TestCases: { Happy: { Charge: "Charged" }, Flaky: { Charge: "FailsOnce" }, Broken: { Charge: "Breaks" } },
    },
    Quick: { TestCases: { Happy: { Charge: "Charged" } } },
  },
  MockedResponses: {
    Charged: { "0-9": { Return: { StatusCode: 200, Payload: { paid: true } } } },
    Breaks: { "0-9": { Throw: { Error: "Broken", Cause: "mocked" } } },
    FailsOnce: {
      "0": { Throw: { Error: "Busy", Cause: "later" } },
      "1": { Return: { StatusCode: 200, Payload: { paid: "late" } } },
    },
  },
};

const DEFINITION = JSON.stringify({
  StartAt: "Charge",
  States: {
    Charge: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: { FunctionName: "there-is-none", Payload: {} },
      OutputPath: "$.Payload",
      Retry: [{ ErrorEquals: ["Busy"] }],
      End: true,
    },
  },
});

let folder: string;
let server: Server;
let client: SFNClient;
const arnOf: Record<string, string> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fanout-"));
  const mock = join(folder, "MockConfigFile.json");
  writeFileSync(mock, JSON.stringify(MOCKS));
  server = await startServer({
    mock,
    virtualTime: true,
    data: join(folder, "data"),
    logDirectory: join(folder, "logs"),
  });
  client = new SFNClient(localEndpoint(server.url, server.region));
  for (const [name, type] of [
    ["Order", "STANDARD"],
    ["Quick", "EXPRESS"],
  ] as const) {
    const roleArn = "arn:aws:iam::000000000000:role/r";
    const made = await client.send(new CreateStateMachineCommand({ name, type, definition: DEFINITION, roleArn }));
    arnOf[name] = made.stateMachineArn ?? "";
  }
});

afterAll(async () => {
  client.destroy();
  await server.close();
  rmSync(folder, { recursive: true });
});

async function outcome(stateMachineArn: string) {
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input: "{}" }));
  for (;;) {
    const { status, output, error } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== "RUNNING") return { status, output, error };
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("the test case behind the ARN answers for the tasks, attempt by attempt, each execution with its own", async () => {
  const cases = [
    outcome(`${arnOf["Order"]}#Happy`),
    outcome(`${arnOf["Order"]}#Flaky`),
    outcome(`${arnOf["Order"]}#Flaky`),
  ];
  expect((await Promise.all(cases)).map(({ output }) => output)).toEqual([
    '{"paid":true}',
    '{"paid":"late"}',
    '{"paid":"late"}',
  ]);
});

test("without a test case the task is carried out", async () => {
  expect(await outcome(arnOf["Order"] ?? "")).toMatchObject({
    status: "FAILED",
    error: "Lambda.ResourceNotFoundException",
  });
});

test("an EXPRESS machine takes one too", async () => {
  const stateMachineArn = `${arnOf["Quick"]}#Happy`;
  const { output } = await client.send(new StartSyncExecutionCommand({ stateMachineArn, input: "{}" }));
  expect(output).toBe('{"paid":true}');
});

test("a test case that the file does not have is refused", async () => {
  await expect(outcome(`${arnOf["Order"]}#Sad`)).rejects.toMatchObject({
    name: "ValidationException",
    message: expect.stringContaining("There is no test case 'Sad' of 'Order'"),
  });
});

test("a redrive keeps the test case of the execution", async () => {
  const start = new StartExecutionCommand({ stateMachineArn: `${arnOf["Order"]}#Broken`, input: "{}" });
  const { executionArn } = await client.send(start);
  for (let redriveCount = 0; redriveCount < 2; redriveCount++) {
    if (redriveCount > 0) await client.send(new RedriveExecutionCommand({ executionArn }));
    const look = () => client.send(new DescribeExecutionCommand({ executionArn }));
    await expect.poll(async () => (await look()).status).toBe("FAILED");
    expect(await look()).toMatchObject({ error: "Broken", cause: "mocked", redriveCount });
  }
});
