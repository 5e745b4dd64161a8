import { expect, test } from "vitest";
import { memoryStore } from "../../lib/adapters/store/memory.js";
import { generatedObjects } from "../../lib/adapters/store/virtual.js";
import type { FunctionDefinition, StateMachineSource } from "../../lib/definition/application.js";
import { fanOut } from "../../lib/definition/fan-out.js";
import { JsonText } from "../../lib/json.js";
import { LocalSession } from "../../lib/local/session.js";

const ARN = "arn:aws:lambda:eu-west-1:123456789012:function:task";
const TASK: FunctionDefinition = {
  name: "task",
  arn: ARN,
  code: { kind: "module", path: "task.mjs" },
  handler: "handler",
  environment: {},
  memoryMB: 128,
  timeoutSeconds: 3,
};
const MACHINE: StateMachineSource = {
  name: "machine",
  arn: "arn:aws:states:eu-west-1:123456789012:stateMachine:machine",
  type: "STANDARD",
  roleArn: "arn:aws:iam::123456789012:role/machine",
  definition: fanOut(
    {
      items: { from: "s3", bucket: "in", key: "items.jsonl", format: "JSONL" },
      results: { transformation: "COMPACT", format: "JSONL" },
    },
    { task: ARN, resultsBucket: "out" },
  ),
  file: "machine.json",
};

/** Bytes of items without end. */
async function* endless(): AsyncGenerator<Uint8Array> {
  for (const line = Buffer.from("1\n".repeat(1000)); ; ) yield line;
}

test("a run that is ended at once reads no more items, though it has result files to write", async () => {
  let calls = 0;
  const session: LocalSession = new LocalSession({
    application: {
      stateMachines: [MACHINE],
      functions: [TASK],
      buckets: [],
      account: "123456789012",
      region: "eu-west-1",
    },
    stateMachine: MACHINE,
    input: new JsonText("{}"),
    stores: { in: generatedObjects({ "items.jsonl": endless }), out: memoryStore() },
    backend: "event-loop",
    workers: 10,
    handlers: {
      task: async (event) => {
        calls += 1;
        if (calls === 100) session.abort();
        return event;
      },
    },
  });
  const { outcome, summary } = await session.run();
  await session.close();
  expect(outcome).toMatchObject({ status: "ABORTED" });
  expect(summary.items.succeeded).toBeLessThan(200);
});
