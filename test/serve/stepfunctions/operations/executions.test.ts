import {
  DescribeExecutionCommand,
  DescribeStateMachineForExecutionCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
  type StartExecutionCommandInput,
  StartSyncExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { FAIL, openEndpoint, PASS, PREFIX, refusal, WAIT } from "../../endpoint.js";

const { client, create, ended } = await openEndpoint();
const start = async (stateMachineArn: string, more: Partial<StartExecutionCommandInput> = {}) => {
  const { executionArn = "", startDate } = await client.send(new StartExecutionCommand({ stateMachineArn, ...more }));
  return { executionArn, startDate };
};
const stop = (executionArn: string, more: object = {}) =>
  client.send(new StopExecutionCommand({ executionArn, ...more }));

test("an execution is described as it ended", async () => {
  const arn = await create("succeeds", PASS);
  const { executionArn, startDate } = await start(arn, { name: "first", input: '{ "a": 1.0 }', traceHeader: "t" });
  expect(executionArn).toBe(`${PREFIX}:execution:succeeds:first`);
  const described = await ended(executionArn);
  expect(described).toMatchObject({
    executionArn,
    stateMachineArn: arn,
    name: "first",
    status: "SUCCEEDED",
    startDate,
    input: '{ "a": 1.0 }',
    inputDetails: { included: true },
    output: '{ "a": 1.0 }',
    outputDetails: { included: true },
    traceHeader: "t",
    redriveCount: 0,
    redriveStatus: "NOT_REDRIVABLE",
    redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
  });
  expect(described.stopDate?.getTime()).toBeGreaterThanOrEqual(startDate?.getTime() ?? 0);
});

test("a failure has its error and its cause, and no output", async () => {
  const { executionArn } = await start(await create("fails", FAIL));
  const described = await ended(executionArn);
  expect(described).toMatchObject({ error: "Broken", cause: "on purpose", redriveStatus: "REDRIVABLE" });
  expect(described.output).toBeUndefined();
});

test("METADATA_ONLY leaves the data out", async () => {
  const { executionArn } = await start(await create("metadata", PASS), { input: '"secret"' });
  await ended(executionArn);
  const included = { includedData: "METADATA_ONLY" as const };
  const described = await client.send(new DescribeExecutionCommand({ executionArn, ...included }));
  expect(described.status).toBe("SUCCEEDED");
  expect(JSON.stringify(described)).not.toContain("secret");
});

describe("starting again under a name", () => {
  test("the same input is the same request while it runs", async () => {
    const arn = await create("idempotent", WAIT);
    const first = await start(arn, { name: "n", input: "[1]" });
    expect(await start(arn, { name: "n", input: "[1]" })).toEqual(first);
    const exists = `ExecutionAlreadyExists: Execution Already Exists: '${first.executionArn}'`;
    expect(await refusal(start(arn, { name: "n", input: "[2]" }))).toBe(exists);
    await stop(first.executionArn);
    expect(await refusal(start(arn, { name: "n", input: "[1]" }))).toBe(exists);
  });

  test("EXPRESS executions may all have one name", async () => {
    const arn = await create("express-names", PASS, { type: "EXPRESS" });
    const arns = [await start(arn, { name: "n" }), await start(arn, { name: "n" })].map((each) => each.executionArn);
    expect(new Set(arns).size).toBe(2);
    for (const each of arns)
      expect(each).toMatch(/^arn:aws:states:eu-west-1:000000000000:express:express-names:n:[\w-]{36}$/);
  });
});

describe("what is refused at start", () => {
  test.each([
    ["no JSON", { input: "{a" }, "InvalidExecutionInput: Invalid State Machine Execution Input: '"],
    ["too much", { input: `"${"ä".repeat(131_072)}"` }, "InvalidExecutionInput: Invalid State Machine Execution Input"],
    ["a name with a colon", { name: "a:b" }, "InvalidName: Invalid Name: 'a:b'"],
    ["a trace that is not ASCII", { traceHeader: "ä" }, "regular expression pattern: \\p{ASCII}*"],
    ["no ARN", { stateMachineArn: "succeeds" }, "InvalidArn: Invalid Arn: 'Invalid ARN prefix: succeeds'"],
    [
      "an execution",
      { stateMachineArn: `${PREFIX}:execution:a:b` },
      "InvalidArn: Invalid Arn: 'Resource type not valid in this context: execution'",
    ],
    [
      "a state machine that is not there",
      { stateMachineArn: `${PREFIX}:stateMachine:nobody` },
      `StateMachineDoesNotExist: State Machine Does Not Exist: '${PREFIX}:stateMachine:nobody'`,
    ],
  ])("%s", async (_, more, message) => {
    expect(await refusal(start(await create("start-refused", PASS), more))).toContain(message);
  });

  test("input of exactly the limit is taken", async () => {
    const { executionArn } = await start(await create("limit", PASS), { input: `"${"x".repeat(262_142)}"` });
    expect((await ended(executionArn)).status).toBe("SUCCEEDED");
  });
});

describe("stopping", () => {
  test("aborts with what the caller says, once", async () => {
    const { executionArn } = await start(await create("stopped", WAIT));
    const { stopDate } = await stop(executionArn, { error: "Enough", cause: "of this" });
    expect(await stop(executionArn, { error: "Again" })).toMatchObject({ stopDate });
    expect(await ended(executionArn)).toMatchObject({ status: "ABORTED", error: "Enough", cause: "of this", stopDate });
  });

  test("is not for EXPRESS executions, which cannot be described either", async () => {
    const { executionArn } = await start(await create("express", PASS, { type: "EXPRESS" }));
    const message = "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'";
    expect(await refusal(stop(executionArn))).toBe(message);
    expect(await refusal(client.send(new DescribeExecutionCommand({ executionArn })))).toBe(message);
  });
});

describe("StartSyncExecution", () => {
  const sync = (stateMachineArn: string, more: object = {}) =>
    client.send(new StartSyncExecutionCommand({ stateMachineArn, ...more }));

  test("answers with the output, and what it would cost", async () => {
    const arn = await create("sync", PASS, { type: "EXPRESS" });
    expect(await sync(arn, { input: "[1]", name: "n" })).toMatchObject({
      status: "SUCCEEDED",
      stateMachineArn: arn,
      name: "n",
      input: "[1]",
      output: "[1]",
      billingDetails: { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: 100 },
    });
  });

  test("a failure of the execution is an answer, not an error", async () => {
    const arn = await create("sync-fails", FAIL, { type: "EXPRESS" });
    expect(await sync(arn)).toMatchObject({ status: "FAILED", error: "Broken", cause: "on purpose" });
  });

  test("a time limit that passes is an answer as well", async () => {
    const arn = await create("sync-slow", { ...WAIT, TimeoutSeconds: 1 }, { type: "EXPRESS" });
    expect((await sync(arn)).status).toBe("TIMED_OUT");
  });

  test("STANDARD state machines have none", async () => {
    expect(await refusal(sync(await create("not-sync", PASS)))).toBe(
      "StateMachineTypeNotSupported: This operation is not supported by this type of state machine",
    );
  });
});

describe("ListExecutions", () => {
  test("newest first, by status, page by page while others are started", async () => {
    const arn = await create("listed", PASS);
    for (let number = 1; number <= 5; number++) await ended((await start(arn, { name: `n${number}` })).executionArn);
    const list = (more: object) => client.send(new ListExecutionsCommand({ stateMachineArn: arn, ...more }));
    const first = await list({ maxResults: 2 });
    await ended((await start(arn, { name: "n6" })).executionArn);
    const second = await list({ maxResults: 10, nextToken: first.nextToken });
    const names = [...(first.executions ?? []), ...(second.executions ?? [])].map(({ name }) => name);
    expect(names).toEqual(["n5", "n4", "n3", "n2", "n1"]);
    expect(second.nextToken).toBeUndefined();
    expect((await list({ statusFilter: "RUNNING" })).executions).toEqual([]);
    expect((await list({ statusFilter: "SUCCEEDED" })).executions).toHaveLength(6);
    expect(await refusal(list({ redriveFilter: "REDRIVEN" }))).toBe(
      "ValidationException: RedriveFilter cannot be applied to ListExecutions call with StateMachine ARN",
    );
  });

  test("is for one state machine or one map run, and not for EXPRESS", async () => {
    const list = (input: object) => refusal(client.send(new ListExecutionsCommand(input)));
    expect(await list({})).toContain("ValidationException");
    const arn = await create("express-list", PASS, { type: "EXPRESS" });
    expect(await list({ stateMachineArn: arn })).toContain("StateMachineTypeNotSupported");
    expect(await list({ stateMachineArn: arn, statusFilter: "running" })).toBe(
      "ValidationException: 1 validation error detected: Value 'running' at 'statusFilter' failed to satisfy constraint: " +
        "Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]",
    );
  });
});

test("the state machine of an execution is described as it was at its start", async () => {
  const arn = await create("at-start", PASS);
  const { executionArn } = await start(arn);
  await client.send(new UpdateStateMachineCommand({ stateMachineArn: arn, definition: JSON.stringify(FAIL) }));
  const described = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  expect(described).toMatchObject({ stateMachineArn: arn, name: "at-start", definition: JSON.stringify(PASS) });
  expect(described.revisionId).toBeUndefined();
});
