import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateActivityCommand,
  CreateStateMachineAliasCommand,
  DeleteStateMachineCommand,
  DescribeActivityCommand,
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  ListTagsForResourceCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { type Server, type ServerOptions, startServer } from "../../lib/serve/server.js";
import { clientOf, type Endpoint, FAIL, helpers, PASS, refusal, temporaryFolder, WAIT } from "./endpoint.js";

/** Does something with an endpoint over a folder, and ends it. */
async function session<T>(
  data: string,
  act: (endpoint: Endpoint) => Promise<T>,
  options: ServerOptions = {},
): Promise<T> {
  const server: Server = await startServer({ region: "eu-west-1", data, ...options });
  const client = clientOf(server);
  try {
    return await act({ server, ...helpers(client) });
  } finally {
    client.destroy();
    expect(await server.close()).toBeUndefined();
  }
}

const MAP = {
  StartAt: "Each",
  States: {
    Each: {
      Type: "Map",
      Label: "each",
      ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }, ...PASS },
      End: true,
    },
  },
};

test("everything is there again: state machines with versions, aliases and tags, activities", async () => {
  const data = temporaryFolder();
  const look = async ({ client }: Endpoint, arn: string) => ({
    machine: await client.send(new DescribeStateMachineCommand({ stateMachineArn: arn })),
    version: await client.send(new DescribeStateMachineCommand({ stateMachineArn: `${arn}:1` })),
    alias: await client.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn: `${arn}:PROD` })),
    tags: (await client.send(new ListTagsForResourceCommand({ resourceArn: arn }))).tags,
    activity: await client.send(new DescribeActivityCommand({ activityArn: arn.replace("stateMachine", "activity") })),
  });
  const plain = (seen: object) => JSON.parse(JSON.stringify(seen, (key, value) => (key === "$metadata" ? 0 : value)));
  const [arn, before] = await session(data, async (endpoint) => {
    const { client, create } = endpoint;
    const stateMachineArn = await create("kept", PASS, { publish: true, tags: [{ key: "k", value: "v" }] });
    const routingConfiguration = [{ stateMachineVersionArn: `${stateMachineArn}:1`, weight: 100 }];
    await client.send(new CreateStateMachineAliasCommand({ name: "PROD", routingConfiguration }));
    await client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(FAIL) }));
    await client.send(new CreateActivityCommand({ name: "kept" }));
    return [stateMachineArn, plain(await look(endpoint, stateMachineArn))] as const;
  });
  await session(data, async (endpoint) => {
    expect(plain(await look(endpoint, arn))).toEqual(before);
    const started = await endpoint.client.send(new StartExecutionCommand({ stateMachineArn: `${arn}:PROD` }));
    expect((await endpoint.ended(started.executionArn ?? "")).status).toBe("SUCCEEDED");
    expect(await refusal(endpoint.create("kept", FAIL))).toContain("created with a published version");
  });
});

test("executions that have ended are there again with their histories, map runs and children", async () => {
  const data = temporaryFolder();
  const look = async ({ client }: Endpoint, executionArn: string) => {
    const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
    const { mapRunArn } = mapRuns[0] ?? {};
    const { executions = [] } = await client.send(new ListExecutionsCommand({ mapRunArn }));
    const child = { executionArn: executions[0]?.executionArn };
    const seen = [
      await client.send(new DescribeExecutionCommand({ executionArn })),
      await client.send(new GetExecutionHistoryCommand({ executionArn })),
      await client.send(new DescribeMapRunCommand({ mapRunArn })),
      await client.send(new DescribeExecutionCommand(child)),
      await client.send(new GetExecutionHistoryCommand(child)),
      executions.map((each) => each.executionArn).sort(),
    ];
    return JSON.parse(JSON.stringify(seen, (key, value) => (key === "$metadata" ? 0 : value)));
  };
  const [executionArn, before] = await session(data, async (endpoint) => {
    const stateMachineArn = await endpoint.create("map", MAP);
    const started = await endpoint.client.send(new StartExecutionCommand({ stateMachineArn, input: "[1,2]" }));
    const { executionArn: arn = "" } = started;
    expect((await endpoint.ended(arn)).status).toBe("SUCCEEDED");
    return [arn, await look(endpoint, arn)] as const;
  });
  expect(JSON.stringify(before)).toContain("MapRunSucceeded");
  await session(data, async (endpoint) => expect(await look(endpoint, executionArn)).toEqual(before));
});

test("what runs at the end is aborted, its map run too, and is there as such", async () => {
  const data = temporaryFolder();
  const [waiting, mapping] = await session(data, async ({ client, create }) => {
    const processor = { ...MAP.States.Each.ItemProcessor, ...WAIT };
    const each = { ...MAP.States.Each, ItemProcessor: processor };
    const arns: string[] = [];
    for (const [name, definition] of [
      ["waits", WAIT],
      ["maps", { ...MAP, States: { Each: each } }],
    ] as const) {
      const stateMachineArn = await create(name, definition);
      const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn, input: "[1,2]" }));
      arns.push(executionArn);
    }
    const children = async () => {
      const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn: arns[1] }));
      const { mapRunArn } = mapRuns[0] ?? {};
      if (mapRunArn === undefined) return 0;
      return (await client.send(new ListExecutionsCommand({ mapRunArn }))).executions?.length;
    };
    await expect.poll(children).toBe(2);
    return arns;
  });
  await session(data, async ({ client }) => {
    for (const executionArn of [waiting, mapping]) {
      const { status, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
      expect([status, cause]).toEqual(["ABORTED", "The endpoint was stopped while the execution was running."]);
      const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true }));
      expect(events[0]?.type).toBe("ExecutionAborted");
    }
    const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn: mapping }));
    const { mapRunArn } = mapRuns[0] ?? {};
    const run = await client.send(new DescribeMapRunCommand({ mapRunArn }));
    expect([run.status, run.itemCounts?.aborted]).toEqual(["ABORTED", 2]);
  });
});

test("what was deleted stays away, on disk as well", async () => {
  const data = temporaryFolder();
  const executionArn = await session(data, async ({ client, create, ended }) => {
    const stateMachineArn = await create("deleted", PASS);
    const { executionArn: arn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn }));
    await ended(arn);
    await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
    return arn;
  });
  await session(data, async ({ client, create }) => {
    expect(await refusal(client.send(new DescribeExecutionCommand({ executionArn })))).toContain("DoesNotExist");
    await create("deleted", FAIL);
  });
  // What is left of them goes at the next start.
  for (const file of ["executions.jsonl", "histories.jsonl"]) {
    expect(existsSync(join(data, "stepfunctions", file))).toBe(false);
  }
});

test("a line that was cut off by the end of a process costs that line only", async () => {
  const data = temporaryFolder();
  const run = (endpoint: Endpoint, stateMachineArn: string) =>
    endpoint.client
      .send(new StartExecutionCommand({ stateMachineArn }))
      .then(({ executionArn = "" }) => endpoint.ended(executionArn));
  const log = join(data, "stepfunctions", "executions.jsonl");
  const arn = await session(data, async (endpoint) => {
    const stateMachineArn = await endpoint.create("cut", PASS);
    await run(endpoint, stateMachineArn);
    return stateMachineArn;
  });
  appendFileSync(log, '\n{"execution":{"arn":"arn:aws:st');
  await session(data, (endpoint) => run(endpoint, arn));
  await session(data, async ({ client }) => {
    const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn: arn }));
    expect(executions).toHaveLength(2);
  });
  expect(readFileSync(log, "utf8").split("\n").filter(Boolean)).toHaveLength(3);
});

test("a broken file is named", async () => {
  const data = temporaryFolder();
  await session(data, ({ create }) => create("broken", PASS));
  const file = join(data, "stepfunctions", "state-machines", "broken.json");
  writeFileSync(file, "{");
  await expect(startServer({ data })).rejects.toMatchObject({ code: "FANOUT_FILE_UNREADABLE", location: { file } });
});

test("a file is no folder to keep anything in", async () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  await expect(startServer({ data: file })).rejects.toMatchObject({ code: "FANOUT_OUTPUT_UNWRITABLE" });
});

test("what an earlier server ran is redriven, map runs and their children with it", async () => {
  const data = temporaryFolder();
  const reads = {
    StartAt: "Read",
    States: {
      Read: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:s3:headObject",
        Parameters: { Bucket: "things", "Key.$": "$" },
        ResultSelector: { "size.$": "$.ContentLength" },
        End: true,
      },
    },
  };
  const { ItemProcessor, ...each } = MAP.States.Each;
  const processor = { ...ItemProcessor, ...reads };
  const definition = { ...MAP, States: { Each: { ...each, MaxConcurrency: 1, ItemProcessor: processor } } };
  const put = (path: string, body: string) => async (endpoint: Endpoint) => {
    expect((await fetch(`${endpoint.server.url}/${path}`, { method: "PUT", body })).status).toBe(200);
  };
  const region =
    "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
  const executionArn = await session(data, async (endpoint) => {
    await put("things", region)(endpoint);
    await put("things/a", "1")(endpoint);
    const stateMachineArn = await endpoint.create("redriven", definition);
    const start = new StartExecutionCommand({ stateMachineArn, input: '["a","b","c"]' });
    const { executionArn: arn = "" } = await endpoint.client.send(start);
    expect(await endpoint.ended(arn)).toMatchObject({ status: "FAILED" });
    return arn;
  });
  for (const [key, status, redriveCount] of [
    ["b", "FAILED", 1],
    ["c", "SUCCEEDED", 2],
  ] as const) {
    await session(data, async (endpoint) => {
      await put(`things/${key}`, key)(endpoint);
      await endpoint.client.send(new RedriveExecutionCommand({ executionArn }));
      expect(await endpoint.ended(executionArn)).toMatchObject({ status, redriveCount });
    });
  }
  await session(data, async ({ client }) => {
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter(({ type }) => type === "MapRunRedriven")).toHaveLength(2);
    const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
    expect(mapRuns).toHaveLength(1);
    const mapRunArn = mapRuns[0]?.mapRunArn ?? "";
    const run = await client.send(new DescribeMapRunCommand({ mapRunArn }));
    expect(run).toMatchObject({ redriveCount: 2, executionCounts: { total: 3, succeeded: 3 } });
    const { executions = [] } = await client.send(new ListExecutionsCommand({ mapRunArn }));
    expect(executions.map(({ redriveCount }) => redriveCount).sort()).toEqual([0, 1, 1]);
  });
});
