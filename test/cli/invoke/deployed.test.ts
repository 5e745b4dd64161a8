import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import { expect, test } from "vitest";
import {
  AwsError,
  awsEnvironment,
  EXECUTION,
  fakeStates,
  MACHINE,
  running,
  type Script,
  standard,
  succeeded,
} from "../../aws/fake-states.js";
import { BIN, type CliResult, folderWith, namesIn, runCli, startCli } from "../run-cli.js";

/** Runs `fanout invoke` against an endpoint that answers what a deployed state machine may answer. */
async function invoke(script: Script, args: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const { url, calls } = await fakeStates(script);
  const cwd = folderWith(files);
  const result: CliResult = await runCli(["invoke", ...args], { cwd, env: awsEnvironment(url) });
  return { ...result, calls, cwd };
}

const DISTRIBUTED = { States: { FanOut: { ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED" } } } } };
const RUN = "arn:aws:states:eu-west-1:111122223333:mapRun:order/FanOut:1";

test("the output is printed as it came, without a word around it", async () => {
  const { code, stdout, stderr } = await invoke(standard({}, running, succeeded), [MACHINE]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '{"total": 3.0}\n' });
  expect(stderr).toBe(`started ${EXECUTION}\nSucceeded\n  duration  1.25 s\n`);
});

test("the region is that of the ARN, a flag counts more", async () => {
  const own = await invoke(standard({}, succeeded), [MACHINE]);
  expect(own.calls.every(({ authorization }) => authorization.includes("/eu-west-1/states/"))).toBe(true);
  const flag = await invoke(standard({}, succeeded), [MACHINE, "--region", "us-west-2"]);
  expect(flag.calls.every(({ authorization }) => authorization.includes("/us-west-2/states/"))).toBe(true);
});

test("--endpoint-url counts more than the environment", async () => {
  const { url, calls } = await fakeStates(standard({}, succeeded));
  const env = awsEnvironment("http://127.0.0.1:1");
  const { code } = await runCli(["invoke", MACHINE, "--endpoint-url", url], { cwd: folderWith({}), env });
  expect(code).toBe(0);
  expect(calls.map(({ operation }) => operation)).toEqual([
    "DescribeStateMachine",
    "StartExecution",
    "DescribeExecution",
  ]);
});

test("--profile brings the credentials, the region and the endpoint of a profile", async () => {
  const { url, calls } = await fakeStates({
    ListStateMachines: () => ({ stateMachines: [{ name: "order", stateMachineArn: MACHINE, type: "STANDARD" }] }),
    ListTagsForResource: () => ({ tags: [{ key: "aws:cloudformation:stack-name", value: "Shop" }] }),
    ...standard({}, succeeded),
  });
  const cwd = folderWith({
    config: `[profile dev]\nregion = ap-southeast-2\nendpoint_url = ${url}\n`,
    credentials: "[dev]\naws_access_key_id = DEVKEY\naws_secret_access_key = secret\n",
  });
  const env = { AWS_CONFIG_FILE: join(cwd, "config"), AWS_SHARED_CREDENTIALS_FILE: join(cwd, "credentials") };
  const { code, stderr } = await runCli(["invoke", "--stack", "Shop", "--profile", "dev"], { cwd, env });
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("Succeeded") });
  expect(calls.length).toBeGreaterThan(3);
  for (const { authorization } of calls)
    expect(authorization).toMatch(/Credential=DEVKEY\/\d+\/ap-southeast-2\/states/);
});

test("input from a file and a name are sent, an output goes into a file", async () => {
  const args = [MACHINE, "--input", "@in.json", "--name", "one", "--out", "out.json", "--json"];
  const { code, stdout, calls, cwd } = await invoke(standard({}, succeeded), args, { "in.json": '{"n": 1.0}' });
  expect(code).toBe(0);
  expect(calls[1]?.input).toEqual({ stateMachineArn: MACHINE, name: "one", input: '{"n": 1.0}' });
  expect(readFileSync(join(cwd, "out.json"), "utf8")).toBe('{"total": 3.0}\n');
  expect(JSON.parse(stdout)).toEqual({
    status: "SUCCEEDED",
    executionArn: EXECUTION,
    startDate: "2025-06-15T15:06:40.250Z",
    stopDate: "2025-06-15T15:06:41.500Z",
    durationMs: 1250,
    mapRuns: [],
  });
});

test("an output that cannot be written is told of before anything is started", async () => {
  const { code, stderr, calls } = await invoke(standard({}, succeeded), [MACHINE, "--out", "none/out.json"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^fanout: none\/out\.json: .* \[FANOUT_OUTPUT_UNWRITABLE\]\n$/);
  expect(calls.map(({ operation }) => operation)).not.toContain("StartExecution");
});

test.runIf(existsSync("/dev/full"))("an output that cannot be written to stdout is no success", async () => {
  const { url } = await fakeStates(standard({}, succeeded));
  const [command, ...args] = [process.execPath, BIN, "invoke", MACHINE];
  const full = openSync("/dev/full", "w");
  const env = { ...process.env, ...awsEnvironment(url) };
  const child = spawn(command, args, { env, stdio: ["ignore", full, "pipe"] });
  closeSync(full);
  const [stderr, [code]] = await Promise.all([textOf(child.stderr as Readable), once(child, "close")]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/\nfanout: stdout cannot be written: .*ENOSPC.* \[FANOUT_OUTPUT_UNWRITABLE\]\n$/);
});

test("an execution that fails leaves no file and exits with 2", async () => {
  const failed = { ...running, status: "FAILED", stopDate: 1_750_000_002, error: "Broke", cause: "no money" };
  const { code, stdout, stderr, cwd } = await invoke(standard({}, failed), [MACHINE, "--out", "out.json"]);
  expect({ code, stdout, files: namesIn(cwd) }).toEqual({ code: 2, stdout: "", files: [] });
  expect(stderr).toContain("Failed: Broke: no money\n");
});

test("map runs are counted at the end", async () => {
  const script: Script = {
    ...standard(DISTRIBUTED, running, succeeded),
    ListMapRuns: () => ({
      mapRuns: [{ mapRunArn: RUN, executionArn: EXECUTION, stateMachineArn: MACHINE, startDate: 1 }],
    }),
    DescribeMapRun: () => ({
      mapRunArn: RUN,
      status: "SUCCEEDED",
      itemCounts: { total: 40, succeeded: 39, failed: 1 },
    }),
  };
  const { code, stderr, stdout } = await invoke(script, [MACHINE, "--json"]);
  expect(code).toBe(0);
  expect(stderr).toContain("  items     40: 39 succeeded, 1 failed\n");
  expect(JSON.parse(stdout)).toMatchObject({
    mapRuns: [{ mapRunArn: RUN, status: "SUCCEEDED", items: { failed: 1 } }],
  });
});

test("map runs that may not be seen are no failure", async () => {
  const script = {
    ...standard(DISTRIBUTED, succeeded),
    ListMapRuns: () => new AwsError("AccessDeniedException", "no"),
  };
  const { code, stderr } = await invoke(script, [MACHINE]);
  expect(code).toBe(0);
  expect(stderr).not.toContain("items");
});

test("with --quiet there is the output and nothing else", async () => {
  const { stdout, stderr } = await invoke(standard({}, succeeded), [MACHINE, "--quiet"]);
  expect({ stdout, stderr }).toEqual({ stdout: '{"total": 3.0}\n', stderr: "" });
});

test("an execution that can no longer be watched goes on, and how to stop it is said", async () => {
  const script = standard({}, running, new AwsError("ExpiredTokenException", "The token has expired"));
  const { code, stderr } = await invoke(script, [MACHINE]);
  expect(code).toBe(1);
  expect(stderr.split("\n").slice(1)).toEqual([
    "fanout: ExpiredTokenException: The token has expired [FANOUT_AWS]",
    "The execution goes on. To stop it:",
    `  aws stepfunctions stop-execution --execution-arn ${EXECUTION} --region eu-west-1`,
    "",
  ]);
});

test("a start that is interrupted may have happened: its ARN is known by the name", async () => {
  const { url } = await fakeStates({ ...standard({}), StartExecution: () => "silence" });
  const args = ["invoke", MACHINE, "--name", "mine", "--timeout", "1", "--json"];
  const { code, stdout, stderr } = await runCli(args, { cwd: folderWith({}), env: awsEnvironment(url) });
  const arn = EXECUTION.replace(/one$/, "mine");
  expect(code).toBe(124);
  expect(JSON.parse(stdout)).toEqual({ status: "RUNNING", executionArn: arn });
  expect(stderr).toBe(
    `fanout: not ended within 1 s\nThe execution may have been started. To stop it:\n  aws stepfunctions stop-execution --execution-arn ${arn} --region eu-west-1\n`,
  );
});

test("an EXPRESS execution that is interrupted cannot be stopped, which is said", async () => {
  const { url } = await fakeStates({
    DescribeStateMachine: () => ({ name: "order", type: "EXPRESS", definition: "{}" }),
    StartSyncExecution: () => "silence",
  });
  const child = startCli(["invoke", MACHINE], { cwd: folderWith({}), env: awsEnvironment(url) });
  await child.said("started");
  child.kill("SIGTERM");
  const { code, stderr } = await child.ended;
  expect(code).toBe(143);
  expect(stderr).toContain("An EXPRESS execution cannot be stopped");
});

test("nothing is said of executions when it is interrupted before any", async () => {
  const { url, calls } = await fakeStates({ DescribeStateMachine: () => "silence" });
  const child = startCli(["invoke", MACHINE], { cwd: folderWith({}), env: awsEnvironment(url) });
  while (calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill("SIGINT");
  expect(await child.ended).toMatchObject({ code: 130, stdout: "", stderr: "" });
});

test.each([
  [
    "an endpoint that is not there",
    { AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
    /^fanout: Step Functions cannot be reached: .*ECONNREFUSED.* \[FANOUT_AWS\]\n$/,
  ],
  [
    "no package",
    { NODE_OPTIONS: `--import=${withoutSdk()}` },
    /^fanout: the AWS SDK's client of Step Functions is not installed: npm install @aws-sdk\/client-sfn \[FANOUT_PACKAGE_MISSING\]\n$/,
  ],
])("%s is one clear line", async (_what, env, line) => {
  const given = { ...awsEnvironment("http://127.0.0.1:1"), ...env };
  const { code, stdout, stderr } = await runCli(["invoke", MACHINE, "--json"], { cwd: folderWith({}), env: given });
  expect(code).toBe(1);
  expect(stderr).toMatch(line);
  expect(JSON.parse(stdout)).toMatchObject({ status: "NOT_RUN" });
});

/** A module that takes the SDK's client away from a process. */
function withoutSdk(): string {
  const hooks = `export async function resolve(name, context, next) {
    if (name !== "@aws-sdk/client-sfn") return next(name, context);
    throw Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
  }`;
  const url = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
  return url(`import { register } from "node:module"; register(${JSON.stringify(url(hooks))});`);
}
