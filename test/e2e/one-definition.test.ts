import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { App, Stack } from "aws-cdk-lib/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FanOut, type FanOutProps } from "../../infra/index.js";
import type { StateMachineSource } from "../../lib/definition/application.js";
import { type FanOutOptions, type FanOutRefs, fanOut } from "../../lib/definition/fan-out.js";
import { loadApplication, selectStateMachine } from "../../lib/definition/load.js";
import { JsonText } from "../../lib/json.js";
import { LocalSession } from "../../lib/local/session.js";

/** Fan-outs of every kind; `bucket` stands for one that the stack makes. */
const FAN_OUTS: Readonly<Record<string, FanOutOptions & { gather?: true }>> = {
  Plain: { items: { from: "input", path: "$.items" }, results: "inline" },
  Lines: { items: { from: "s3", bucket: "items-bucket", key: "a.jsonl", format: "JSONL" }, childType: "STANDARD" },
  Table: {
    items: { from: "s3", bucket: { path: "$.bucket" }, key: { path: "$.key" }, format: "CSV", delimiter: "PIPE" },
    maxItems: 5,
    maxConcurrency: 7,
    toleratedFailureCount: 2,
    itemSelector: { "row.$": "$$.Map.Item.Value", "all.$": "$" },
  },
  Batches: {
    items: { from: "s3-listing", bucket: "items-bucket", prefix: "in/", load: { format: "JSON", pointer: "/a" } },
    batch: { items: 10, bytes: 1000 },
    batchInput: { model: "x" },
    itemRetry: { attempts: 3 },
    toleratedFailurePercentage: 2.5,
    results: { prefix: "out", transformation: "FLATTEN", format: "JSON" },
    label: "batches",
  },
  Gathered: {
    items: { from: "input" },
    taskTimeoutSeconds: 20,
    retry: { attempts: 2, errors: ["Mine"] },
    gather: true,
  },
};

let folder: string;

beforeAll(() => {
  process.env["CDK_VALIDATION"] = "false";
  folder = mkdtempSync(join(tmpdir(), "fanout-"));
  const source = join(folder, "source");
  mkdirSync(source);
  writeFileSync(join(source, "index.js"), "exports.handler = async (event) => event;");
  const app = new App({ outdir: join(folder, "cdk.out") });
  const stack = new Stack(app, "Definitions");
  Bucket.fromBucketName(stack, "Items", "items-bucket");
  const bucket = new Bucket(stack, "Results");
  const code = { runtime: Runtime.NODEJS_24_X, handler: "index.handler", code: Code.fromAsset(source) };
  const task = new LambdaFunction(stack, "Task", code);
  const gather = new LambdaFunction(stack, "GatherTask", code);
  for (const [name, { gather: gathers, ...options }] of Object.entries(FAN_OUTS)) {
    const props = {
      ...options,
      ...(gathers ? { gather } : {}),
      ...(name === "Table" ? { itemsBuckets: [bucket] } : {}),
      results: options.results === "inline" ? "inline" : { bucket, ...options.results },
      task,
    };
    new FanOut(stack, name, props as FanOutProps);
  }
  app.synth();
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("the synthesised definition, its tokens resolved, is what the builder makes and what a local run executes", () => {
  it.each(Object.keys(FAN_OUTS))("%s", async (name) => {
    const application = loadApplication(join(folder, "cdk.out"));
    const stateMachine: StateMachineSource = selectStateMachine(application, name);
    const arnOf = (id: string) => {
      const found = application.functions.find(({ name }) => name.replace(/[0-9A-F]{8}$/, "") === id);
      if (found === undefined) throw new Error(`no function ${id}`);
      return found.arn;
    };
    const { gather, ...options } = FAN_OUTS[name] as FanOutOptions & { gather?: true };
    const [resultsBucket] = application.buckets;
    const refs: FanOutRefs = {
      task: arnOf("Task"),
      ...(gather ? { gather: arnOf("GatherTask") } : {}),
      ...(resultsBucket === undefined ? {} : { resultsBucket }),
    };
    const built = fanOut({ ...options, results: options.results ?? {} }, refs);
    expect(stateMachine.definition).toEqual(built);
    const session = new LocalSession({ application, stateMachine, input: new JsonText("{}") });
    try {
      expect(session.machine.program.definition).toEqual(built);
    } finally {
      await session.close();
    }
  });
});
