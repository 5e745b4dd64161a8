import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { beforeAll, describe, expect, test } from "vitest";
import { FAIL, openEndpoint, PASS, refusal, WAIT } from "../../endpoint.js";

const { client, create, ended, server } = await openEndpoint();

const put = async (path: string, body = "") => {
  const answer = await fetch(`${server.url}/${path}`, { method: "PUT", body });
  expect(answer.status).toBe(200);
};

/** A task that fails as long as an object is missing. */
const reads = (key: string, more: object = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::aws-sdk:s3:headObject",
  Parameters: { Bucket: "things", "Key.$": key },
  ResultSelector: { "size.$": "$.ContentLength" },
  End: true,
  ...more,
});
const one = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } });

const start = async (stateMachineArn: string, input: object = {}) => {
  const command = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) });
  const { executionArn = "" } = await client.send(command);
  return executionArn;
};
const redrive = (executionArn: string, clientToken?: string) =>
  client.send(new RedriveExecutionCommand({ executionArn, clientToken }));
const describeOf = (executionArn: string) => client.send(new DescribeExecutionCommand({ executionArn }));
const historyOf = async (executionArn: string): Promise<readonly HistoryEvent[]> =>
  (await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }))).events ?? [];
const typesOf = async (executionArn: string) => (await historyOf(executionArn)).map(({ type }) => type);

const IN_REGION =
  "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";

beforeAll(() => put("things", IN_REGION));

describe("an execution that failed", () => {
  test("goes on with the state that failed, and its description tells of the redrive", async () => {
    const before = { ...one("Read", reads("$.key")), StartAt: "Before" };
    const definition = { ...before, States: { Before: { Type: "Pass", Next: "Read" }, ...before.States } };
    const executionArn = await start(await create("simple", definition), { key: "simple" });
    expect(await ended(executionArn)).toMatchObject({ status: "FAILED", redriveStatus: "REDRIVABLE", redriveCount: 0 });
    const failed = await historyOf(executionArn);
    await put("things/simple", "12345");
    const { redriveDate } = await redrive(executionArn);
    expect(await ended(executionArn)).toMatchObject({
      status: "SUCCEEDED",
      output: '{"size":5}',
      redriveCount: 1,
      redriveDate,
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
    });
    const events = await historyOf(executionArn);
    expect(events.slice(0, failed.length)).toEqual(failed);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    expect(events[failed.length]).toMatchObject({
      type: "ExecutionRedriven",
      executionRedrivenEventDetails: { redriveCount: 1 },
    });
    expect(events.filter(({ type }) => type === "PassStateEntered")).toHaveLength(1);
    const { executions = [] } = await client.send(
      new ListExecutionsCommand({
        stateMachineArn: executionArn.replace("execution", "stateMachine").replace(/:[^:]+$/, ""),
      }),
    );
    expect(executions[0]).toMatchObject({ redriveCount: 1, redriveDate });
  });

  test("can be redriven again and again", async () => {
    const executionArn = await start(await create("again", FAIL));
    for (let count = 1; count <= 3; count++) {
      await ended(executionArn);
      await redrive(executionArn);
      expect(await ended(executionArn)).toMatchObject({ status: "FAILED", error: "Broken", redriveCount: count });
    }
    expect((await typesOf(executionArn)).filter((type) => type === "ExecutionRedriven")).toHaveLength(3);
  });

  test("a request that is repeated is answered with the first date, also when all has ended", async () => {
    const executionArn = await start(await create("token", one("Read", reads("$.key"))), { key: "token" });
    await ended(executionArn);
    await put("things/token");
    const first = await redrive(executionArn, "one");
    expect(await redrive(executionArn, "one")).toMatchObject({ redriveDate: first.redriveDate });
    await ended(executionArn);
    expect(await redrive(executionArn, "one")).toMatchObject({ redriveDate: first.redriveDate });
    expect(await refusal(redrive(executionArn, "two"))).toContain("ExecutionNotRedrivable");
    expect((await describeOf(executionArn)).redriveCount).toBe(1);
  });
});

test("an execution that was aborted, or whose time was up, waits anew", async () => {
  const stopped = await start(await create("stopped", WAIT));
  await client.send(new StopExecutionCommand({ executionArn: stopped }));
  await redrive(stopped);
  expect(await describeOf(stopped)).toMatchObject({ status: "RUNNING", redriveCount: 1 });
  await client.send(new StopExecutionCommand({ executionArn: stopped }));
  const late = await start(await create("late", { ...WAIT, TimeoutSeconds: 1 }));
  expect(await ended(late)).toMatchObject({ status: "TIMED_OUT", redriveStatus: "REDRIVABLE" });
  await redrive(late);
  expect(await ended(late)).toMatchObject({ status: "TIMED_OUT", redriveCount: 1 });
});

test("a nested execution that failed is started again by the state that waits for it", async () => {
  const inner = await create("inner", one("Read", reads("$.key")));
  const outer = await create(
    "outer",
    one("Nested", {
      Type: "Task",
      Resource: "arn:aws:states:::states:startExecution.sync:2",
      Parameters: { StateMachineArn: inner, Input: { key: "nested" } },
      OutputPath: "$.Output",
      End: true,
    }),
  );
  const executionArn = await start(outer);
  expect(await ended(executionArn)).toMatchObject({ status: "FAILED", error: "States.TaskFailed" });
  await put("things/nested", "1");
  await redrive(executionArn);
  expect(await ended(executionArn)).toMatchObject({ status: "SUCCEEDED", output: '{"size":1}' });
});

test("what cannot be redriven is refused in the words of the service", async () => {
  const passing = await start(await create("passing", PASS));
  await ended(passing);
  expect(await refusal(redrive(passing))).toBe(
    `ExecutionNotRedrivable: Execution ${passing} invalid for redrive as: Execution is SUCCEEDED and cannot be redriven`,
  );
  const running = await start(await create("running", WAIT));
  expect(await refusal(redrive(running))).toBe(
    `ExecutionNotRedrivable: Execution ${running} invalid for redrive as: Execution is RUNNING and cannot be redriven`,
  );
  await client.send(new StopExecutionCommand({ executionArn: running }));
  const labelled = running.replace("running:", "running/label:");
  expect(await refusal(redrive(labelled))).toBe(
    "ValidationException: Labeled Execution ARNs are not supported for this API",
  );
  const express = `${running.replace(":execution:", ":express:")}:id`;
  expect(await refusal(redrive(express))).toBe(
    "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'",
  );
  expect(await refusal(redrive(`${running}-not`))).toBe(
    `ExecutionDoesNotExist: Execution Does Not Exist: '${running}-not'`,
  );
});

describe("a map run", () => {
  const many = (
    name: string,
    type: "STANDARD" | "EXPRESS",
    more: object = {},
    processor: object = one("Read", reads("$.key")),
  ) =>
    create(
      name,
      one("Many", {
        Type: "Map",
        Label: "many",
        ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: type }, ...processor },
        ...more,
        End: true,
      }),
    );
  const items = (prefix: string) => ["a", "c", "b"].map((key) => ({ key: `${prefix}-${key}` }));
  const mapRunsOf = async (executionArn: string) =>
    (await client.send(new ListMapRunsCommand({ executionArn }))).mapRuns ?? [];
  const mapRunOf = async (executionArn: string) => {
    const [run] = await mapRunsOf(executionArn);
    return await client.send(new DescribeMapRunCommand({ mapRunArn: run?.mapRunArn ?? "" }));
  };
  const children = async (mapRunArn: string | undefined, more: object = {}) =>
    (await client.send(new ListExecutionsCommand({ mapRunArn, ...more }))).executions ?? [];

  test.each(["STANDARD", "EXPRESS"] as const)("of %s children is redriven under its own ARN", async (type) => {
    await put(`things/${type}-a`, "1");
    await put(`things/${type}-c`, "333");
    const executionArn = await start(await many(`map-${type}`, type, { MaxConcurrency: 1 }), items(type));
    expect(await ended(executionArn)).toMatchObject({ status: "FAILED" });
    const first = await mapRunOf(executionArn);
    expect(first).toMatchObject({ status: "FAILED", redriveCount: 0, executionCounts: { succeeded: 2, failed: 1 } });
    const before = await children(first.mapRunArn);
    await put(`things/${type}-b`, "22");
    await redrive(executionArn);
    expect(await ended(executionArn)).toMatchObject({
      status: "SUCCEEDED",
      output: '[{"size":1},{"size":3},{"size":2}]',
    });
    const second = await mapRunOf(executionArn);
    expect(second).toMatchObject({
      mapRunArn: first.mapRunArn,
      status: "SUCCEEDED",
      redriveCount: 1,
      startDate: first.startDate,
      executionCounts: { total: 3, succeeded: 3, failed: 0, pendingRedrive: 0, failuresNotRedrivable: 0 },
    });
    expect(second.redriveDate).toBeInstanceOf(Date);
    expect(await mapRunsOf(executionArn)).toHaveLength(1);
    const after = await children(first.mapRunArn);
    const arns = (list: typeof after) => list.map((child) => child.executionArn).sort();
    expect(arns(after)).toEqual(arns(before));
    expect(after.map(({ status }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]);
    expect(await children(first.mapRunArn, { redriveFilter: "REDRIVEN" })).toHaveLength(1);
    expect(await children(first.mapRunArn, { redriveFilter: "NOT_REDRIVEN" })).toHaveLength(2);
    const events = await historyOf(executionArn);
    const started = events.find((event) => event.type === "MapStateStarted")?.id;
    const redriven = events.find((event) => event.type === "MapRunRedriven");
    expect(redriven).toMatchObject({
      previousEventId: started,
      mapRunRedrivenEventDetails: { mapRunArn: first.mapRunArn, redriveCount: 1 },
    });
    expect(events.find((event) => event.type === "MapStateExited")?.previousEventId).toBe(redriven?.id);
  });

  test("has children that go on with their own history", async () => {
    const two = {
      StartAt: "First",
      States: {
        First: reads("$.key", { End: undefined, Next: "Second", ResultPath: null }),
        Second: reads("$.second"),
      },
    };
    await put("things/two");
    const machine = await many("two-states", "STANDARD", {}, two);
    const executionArn = await start(machine, [{ key: "two", second: "two-second" }]);
    await ended(executionArn);
    const { mapRunArn } = await mapRunOf(executionArn);
    const [child] = await children(mapRunArn);
    const arn = child?.executionArn ?? "";
    expect(await describeOf(arn)).toMatchObject({ status: "FAILED", redriveStatus: "REDRIVABLE_BY_MAP_RUN" });
    await put("things/two-second", "12");
    await redrive(executionArn);
    expect(await ended(executionArn)).toMatchObject({ status: "SUCCEEDED", output: '[{"size":2}]' });
    expect(await describeOf(arn)).toMatchObject({ status: "SUCCEEDED", redriveCount: 1, startDate: child?.startDate });
    const types = await typesOf(arn);
    expect(types.filter((type) => type === "TaskScheduled")).toHaveLength(3);
    expect(types).toContain("ExecutionRedriven");
  });

  test("has results of the redrive in a folder of their own, the manifest lists all successes", async () => {
    await put("things/written-a", "1");
    await put("things/written-c", "22");
    const ResultWriter = {
      Resource: "arn:aws:states:::s3:putObject",
      Parameters: { Bucket: "things", Prefix: "results" },
      WriterConfig: { Transformation: "COMPACT", OutputType: "JSON" },
    };
    const machine = await many("written", "EXPRESS", { ResultWriter, MaxConcurrency: 1 });
    const executionArn = await start(machine, items("written"));
    expect(await ended(executionArn)).toMatchObject({ status: "FAILED" });
    await put("things/written-b", "333");
    await redrive(executionArn);
    const { status, output = "{}" } = await ended(executionArn);
    expect(status).toBe("SUCCEEDED");
    const { ResultWriterDetails: details } = JSON.parse(output);
    expect(details.Key).toMatch(/^results\/[\w-]{36}\/Redrive-1\/manifest\.json$/);
    const read = async (key: string) => (await fetch(`${server.url}/things/${key}`)).json();
    const { ResultFiles: files } = (await read(details.Key)) as { ResultFiles: Record<string, { Key: string }[]> };
    expect(files["FAILED"]).toEqual([]);
    const parts = await Promise.all((files["SUCCEEDED"] ?? []).map(({ Key }) => read(Key)));
    expect(parts).toEqual([[{ size: 1 }, { size: 2 }], [{ size: 3 }]]);
  });

  test("that never began, or whose result was too large, is a new one", async () => {
    const large = one("Large", { Type: "Pass", Result: "x".repeat(200_000), End: true });
    const executionArn = await start(await many("large", "STANDARD", {}, large), items("large"));
    expect(await ended(executionArn)).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
    await redrive(executionArn);
    await ended(executionArn);
    expect(await mapRunsOf(executionArn)).toHaveLength(2);
  });

  test("whose parent was stopped goes on with the children that were aborted or never started", async () => {
    const waits = {
      StartAt: "Wait",
      States: { Wait: { Type: "Wait", SecondsPath: "$.s", Next: "Read" }, Read: reads("$.key") },
    };
    await put("things/stop-a", "1");
    const machine = await many("stopped-map", "STANDARD", { MaxConcurrency: 1 }, waits);
    const input = [0, 1, 1].map((s) => ({ s, key: "stop-a" }));
    const executionArn = await start(machine, input);
    await expect.poll(async () => (await mapRunOf(executionArn)).executionCounts?.succeeded).toBe(1);
    await client.send(new StopExecutionCommand({ executionArn }));
    await expect.poll(async () => (await mapRunOf(executionArn)).status).toBe("ABORTED");
    await redrive(executionArn);
    expect(await ended(executionArn)).toMatchObject({ status: "SUCCEEDED" });
    expect(await mapRunOf(executionArn)).toMatchObject({
      status: "SUCCEEDED",
      executionCounts: { total: 3, succeeded: 3 },
    });
  });

  test("has children that wait for their turn, and are as they were when it does not come", async () => {
    const waits = {
      StartAt: "Read",
      States: {
        Read: reads("$.key", { End: undefined, Next: "Wait" }),
        Wait: { Type: "Wait", Seconds: 3600, End: true },
      },
    };
    const more = { MaxConcurrency: 1, ToleratedFailureCount: 1 };
    const executionArn = await start(await many("turns", "STANDARD", more, waits), items("turns").slice(0, 2));
    expect(await ended(executionArn)).toMatchObject({ status: "FAILED" });
    await put("things/turns-a");
    await redrive(executionArn);
    const { mapRunArn } = await mapRunOf(executionArn);
    await expect.poll(async () => (await mapRunOf(executionArn)).executionCounts?.running).toBe(1);
    expect(await mapRunOf(executionArn)).toMatchObject({ status: "RUNNING", executionCounts: { pendingRedrive: 1 } });
    const statuses = async () => (await children(mapRunArn)).map(({ status }) => status).sort();
    expect(await statuses()).toEqual(["PENDING_REDRIVE", "RUNNING"]);
    const [running] = await children(mapRunArn, { statusFilter: "RUNNING" });
    expect(running).toMatchObject({ redriveCount: 1, redriveDate: expect.any(Date) });
    expect(await children(mapRunArn, { redriveFilter: "REDRIVEN" })).toEqual([running]);
    const [pending] = await children(mapRunArn, { statusFilter: "PENDING_REDRIVE" });
    expect(await describeOf(pending?.executionArn ?? "")).toMatchObject({ status: "PENDING_REDRIVE", redriveCount: 0 });
    await client.send(new StopExecutionCommand({ executionArn }));
    await expect.poll(statuses).toEqual(["ABORTED", "FAILED"]);
    expect(await mapRunOf(executionArn)).toMatchObject({ status: "ABORTED", executionCounts: { pendingRedrive: 0 } });
  });
});
