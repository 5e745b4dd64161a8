import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { GetFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { DescribeStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { runCli } from "../cli/run-cli.js";
import { type Emulator, installEmulator, startEmulator } from "./emulator.js";

const run = promisify(execFile);
const root = new URL("../..", import.meta.url);
const region = "us-east-1";
const credentials = { accessKeyId: "test", secretAccessKey: "test" };

const CITIES = [
  { id: 1, name: "Honolulu", country: "US", population: 371_657, lat: 21.30694, lon: -157.85833 },
  { id: 2, name: "Hanga Roa", country: "CL", population: 3_304, lat: -27.15474, lon: -109.43241 },
];

let directory: string;
let emulator: Emulator | undefined;
/** Why there is no emulator here. */
let missing: string | undefined;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "fanout-deploy-"));
  missing = await installEmulator(directory);
  if (missing === undefined) emulator = await startEmulator(directory);
  else console.warn(`SKIPPED: the example app is not deployed, since there is ${missing}`);
}, 120_000);

afterAll(async () => {
  await emulator?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** The CDK's command line against the emulator and nothing else. */
async function cdk(endpoint: string, cwd: string | URL, ...args: string[]): Promise<void> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS_|CDK_)/.test(name));
  const env = {
    ...Object.fromEntries(inherited),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: region,
    CDK_HOME: directory,
    CDK_DISABLE_CLI_TELEMETRY: "true",
    CI: "true",
  };
  const program = new URL("node_modules/aws-cdk/bin/cdk", root).pathname;
  await run(process.execPath, [program, ...args, "--no-notices"], { cwd, env, timeout: 60_000 });
}

/** Skips the test that runs where there is no emulator. */
function endpointOrSkip(context: TestContext): string {
  if (emulator === undefined) return context.skip(missing);
  return emulator.endpoint;
}

/** The outputs of the deployed stack by the part of their names that stays. */
async function outputs(): Promise<Record<"machine" | "task" | "results" | "data", string>> {
  const file = JSON.parse(await readFile(join(directory, "outputs.json"), "utf8")) as {
    FanoutExample: Record<string, string>;
  };
  const find = (part: string) => {
    const value = Object.entries(file.FanoutExample).find(([name]) => name.includes(part))?.[1];
    if (value === undefined) throw new Error(`no output ${part}`);
    return value;
  };
  return {
    machine: find("NearestStateMachineArn"),
    task: find("NearestTaskFunctionName"),
    results: find("NearestResultsBucketName"),
    data: find("DataBucketName"),
  };
}

describe("the example app", { shuffle: false }, () => {
  it("deploys into a bootstrapped account", { timeout: 90_000 }, async (context) => {
    const endpoint = endpointOrSkip(context);
    await cdk(endpoint, directory, "bootstrap", `aws://000000000000/${region}`);
    const where = ["--output", join(directory, "cdk.out"), "--outputs-file", join(directory, "outputs.json")];
    await cdk(endpoint, root, "deploy", "--require-approval", "never", ...where);
    expect(Object.keys(await outputs())).toHaveLength(4);
  });

  it("is there: the machine, its role, the function and the buckets", async (context) => {
    const endpoint = endpointOrSkip(context);
    const { machine, task, results, data } = await outputs();
    const client = { endpoint, region, credentials };

    const { definition, roleArn, type } = await new SFNClient(client).send(
      new DescribeStateMachineCommand({ stateMachineArn: machine }),
    );
    const lambda = new LambdaClient(client);
    const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: task }));
    expect(type).toBe("STANDARD");
    expect(JSON.parse(definition ?? "")).toMatchObject({
      States: {
        FanOut: {
          ItemReader: { Parameters: { Bucket: data, Key: "cities.jsonl" } },
          ItemProcessor: { States: { Task: { Parameters: { FunctionName: Configuration?.FunctionArn } } } },
          ResultWriter: { Parameters: { Bucket: results } },
        },
      },
    });
    expect(Configuration).toMatchObject({ Runtime: "nodejs24.x", Handler: "index.handler" });

    const role = await fetch(endpoint, {
      method: "POST",
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/iam/aws4_request` },
      body: new URLSearchParams({
        Action: "GetRole",
        Version: "2010-05-08",
        RoleName: roleArn?.split("/").at(-1) ?? "",
      }),
    });
    expect(decodeURIComponent(await role.text())).toContain('"Service": "states.amazonaws.com"');

    for (const bucket of [data, results]) {
      expect((await fetch(`${endpoint}/${bucket}`, { method: "HEAD" })).status).toBe(200);
    }
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName: task, Payload: '{"Items":[]}' }),
    );
    expect(FunctionError).toBeUndefined();
    expect(JSON.parse(Payload?.transformToString() ?? "")).toEqual([]);
  });

  it("runs when fanout invoke starts it", { timeout: 60_000 }, async (context) => {
    const endpoint = endpointOrSkip(context);
    const { machine, data } = await outputs();
    const items = `${endpoint}/${data}/cities.jsonl`;
    const lines = CITIES.map((city) => `${JSON.stringify(city)}\n`).join("");
    expect((await fetch(items, { method: "PUT", body: lines })).status).toBe(200);
    const env = { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region };
    const keys = { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey };
    const { code, stdout, stderr } = await runCli(["invoke", machine], { cwd: directory, env: { ...env, ...keys } });
    expect([code, stderr]).toEqual([0, expect.stringContaining("Succeeded")]);
    // The emulator takes no batches and writes no result files: it gives what each place comes to.
    expect(stdout).toMatch(/"nearest"/);
    expect((await fetch(items, { method: "DELETE" })).status).toBe(204);
  });

  it("is gone after it is destroyed", { timeout: 60_000 }, async (context) => {
    const endpoint = endpointOrSkip(context);
    const { machine, results, data } = await outputs();
    await cdk(endpoint, root, "destroy", "--force", "--app", join(directory, "cdk.out"));
    for (const bucket of [data, results]) {
      expect((await fetch(`${endpoint}/${bucket}`, { method: "HEAD" })).status).toBe(404);
    }
    const client = new SFNClient({ endpoint, region, credentials });
    const describing = client.send(new DescribeStateMachineCommand({ stateMachineArn: machine }));
    await expect(describing).rejects.toMatchObject({ name: "StateMachineDoesNotExist" });
  });
});
