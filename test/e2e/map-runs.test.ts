import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateMapRunCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../lib/json.js";
import { FAIL, openEndpoint, PASS, PREFIX, refusal, WAIT } from "../serve/endpoint.js";
import { chain } from "../support/simulate.js";

const { client, create, ended } = await openEndpoint();

/** Waits 1 hour when its input is "wait", fails when it is "fail", else answers its input. */
const BY_INPUT = {
  StartAt: "Which",
  States: {
    Which: {
      Type: "Choice",
      Choices: [
        { Variable: "$", StringEquals: "wait", Next: "Wait" },
        { Variable: "$", StringEquals: "fail", Next: "Fail" },
      ],
      Default: "Pass",
    },
    ...PASS.States,
    ...FAIL.States,
    ...WAIT.States,
  },
};

const map = (fields: JsonObject = {}, processor: JsonObject = PASS, ExecutionType = "STANDARD"): JsonObject => ({
  Type: "Map",
  Label: "each",
  ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType }, ...processor },
  ...fields,
});

let machines = 0;

async function start(states: JsonObject, input: unknown = [], top: JsonObject = {}) {
  const name = `map-runs-${machines++}`;
  const stateMachineArn = await create(name, chain(states, top));
  const { executionArn = "" } = await client.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  return { name, executionArn };
}
async function run(states: JsonObject, input: unknown = [], top: JsonObject = {}) {
  const { name, executionArn } = await start(states, input, top);
  return { ...(await ended(executionArn)), name, executionArn };
}

const mapRunsOf = async (executionArn: string) =>
  (await client.send(new ListMapRunsCommand({ executionArn }))).mapRuns ?? [];
async function mapRunOf(executionArn: string): Promise<string> {
  await expect.poll(async () => (await mapRunsOf(executionArn)).length).toBeGreaterThan(0);
  return (await mapRunsOf(executionArn))[0]?.mapRunArn ?? "";
}
const describeRun = (mapRunArn: string) => client.send(new DescribeMapRunCommand({ mapRunArn }));
const listed = (mapRunArn: string, more: object = {}) => client.send(new ListExecutionsCommand({ mapRunArn, ...more }));
const eventsOf = async (executionArn: string) =>
  (await client.send(new GetExecutionHistoryCommand({ executionArn }))).events ?? [];
const shapeOf = async (executionArn: string) =>
  (await eventsOf(executionArn)).map(({ type, previousEventId }) => `${previousEventId} ${type}`);

const NO_COUNTS = { pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0, total: 0 };

describe("the history of the parent", () => {
  test("of a map run that succeeded", async () => {
    const { executionArn, output } = await run({ Map: map() }, [1, 2]);
    expect(output).toBe("[1,2]");
    expect(await shapeOf(executionArn)).toEqual([
      "0 ExecutionStarted",
      "0 MapStateEntered",
      "2 MapStateStarted",
      "3 MapRunStarted",
      "4 MapRunSucceeded",
      "5 MapStateSucceeded",
      "4 MapStateExited",
      "7 ExecutionSucceeded",
    ]);
    const events = await eventsOf(executionArn);
    expect(events[2]?.mapStateStartedEventDetails).toEqual({ length: 2 });
    expect(events[3]?.mapRunStartedEventDetails).toEqual({ mapRunArn: await mapRunOf(executionArn) });
  });

  test("of one that failed: the error of a child is not that of the run", async () => {
    const { executionArn, error, cause } = await run({ Map: map({}, BY_INPUT) }, ["fail"]);
    const failure = {
      error: "States.ExceedToleratedFailureThreshold",
      cause: "The specified tolerated failure threshold was exceeded",
    };
    expect({ error, cause }).toEqual(failure);
    expect((await shapeOf(executionArn)).slice(3)).toEqual([
      "3 MapRunStarted",
      "4 MapRunFailed",
      "5 MapStateFailed",
      "6 ExecutionFailed",
    ]);
    expect((await eventsOf(executionArn))[4]?.mapRunFailedEventDetails).toEqual(failure);
  });

  test("of one that was stopped: its children are aborted as well", async () => {
    const { executionArn } = await start({ Map: map({}, BY_INPUT) }, ["wait", "wait"]);
    const mapRunArn = await mapRunOf(executionArn);
    await expect.poll(async () => (await describeRun(mapRunArn)).executionCounts?.running).toBe(2);
    await client.send(new StopExecutionCommand({ executionArn, error: "Enough" }));
    await expect.poll(async () => (await describeRun(mapRunArn)).itemCounts).toMatchObject({ aborted: 2, running: 0 });
    expect((await describeRun(mapRunArn)).status).toBe("ABORTED");
    expect((await shapeOf(executionArn)).slice(3).map((event) => event.replace(/^\d+ /, ""))).toEqual([
      "MapRunStarted",
      "MapRunAborted",
      "MapStateAborted",
      "ExecutionAborted",
    ]);
    for (const { status } of (await listed(mapRunArn)).executions ?? []) expect(status).toBe("ABORTED");
  });

  test("of one whose execution ran out of time", async () => {
    const { executionArn, status } = await run({ Map: map({}, BY_INPUT) }, ["wait"], { TimeoutSeconds: 1 });
    expect(status).toBe("TIMED_OUT");
    const mapRunArn = await mapRunOf(executionArn);
    await expect.poll(async () => (await describeRun(mapRunArn)).status).toBe("ABORTED");
    expect((await describeRun(mapRunArn)).itemCounts).toMatchObject({ ...NO_COUNTS, total: 1, aborted: 1 });
  });
});

describe("the children of a map run", () => {
  test("have names and ARNs of the label, none is listed with the state machine", async () => {
    const { name, executionArn } = await run({ Map: map() }, [1]);
    const [child] = (await listed(await mapRunOf(executionArn))).executions ?? [];
    expect(child?.executionArn).toBe(`${PREFIX}:execution:${name}/each:${child?.name}`);
    expect(child).toMatchObject({ itemCount: 1, stateMachineArn: `${PREFIX}:stateMachine:${name}/each` });
    const stateMachineArn = `${PREFIX}:stateMachine:${name}`;
    const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(executions.map((execution) => execution.executionArn)).toEqual([executionArn]);
  });

  test("have the processor for a definition, without its ProcessorConfig", async () => {
    const { name, executionArn } = await run({ Map: map() }, [1]);
    const mapRunArn = await mapRunOf(executionArn);
    const [child] = (await listed(mapRunArn)).executions ?? [];
    const machine = await client.send(
      new DescribeStateMachineForExecutionCommand({ executionArn: child?.executionArn }),
    );
    expect(machine).toMatchObject({ name, mapRunArn, label: "each" });
    expect(JSON.parse(machine.definition ?? "")).toEqual(PASS);
  });

  test("have a label of version 3 when the definition has none, the same for each execution", async () => {
    const { Label: _, ...unlabelled } = map();
    const stateMachineArn = await create("unlabelled", chain({ Map: unlabelled }));
    const labels = new Set<string | undefined>();
    for (const input of ["[1]", "[2]"]) {
      const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn, input }));
      await ended(executionArn);
      const arn = await mapRunOf(executionArn);
      labels.add(/:mapRun:unlabelled\/([^:]*):[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/.exec(arn)?.[1]);
    }
    expect([...labels]).toEqual([expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-3[0-9a-f]{3}-[89ab][0-9a-f]{3}-/)]);
  });

  test("are listed newest first, in pages, by status", async () => {
    const items = ["a", "fail", "b", "fail", "c"];
    const { executionArn } = await run({ Map: map({ MaxConcurrency: 1, ToleratedFailureCount: 2 }, BY_INPUT) }, items);
    const mapRunArn = await mapRunOf(executionArn);
    const all = (await listed(mapRunArn)).executions ?? [];
    const dates = all.map(({ startDate }) => startDate?.getTime() ?? 0);
    expect(dates).toEqual([...dates].sort((one, other) => other - one));
    const pages: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await listed(mapRunArn, { maxResults: 2, nextToken });
      expect(page.executions?.length).toBeLessThanOrEqual(2);
      pages.push(...(page.executions ?? []).map((child) => child.executionArn));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(pages).toEqual(all.map((child) => child.executionArn));
    for (const [statusFilter, count] of [
      ["SUCCEEDED", 3],
      ["FAILED", 2],
      ["RUNNING", 0],
    ] as const) {
      expect((await listed(mapRunArn, { statusFilter })).executions).toHaveLength(count);
    }
  });

  test("that are EXPRESS have a name of two parts and no history", async () => {
    const { name, executionArn } = await run({ Map: map({}, PASS, "EXPRESS") }, [1]);
    const [child] = (await listed(await mapRunOf(executionArn))).executions ?? [];
    expect(child?.executionArn).toBe(`${PREFIX}:express:${name}/each:${child?.name}`);
    const described = await client.send(new DescribeExecutionCommand({ executionArn: child?.executionArn }));
    expect(described.name).toMatch(/^[0-9a-f-]{36}:[0-9a-f-]{36}$/);
    const history = client.send(new GetExecutionHistoryCommand({ executionArn: child?.executionArn }));
    expect(await refusal(history)).toBe("InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'");
  });

  test("that are aborted past the threshold tell of the map run, with no error", async () => {
    const { executionArn } = await run({ Map: map({ MaxConcurrency: 2 }, BY_INPUT) }, ["wait", "fail"]);
    const mapRunArn = await mapRunOf(executionArn);
    const [aborted] = (await listed(mapRunArn, { statusFilter: "ABORTED" })).executions ?? [];
    const described = await client.send(new DescribeExecutionCommand({ executionArn: aborted?.executionArn }));
    expect(described).toMatchObject({
      cause: `The map run execution [${mapRunArn}] which was managing this resource was aborted`,
      redriveStatus: "REDRIVABLE_BY_MAP_RUN",
    });
    expect(described.error).toBeUndefined();
    const events = await eventsOf(aborted?.executionArn ?? "");
    expect(events.at(-1)).toMatchObject({ type: "ExecutionAborted", previousEventId: 0 });
    expect(events.map(({ type }) => type)).not.toContain("WaitStateAborted");
  });

  test("see no Map item and no link to the parent in their context", async () => {
    const context = chain({ Context: { Type: "Pass", Parameters: { "context.$": "$$" } } });
    const { name, output } = await run({ Map: map({}, context) }, [7]);
    const [{ context: seen }] = JSON.parse(output ?? "") as [{ context: Record<string, JsonObject> }];
    expect(Object.keys(seen)).toEqual(["Execution", "StateMachine", "State"]);
    expect(seen["StateMachine"]).toEqual({ Id: `${PREFIX}:stateMachine:${name}/each`, Name: name });
    expect(Object.keys(seen["Execution"] ?? {})).toEqual([
      "Id",
      "Input",
      "StartTime",
      "Name",
      "RoleArn",
      "RedriveCount",
    ]);
    expect(seen["Execution"]).toMatchObject({ Input: 7, RedriveCount: 0 });
  });
});

describe("counts", () => {
  test("of batches: items are items, executions are batches, and the children are wrapped", async () => {
    const fields = { ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { "of.$": "$.of" } }, ItemsPath: "$.items" };
    const { executionArn, output } = await run({ Map: map(fields) }, { items: [1, 2, 3, 4, 5], of: "x" });
    const batch = (...Items: number[]) => ({ BatchInput: { of: "x" }, Items });
    expect(output).toBe(JSON.stringify([batch(1, 2), batch(3, 4), batch(5)]));
    const mapRunArn = await mapRunOf(executionArn);
    expect(await describeRun(mapRunArn)).toMatchObject({
      itemCounts: { ...NO_COUNTS, total: 5, succeeded: 5, resultsWritten: 5 },
      executionCounts: { ...NO_COUNTS, total: 3, succeeded: 3, resultsWritten: 3 },
    });
    const { executions = [] } = await listed(mapRunArn);
    expect(executions.map(({ itemCount }) => itemCount).sort()).toEqual([1, 2, 2]);
  });

  test("of a run of no items", async () => {
    const { executionArn, output } = await run({ Map: map() }, []);
    expect(output).toBe("[]");
    const described = await describeRun(await mapRunOf(executionArn));
    expect(described).toMatchObject({ status: "SUCCEEDED", maxConcurrency: 10_000, toleratedFailureCount: 0 });
    expect(described.itemCounts).toMatchObject({ ...NO_COUNTS, resultsWritten: 0 });
  });

  test("of a run that goes on: what waits is pending, and nothing is counted twice at the end", async () => {
    const fields = { MaxConcurrency: 1, ItemBatcher: { MaxItemsPerBatch: 2 }, ToleratedFailurePercentage: 100 };
    const { executionArn } = await start({ Map: map(fields, WAIT) }, [1, 2, 3, 4, 5]);
    const mapRunArn = await mapRunOf(executionArn);
    const running = () => describeRun(mapRunArn);
    await expect.poll(async () => (await running()).itemCounts).toMatchObject({ pending: 3, running: 2, total: 5 });
    expect((await running()).executionCounts).toMatchObject({ pending: 2, running: 1, total: 3 });
    const [child] = (await listed(mapRunArn)).executions ?? [];
    await client.send(new StopExecutionCommand({ executionArn: child?.executionArn }));
    await expect.poll(async () => (await running()).itemCounts).toMatchObject({ pending: 1, running: 2, aborted: 2 });
    expect((await running()).executionCounts).toMatchObject({ pending: 1, running: 1, aborted: 1, total: 3 });
    await client.send(new StopExecutionCommand({ executionArn }));
  });

  test("of failures: a batch that fails counts all of its items against the threshold", async () => {
    const fields = (ToleratedFailureCount: number) => ({ ItemBatcher: { MaxItemsPerBatch: 3 }, ToleratedFailureCount });
    const fails = chain({ F: FAIL.States.Fail });
    expect((await run({ Map: map(fields(2), fails) }, [1, 2, 3])).status).toBe("FAILED");
    expect((await run({ Map: map(fields(3), fails) }, [1, 2, 3])).status).toBe("SUCCEEDED");
  });
});

describe("limits of a map run", () => {
  test("can be changed while it runs, and no longer when it has ended; its children cannot be redriven one by one", async () => {
    const { executionArn } = await start(
      { Map: map({ MaxConcurrency: 1, ToleratedFailurePercentage: 50 }, BY_INPUT) },
      ["wait", "wait"],
    );
    const mapRunArn = await mapRunOf(executionArn);
    await expect.poll(async () => (await describeRun(mapRunArn)).itemCounts?.running).toBe(1);
    await client.send(new UpdateMapRunCommand({ mapRunArn, maxConcurrency: 0, toleratedFailurePercentage: 1.5 }));
    await expect.poll(async () => (await describeRun(mapRunArn)).itemCounts?.running).toBe(2);
    expect(await describeRun(mapRunArn)).toMatchObject({ maxConcurrency: 10_000, toleratedFailurePercentage: 1.5 });
    await client.send(new StopExecutionCommand({ executionArn }));
    await expect.poll(async () => (await describeRun(mapRunArn)).status).toBe("ABORTED");
    const late = client.send(new UpdateMapRunCommand({ mapRunArn, maxConcurrency: 1 }));
    await expect(late).rejects.toMatchObject({
      name: "ValidationException",
      reason: "CANNOT_UPDATE_COMPLETED_MAP_RUN",
    });
    const [child] = (await listed(mapRunArn)).executions ?? [];
    const redrive = client.send(new RedriveExecutionCommand({ executionArn: child?.executionArn }));
    await expect(redrive).rejects.toMatchObject({
      name: "ValidationException",
      reason: "API_DOES_NOT_SUPPORT_LABELED_ARNS",
    });
  });
});

describe("Retry and Catch of a distributed Map", () => {
  test("Retry makes a new map run, Catch takes the error of the last", async () => {
    const recovered = {
      Retry: [{ ErrorEquals: ["States.ExceedToleratedFailureThreshold"], IntervalSeconds: 1, MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }],
      End: true,
    };
    const { executionArn, output } = await run({ Map: map(recovered, BY_INPUT), Caught: { Type: "Pass", End: true } }, [
      "fail",
    ]);
    expect(JSON.parse(output ?? "")).toMatchObject({ Error: "States.ExceedToleratedFailureThreshold" });
    const arns = (await mapRunsOf(executionArn)).map(({ mapRunArn }) => mapRunArn);
    expect(new Set(arns).size).toBe(2);
  });
});

describe("Maps in Maps", () => {
  const inner = (mode: JsonObject, fields: JsonObject = {}) =>
    chain({ Inner: { Type: "Map", ItemProcessor: { ...PASS, ...mode }, ...fields } });

  test("inline ones in children of both types, distributed ones in STANDARD children", async () => {
    const distributed = { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" } };
    for (const states of [
      { Map: map({}, inner({}), "STANDARD") },
      { Map: map({}, inner({}), "EXPRESS") },
      { Map: map({}, inner(distributed, { Label: "inner" }), "STANDARD") },
    ]) {
      expect((await run(states, [[1, 2], [3]])).output).toBe("[[1,2],[3]]");
    }
  });

  test("a distributed one in an EXPRESS child is refused when the state machine is created", async () => {
    const distributed = { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" } };
    const states = { Map: map({}, inner(distributed), "EXPRESS") };
    expect(await refusal(create("nested-express", chain(states)))).toContain("InvalidDefinition");
  });
});
