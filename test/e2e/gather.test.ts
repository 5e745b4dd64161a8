import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Application } from "../../lib/definition/application.js";
import { fanOut } from "../../lib/definition/fan-out.js";
import { JsonText } from "../../lib/json.js";
import { LocalSession } from "../../lib/local/session.js";
import { openEndpoint } from "../serve/endpoint.js";

const ACCOUNT = "000000000000";
const TASK = `
import { task } from "fanout/task";
export const handler = task(async (n) => {
  if (n % 5 === 3) throw new RangeError(n + " is not liked");
  return { twice: 2 * n };
});
`;
const GATHER = `
import { results } from "fanout/task";
export const handler = async (event) => {
  let sum = 0;
  for await (const { twice } of results(event).outputs()) sum += twice;
  const liked = [];
  for await (const { input, error } of results(event).failures()) liked.push(error.name + " " + (input ?? error.message));
  return { sum, liked, ...(await results(event).summary()) };
};
`;
/** Numbers 0 to 9, two of which are not liked. */
const SUMMARY = { sum: 2 * (45 - 3 - 8), total: 10, succeeded: 8, failed: 2, unprocessed: 0 };

let folder: string;

beforeAll(() => {
  // Inside the project, whose SDK a gather function finds.
  const root = fileURLToPath(new URL("../../.fanout", import.meta.url));
  mkdirSync(root, { recursive: true });
  folder = mkdtempSync(join(root, "gather-"));
  writeFileSync(join(folder, "task.mjs"), TASK);
  writeFileSync(join(folder, "gather.mjs"), GATHER);
});

afterAll(() => rmSync(folder, { recursive: true }));

function application(name: string, options: Partial<Parameters<typeof fanOut>[0]>): Application {
  const arnOf = (what: string) => `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:${what}`;
  const functions = ["task", "gather"].map((what) => ({
    name: what,
    arn: arnOf(what),
    code: { kind: "module" as const, path: join(folder, `${what}.mjs`) },
    handler: "handler",
    environment: {},
    memoryMB: 1769,
  }));
  const definition = fanOut(
    { items: { from: "input" }, toleratedFailurePercentage: 100, ...options },
    { task: arnOf("task"), gather: arnOf("gather"), resultsBucket: "results" },
  );
  const stateMachine = {
    name,
    arn: `arn:aws:states:eu-west-1:${ACCOUNT}:stateMachine:${name}`,
    type: "STANDARD" as const,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/r`,
    definition,
    file: "gather.test.ts",
  };
  return { stateMachines: [stateMachine], functions, buckets: ["results"], account: ACCOUNT, region: "eu-west-1" };
}

const WAYS = [
  ["inline", {}],
  ["records in files", { results: { prefix: "r" } }],
  ["outputs in files, by batches", { results: { transformation: "COMPACT", format: "JSON" }, batch: { items: 3 } }],
  ["outcomes in files", { results: { transformation: "FLATTEN" }, batch: { items: 4 } }],
] as const;

describe.each(WAYS)("a gather function sums up results: %s", (_way, options) => {
  const input = "[0,1,2,3,4,5,6,7,8,9]";

  test.each(["threads", "event-loop"] as const)("in a local run, from folders, with %s", async (backend) => {
    const app = application("Local", options);
    const [stateMachine] = app.stateMachines;
    if (stateMachine === undefined) throw new Error("no state machine");
    const session = new LocalSession({
      application: app,
      stateMachine,
      backend,
      input: new JsonText(input),
      s3Root: join(folder, "s3"),
      logDirectory: join(folder, "logs"),
    });
    try {
      const { outcome } = await session.run();
      expect(outcome).toMatchObject({ status: "SUCCEEDED" });
      if (outcome.status === "SUCCEEDED") expect(outcome.output.value).toMatchObject(SUMMARY);
    } finally {
      await session.close();
    }
  });

  test("in the endpoint, from S3", async () => {
    const endpoint = await openEndpoint({
      application: application("Served", options),
      logDirectory: join(folder, "logs"),
    });
    const stateMachineArn = `arn:aws:states:eu-west-1:${ACCOUNT}:stateMachine:Served`;
    const { executionArn = "" } = await endpoint.client.send(new StartExecutionCommand({ stateMachineArn, input }));
    const { status, output, cause } = await endpoint.ended(executionArn);
    expect(status, cause).toBe("SUCCEEDED");
    expect(JSON.parse(output ?? "")).toMatchObject(SUMMARY);
  });
});
