import { SFNClient, StartSyncExecutionCommand, TestStateCommand } from "@aws-sdk/client-sfn";
import { afterEach, expect, test, vi } from "vitest";
import { connect } from "../../lib/aws/client.js";
import { describeStateMachine } from "../../lib/aws/describe.js";
import { withoutHostPrefix } from "../../lib/aws/host-prefix.js";
import { loadSdk } from "../../lib/aws/sdk.js";
import { fakeStates, MACHINE, standard } from "./fake-states.js";

afterEach(() => vi.unstubAllEnvs());

const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const sync = new StartSyncExecutionCommand({ stateMachineArn: MACHINE });
const answers = { StartSyncExecution: () => ({ status: "SUCCEEDED" }), TestState: () => ({ status: "SUCCEEDED" }) };

test("a custom endpoint gets StartSyncExecution and TestState under its own name", async () => {
  const { url, calls } = await fakeStates(answers);
  const client = withoutHostPrefix(new SFNClient({ endpoint: url, region: "eu-west-1", credentials }));
  await client.send(sync);
  await client.send(new TestStateCommand({ definition: "{}" }));
  expect(calls.map(({ operation, host }) => [operation, `http://${host}`])).toEqual([
    ["StartSyncExecution", url],
    ["TestState", url],
  ]);
});

test("so does one that is named in the environment", async () => {
  const { url, calls } = await fakeStates(answers);
  vi.stubEnv("AWS_ENDPOINT_URL_SFN", url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  await (await connect({ region: "eu-west-1" })).send(sync);
  expect(calls).toHaveLength(1);
  expect(calls[0]?.authorization).toContain("/eu-west-1/states/aws4_request");
});

/** The host that a client would send StartSyncExecution to. */
async function hostOf(client: SFNClient): Promise<string> {
  let host = "";
  client.middlewareStack.add(
    (_next, _context) => (args) => {
      host = (args as unknown as { request: { hostname: string } }).request.hostname;
      throw new Error("not sent");
    },
    { step: "finalizeRequest", priority: "low" },
  );
  await expect(client.send(sync)).rejects.toThrow("not sent");
  return host;
}

test.each([
  ["eu-west-1", {}, "sync-states.eu-west-1.amazonaws.com"],
  ["cn-north-1", {}, "sync-states.cn-north-1.amazonaws.com.cn"],
  ["us-gov-west-1", {}, "sync-states.us-gov-west-1.amazonaws.com"],
  ["us-east-1", { useFipsEndpoint: true }, "sync-states-fips.us-east-1.amazonaws.com"],
  ["eu-west-1", { endpoint: "http://states.localhost:4566" }, "states.localhost"],
  ["eu-west-1", { endpoint: "https://aws.example.com" }, "aws.example.com"],
])("in %s with %j the host is %s", async (region, options, host) => {
  expect(await hostOf(withoutHostPrefix(new SFNClient({ region, credentials, ...options })))).toBe(host);
});

test("a package that is not installed is told with the command that installs it", async () => {
  const missing = Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
  await expect(loadSdk(() => Promise.reject(missing))).rejects.toMatchObject({
    code: "FANOUT_PACKAGE_MISSING",
    message: expect.stringContaining("npm install @aws-sdk/client-sfn"),
  });
});

test("a package that is broken is not called missing", async () => {
  await expect(loadSdk(() => Promise.reject(new SyntaxError("bad")))).rejects.toThrow(SyntaxError);
});

test.each([
  ["has none", { StartAt: "A", States: {} }, false],
  ["has one", { States: { M: { ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED" } } } } }, true],
])("a definition tells whether there may be map runs: it %s", async (_what, definition, expected) => {
  const { url } = await fakeStates(standard(definition));
  const client = new SFNClient({ endpoint: url, region: "eu-west-1", credentials });
  expect(await describeStateMachine(client, MACHINE)).toEqual({
    arn: MACHINE,
    name: "order",
    type: "STANDARD",
    mayHaveMapRuns: expected,
  });
});

test("where the definition may not be seen there may be map runs", async () => {
  const { url } = await fakeStates({ DescribeStateMachine: () => ({ name: "order", type: "EXPRESS" }) });
  const client = new SFNClient({ endpoint: url, region: "eu-west-1", credentials });
  expect(await describeStateMachine(client, MACHINE)).toMatchObject({ type: "EXPRESS", mayHaveMapRuns: true });
});
