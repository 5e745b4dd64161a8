import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localEndpoint } from "../../lib/aws/local-endpoint.js";
import { type Server, startServer } from "../../lib/serve/server.js";
import { runCli, startCli } from "./run-cli.js";

/** Fails as long as an object is missing. */
const READS = {
  StartAt: "Read",
  States: {
    Read: {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:s3:headObject",
      Parameters: { Bucket: "things", "Key.$": "$.key" },
      ResultSelector: { "size.$": "$.ContentLength" },
      End: true,
    },
  },
};
const processor = { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }, ...READS };
const EACH = {
  StartAt: "Each",
  States: { Each: { Type: "Map", MaxConcurrency: 1, ItemProcessor: processor, End: true } },
};
const SLOW = { StartAt: "W", States: { W: { Type: "Wait", Seconds: 600, End: true } }, TimeoutSeconds: 2 };

let cwd: string;
let server: Server;
let client: SFNClient;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "fanout-"));
  server = await startServer({ data: join(cwd, "data"), logDirectory: join(cwd, "logs") });
  client = new SFNClient(localEndpoint(server.url, server.region));
  await fetch(`${server.url}/things`, { method: "PUT" });
  for (const [name, definition] of Object.entries({ READS, EACH, SLOW })) {
    const roleArn = "arn:aws:iam::000000000000:role/r";
    await client.send(new CreateStateMachineCommand({ name, roleArn, definition: JSON.stringify(definition) }));
  }
});

afterAll(async () => {
  client.destroy();
  await server.close();
  rmSync(cwd, { recursive: true });
});

const options = () => ({
  cwd,
  env: { AWS_ENDPOINT_URL: server.url, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
});
const redrive = (...args: string[]) => runCli(["redrive", ...args], options());
const put = async (key: string) => {
  expect((await fetch(`${server.url}/things/${key}`, { method: "PUT", body: key })).status).toBe(200);
};
const start = async (machine: string, input: unknown) => {
  const stateMachineArn = `arn:aws:states:us-east-1:000000000000:stateMachine:${machine}`;
  const { executionArn = "" } = await client.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  return executionArn;
};

describe("an execution that failed", () => {
  test("is redriven and waited for: its output on stdout, what happened on stderr, exit 0", async () => {
    const arn = await start("READS", { key: "one" });
    const again = await redrive(arn);
    expect([again.code, again.stdout]).toEqual([2, ""]);
    expect(again.stderr).toMatch(/^redriven arn:aws:states:us-east-1:000000000000:execution:READS:[\s\S]*Failed: S3\./);
    await put("one");
    const { code, stdout, stderr } = await redrive(arn);
    expect([code, stdout]).toEqual([0, '{"size":3}\n']);
    expect(stderr).toContain("Succeeded");
    const refused = await redrive(arn);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /^fanout: ExecutionNotRedrivable: Execution \S+ invalid for redrive as: Execution is SUCCEEDED .* \[FANOUT_AWS\]\n$/,
    );
  });

  test("with a map run: items that had succeeded stay, all are counted", async () => {
    await put("a");
    const arn = await start("EACH", [{ key: "a" }, { key: "bb" }]);
    await expect.poll(async () => (await redrive(arn)).code, { timeout: 20_000 }).toBe(2);
    await put("bb");
    const { code, stdout } = await redrive(arn, "--json", "--out", "out.json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      status: "SUCCEEDED",
      executionArn: arn,
      mapRuns: [{ status: "SUCCEEDED", items: { total: 2, succeeded: 2, failed: 0 } }],
    });
    expect(readFileSync(join(cwd, "out.json"), "utf8")).toBe('[{"size":1},{"size":2}]\n');
  });

  test("that nobody waits for, or not so long, goes on", async () => {
    const arn = await start("SLOW", {});
    const child = startCli(["redrive", arn, "--timeout", "1"], options());
    // Refused as long as it runs.
    expect((await child.ended).code).toBe(1);
    await expect.poll(async () => (await redrive(arn, "--no-wait")).code, { timeout: 20_000, interval: 500 }).toBe(0);
    const again = await start("SLOW", {});
    await expect
      .poll(async () => (await redrive(again, "--timeout", "1")).code, { timeout: 20_000, interval: 500 })
      .toBe(124);
  });
});

test.each([
  ["what is no ARN", ["order"], /is no ARN of an execution/],
  [
    "the ARN of a state machine",
    ["arn:aws:states:us-east-1:000000000000:stateMachine:A:1"],
    /another thing \(stateMachine\)/,
  ],
  ["a child", ["arn:aws:states:us-east-1:000000000000:execution:A/label:c"], /give the ARN of that one/],
  ["a map run", ["arn:aws:states:us-east-1:000000000000:mapRun:A/label:c"], /give the ARN of that one/],
  ["an EXPRESS execution", ["arn:aws:states:us-east-1:000000000000:express:A:b:c"], /EXPRESS execution, which cannot/],
  ["one that is not there", ["arn:aws:states:us-east-1:000000000000:execution:A:b"], /ExecutionDoesNotExist/],
  [
    "flags that exclude each other",
    ["arn:aws:states:us-east-1:000000000000:execution:A:b", "--no-wait", "--out", "f"],
    /exclude each other/,
  ],
])("%s is one line, exit 1", async (_what, args, expected) => {
  const { code, stdout, stderr } = await redrive(...args);
  expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(expected)]);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});
