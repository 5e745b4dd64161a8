import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateMapRunCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { openEndpoint, PASS, PREFIX, refusal, WAIT } from "../../endpoint.js";

const { client, create, ended } = await openEndpoint();

const mapOf = (block: object, executionType: "STANDARD" | "EXPRESS", more: object = {}) => ({
  StartAt: "Each",
  States: {
    Each: {
      Type: "Map",
      Label: "each",
      ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: executionType }, ...block },
      End: true,
      ...more,
    },
  },
});

/** Starts a state machine with a map run. Gives the ARNs of both. */
const start = async (stateMachineArn: string, input: string) => {
  const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn, input }));
  const mapRuns = () => client.send(new ListMapRunsCommand({ executionArn }));
  await expect.poll(async () => (await mapRuns()).mapRuns?.length).toBe(1);
  return { executionArn, mapRunArn: (await mapRuns()).mapRuns?.[0]?.mapRunArn ?? "" };
};
const describeRun = (mapRunArn: string) => client.send(new DescribeMapRunCommand({ mapRunArn }));
const childrenOf = async (mapRunArn: string, more: object = {}) =>
  (await client.send(new ListExecutionsCommand({ mapRunArn, ...more }))).executions ?? [];

describe("a map run that has ended", () => {
  test("has counts, and children with histories", async () => {
    const { executionArn, mapRunArn } = await start(await create("done", mapOf(PASS, "STANDARD")), "[1,2,3]");
    expect((await ended(executionArn)).output).toBe("[1,2,3]");
    expect(mapRunArn).toMatch(/^arn:aws:states:eu-west-1:000000000000:mapRun:done\/each:[\w-]{36}$/);
    const run = await describeRun(mapRunArn);
    expect(run).toMatchObject({
      mapRunArn,
      executionArn,
      status: "SUCCEEDED",
      maxConcurrency: 10_000,
      redriveCount: 0,
    });
    expect(run.itemCounts).toMatchObject({ total: 3, succeeded: 3, running: 0, failed: 0, resultsWritten: 3 });
    expect(run.executionCounts).toMatchObject({ total: 3, succeeded: 3, pendingRedrive: 0 });
    expect(run.stopDate).toBeInstanceOf(Date);
    const children = await childrenOf(mapRunArn);
    expect(children.map(({ status, itemCount, stateMachineArn }) => [status, itemCount, stateMachineArn])).toEqual(
      Array(3).fill(["SUCCEEDED", 1, `${PREFIX}:stateMachine:done/each`]),
    );
    const child = { executionArn: children[0]?.executionArn ?? "" };
    expect(await client.send(new DescribeExecutionCommand(child))).toMatchObject({ mapRunArn, status: "SUCCEEDED" });
    const { events = [] } = await client.send(new GetExecutionHistoryCommand(child));
    expect(events.map(({ type }) => type)).toEqual([
      "ExecutionStarted",
      "PassStateEntered",
      "PassStateExited",
      "ExecutionSucceeded",
    ]);
    const machine = await client.send(new DescribeStateMachineForExecutionCommand(child));
    expect(machine).toMatchObject({ stateMachineArn: `${PREFIX}:stateMachine:done/each`, mapRunArn, label: "each" });
    expect(JSON.parse(machine.definition ?? "")).toMatchObject(PASS);
  });

  test("of EXPRESS children has them without histories", async () => {
    const { executionArn, mapRunArn } = await start(await create("express", mapOf(PASS, "EXPRESS")), "[7]");
    await ended(executionArn);
    const [child] = await childrenOf(mapRunArn);
    expect(child?.executionArn).toMatch(/:express:express\/each:[\w-]+:[\w-]+$/);
    const described = await client.send(new DescribeExecutionCommand({ executionArn: child?.executionArn }));
    expect(described).toMatchObject({ status: "SUCCEEDED", input: "7", output: "7", mapRunArn });
    const command = new GetExecutionHistoryCommand({ executionArn: child?.executionArn });
    expect(await refusal(client.send(command))).toContain("Resource type not valid in this context: express");
  });
});

describe("a map run that runs", () => {
  test("has running children, of which one can be stopped", async () => {
    const arn = await create("runs", mapOf(WAIT, "STANDARD", { ToleratedFailureCount: 5 }));
    const { executionArn, mapRunArn } = await start(arn, "[1,2]");
    await expect.poll(async () => (await childrenOf(mapRunArn)).length).toBe(2);
    const [child, other] = await childrenOf(mapRunArn, { statusFilter: "RUNNING" });
    expect(other?.status).toBe("RUNNING");
    await client.send(new StopExecutionCommand({ executionArn: child?.executionArn }));
    const counts = async () => (await describeRun(mapRunArn)).itemCounts;
    await expect.poll(counts).toMatchObject({ aborted: 1, running: 1 });
    expect((await childrenOf(mapRunArn, { statusFilter: "ABORTED" })).map((each) => each.executionArn)).toEqual([
      child?.executionArn,
    ]);
    await client.send(new StopExecutionCommand({ executionArn }));
    await expect.poll(async () => (await describeRun(mapRunArn)).status).toBe("ABORTED");
    await expect.poll(counts).toMatchObject({ aborted: 2, running: 0 });
  });

  test("takes other limits: more children at once, fewer failures", async () => {
    const arn = await create("update", mapOf(WAIT, "STANDARD", { MaxConcurrency: 1, ToleratedFailureCount: 3 }));
    const { executionArn, mapRunArn } = await start(arn, "[1,2,3]");
    await expect.poll(async () => (await describeRun(mapRunArn)).executionCounts?.running).toBe(1);
    const update = (more: object) => client.send(new UpdateMapRunCommand({ mapRunArn, ...more }));
    await update({ maxConcurrency: 2, toleratedFailureCount: 2 });
    await expect.poll(async () => (await describeRun(mapRunArn)).executionCounts?.running).toBe(2);
    expect(await describeRun(mapRunArn)).toMatchObject({ maxConcurrency: 2, toleratedFailureCount: 2 });
    await client.send(new StopExecutionCommand({ executionArn }));
    await expect.poll(async () => (await describeRun(mapRunArn)).status).toBe("ABORTED");
    expect(await refusal(update({ maxConcurrency: 3 }))).toContain("ValidationException");
  });
});

test("what is no map run is refused", async () => {
  const missing = `${PREFIX}:mapRun:a/b:c`;
  expect(await refusal(describeRun(missing))).toBe(`ResourceNotFound: Resource not found: '${missing}'`);
  expect(await refusal(describeRun(`${PREFIX}:execution:a:b`))).toContain("Resource type not valid in this context");
  expect(await refusal(childrenOf(missing))).toContain("ResourceNotFound");
});
