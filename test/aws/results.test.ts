import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { localEndpoint } from "../../lib/aws/local-endpoint.js";
import { type RunResult, results } from "../../lib/aws/results.js";
import { type Endpoint, openEndpoint, PREFIX, WAIT } from "../serve/endpoint.js";

/** Items that are 3 fail; others are put into `{ got }`. */
const PROCESSOR = {
  ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
  StartAt: "Is3",
  States: {
    Is3: { Type: "Choice", Choices: [{ Variable: "$", NumericEquals: 3, Next: "No" }], Default: "Yes" },
    No: { Type: "Fail", Error: "Three", Cause: "3 is not liked" },
    Yes: { Type: "Pass", Parameters: { "got.$": "$" }, End: true },
  },
};

const machineOf = (fields: object) => ({
  StartAt: "M",
  States: { M: { Type: "Map", ItemProcessor: PROCESSOR, ...fields, End: true } },
});

const WRITER = { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "results", Prefix: "r" } };
const TOLERANT = { ToleratedFailurePercentage: 100 };

let endpoint: Endpoint;
let client: SFNClient;
let s3: S3Client;

beforeAll(async () => {
  endpoint = await openEndpoint();
  client = endpoint.client;
  s3 = new S3Client(localEndpoint(endpoint.server.url, "eu-west-1"));
  await s3.send(new CreateBucketCommand({ Bucket: "results" }));
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
});

afterAll(() => {
  vi.unstubAllEnvs();
  s3.destroy();
});

let machines = 0;

/** The ARN of an execution that has ended. */
async function executed(definition: object, input: unknown): Promise<string> {
  const stateMachineArn = await endpoint.create(`M${machines++}`, definition);
  const { executionArn = "" } = await client.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  await endpoint.ended(executionArn);
  return executionArn;
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
}

const options = () => ({ endpoint: endpoint.server.url });
const THREE = { name: "Three", message: "3 is not liked" };

describe("an execution has its results", () => {
  test("in its output, where there are few", async () => {
    const arn = await executed(machineOf({}), [1, 2]);
    expect(await all(results(arn, options()))).toEqual([
      { index: 0, status: "SUCCEEDED", output: { got: 1 } },
      { index: 1, status: "SUCCEEDED", output: { got: 2 } },
    ]);
  });

  test("in its output, what failed among them", async () => {
    const arn = await executed(machineOf(TOLERANT), [1, 3]);
    expect(await all(results(arn, options()))).toMatchObject([
      { index: 0, status: "SUCCEEDED", output: { got: 1 } },
      { index: 1, status: "FAILED", error: THREE, input: 3 },
    ]);
  });

  test("in its output as JSON lines", async () => {
    const arn = await executed(machineOf({ ResultWriter: { WriterConfig: { OutputType: "JSONL" } } }), [1, 2]);
    expect((await all(results(arn, options()))).map(({ index }) => index)).toEqual([0, 1]);
  });

  test("in files, wherever the output names them", async () => {
    const arn = await executed(
      machineOf({ ...TOLERANT, ResultWriter: WRITER, ResultPath: "$.done.map", ItemsPath: "$.of" }),
      {
        of: [1, 3, 5],
      },
    );
    const run = results<{ got: number }, number>(arn, options());
    expect((await all(run.ordered())).map(({ index, input, status }) => [index, input, status])).toEqual([
      [0, 1, "SUCCEEDED"],
      [1, 3, "FAILED"],
      [2, 5, "SUCCEEDED"],
    ]);
    expect((await all(run.succeeded())).map(({ output }) => output.got)).toEqual([1, 5]);
    expect((await all(run.failed())).map(({ error, input }) => [input, error])).toEqual([[3, THREE]]);
    // As often as is wanted.
    expect(await all(run)).toHaveLength(3);
  });

  test("in files, though it failed, as its definition says", async () => {
    const arn = await executed(machineOf({ ResultWriter: WRITER, MaxConcurrency: 1 }), [1, 3, 5, 6, 7, 8]);
    expect((await client.send(new DescribeExecutionCommand({ executionArn: arn }))).status).toBe("FAILED");
    const found = await all(results(arn, options()).ordered());
    expect(found.slice(0, 2).map(({ index, status }) => [index, status])).toEqual([
      [0, "SUCCEEDED"],
      [1, "FAILED"],
    ]);
    expect(found.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(found.at(-1)).toMatchObject({ status: "UNPROCESSED", input: 8 });
  });

  test("of all its attempts, when it has been redriven", async () => {
    const items = [1, 3, 5, 6, 7, 8];
    const arn = await executed(machineOf({ ResultWriter: WRITER, MaxConcurrency: 1 }), items);
    for (let attempt = 1; attempt <= 2; attempt++) {
      await client.send(new RedriveExecutionCommand({ executionArn: arn }));
      await endpoint.ended(arn);
    }
    const found = await all(results(arn, options()).ordered());
    const before = found.filter(({ status }) => status !== "UNPROCESSED");
    expect(found.map(({ index, input }) => [index, input])).toEqual([...items.entries()]);
    expect(before.length).toBeGreaterThan(1);
    expect(before.map(({ status }) => status)).toEqual(
      before.map(({ input }) => (input === 3 ? "FAILED" : "SUCCEEDED")),
    );
  });

  test("by the ARN of its map run too", async () => {
    const arn = await executed(machineOf({ ...TOLERANT, ResultWriter: WRITER }), [1, 3]);
    const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn: arn }));
    expect(await all(results(mapRuns[0]?.mapRunArn ?? "", options()))).toHaveLength(2);
  });
});

test("results in S3, by prefix or manifest, with items from S3", async () => {
  const arn = await executed(
    machineOf({
      ...TOLERANT,
      ResultWriter: {
        ...WRITER,
        WriterConfig: { Transformation: "COMPACT" },
        Parameters: { Bucket: "results", Prefix: "alone" },
      },
    }),
    [1, 3, 5],
  );
  await s3.send(new PutObjectCommand({ Bucket: "results", Key: "items.jsonl", Body: "1\n3\n5\n" }));
  const { output = "" } = await client.send(new DescribeExecutionCommand({ executionArn: arn }));
  const { Key } = (JSON.parse(output) as { ResultWriterDetails: { Key: string } }).ResultWriterDetails;
  const given = { ...options(), region: "eu-west-1", items: "s3://results/items.jsonl" };
  for (const run of ["s3://results/alone", `s3://results/${Key}`]) {
    expect((await all(results(run, given))).map(({ input, status }) => [input, status])).toEqual([
      [1, "SUCCEEDED"],
      [3, "FAILED"],
      [5, "SUCCEEDED"],
    ]);
  }
});

test("results in a folder, by its path or URL", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fanout-results-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const mapRunArn = `${PREFIX}:mapRun:M/L:0b5c3f2e-0000-4000-8000-000000000000`;
  writeFileSync(join(folder, "SUCCEEDED_0.jsonl"), '{"a":1}\n');
  const files = { FAILED: [], PENDING: [], SUCCEEDED: [{ Key: "x/SUCCEEDED_0.jsonl", Size: 8 }] };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ MapRunArn: mapRunArn, ResultFiles: files }));
  const found: RunResult[] = await all(results(pathToFileURL(folder)));
  expect(found).toEqual([{ index: 0, status: "SUCCEEDED", output: { a: 1 } }]);
  expect(await all(results(join(folder, "manifest.json")))).toEqual(found);
});

describe("what has no results says why", () => {
  test.each([
    [`${PREFIX}:stateMachine:M`, /is the ARN of no execution and no map run/],
    [`${PREFIX}:express:M:n:u`, /is the ARN of an EXPRESS execution/],
    [`${PREFIX}:execution:M0:nobody`, /ExecutionDoesNotExist/],
    ["s3://results/nothing", /s3:\/\/results\/nothing: has no manifest\.json/],
    ["s3://nowhere/x", /s3:\/\/nowhere\/x.*NoSuchBucket/],
    ["s3://", /it must be s3:\/\/BUCKET\/PREFIX/],
    ["no/such/folder", /no\/such\/folder: there is no such file or folder/],
  ])("%s", async (run, message) => {
    await expect(all(results(run, { ...options(), region: "eu-west-1" }))).rejects.toThrow(message);
  });

  test("several runs below a prefix", async () => {
    for (const input of [[1], [2]]) {
      const writer = { ...WRITER, Parameters: { Bucket: "results", Prefix: "two" } };
      await executed(machineOf({ ResultWriter: writer }), input);
    }
    await expect(all(results("s3://results/two", { ...options(), region: "eu-west-1" }))).rejects.toThrow(
      /has the results of several runs, give one: two\/.*\/manifest\.json, two\//,
    );
  });

  test("an output without any, an execution that still runs, and one that failed before there were any", async () => {
    const pass = { StartAt: "P", States: { P: { Type: "Pass", End: true } } };
    await expect(all(results(await executed(pass, {}), options()))).rejects.toThrow(/has no results: it is no array/);
    const fail = { StartAt: "F", States: { F: { Type: "Fail", Error: "E" } } };
    await expect(all(results(await executed(fail, {}), options()))).rejects.toThrow(/no output and no map run/);
    const stateMachineArn = await endpoint.create("Waiting", WAIT);
    const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn }));
    onTestFinished(async () => void (await client.send(new StopExecutionCommand({ executionArn }))));
    await expect(all(results(executionArn, options()))).rejects.toThrow(/is still running/);
  });
});
