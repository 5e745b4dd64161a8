import { expect, test } from "vitest";
import { eventLoopInvoker } from "../../../lib/adapters/invoke/event-loop.js";
import { functionTable } from "../../../lib/adapters/invoke/functions.js";
import { withLogResults } from "../../../lib/adapters/invoke/log-result.js";
import type { InvocationOutcome } from "../../../lib/run/ports.js";

const definition = {
  name: "talks",
  arn: "arn:aws:lambda:eu-west-1:123456789012:function:talks",
  code: { kind: "module", path: "unused" },
  handler: "handler",
  environment: {},
  memoryMB: 128,
} as const;

async function outcomeOf(functionName: string, withLog: boolean): Promise<InvocationOutcome> {
  const functions = functionTable([definition]);
  const handler = async (event: unknown) => {
    console.log("hello");
    return event;
  };
  const options = { functions, region: "eu-west-1", account: "123456789012", handlers: { talks: handler } };
  const invoker = withLogResults(eventLoopInvoker(options), functions);
  try {
    return await new Promise<InvocationOutcome>((resolve) => {
      const call = { functionName, payload: '{"n":1}', withLog };
      invoker.onOutcome = (answered, outcome) => {
        expect(answered).toBe(call);
        resolve(outcome);
      };
      invoker.invoke(call);
    });
  } finally {
    await invoker.close();
  }
}

test("a call that asks for its log gets the end of it", async () => {
  const outcome = await outcomeOf("talks", true);
  expect(outcome).toMatchObject({ kind: "returned", payload: '{"n":1}' });
  const { logResult = "" } = outcome as { logResult?: string };
  const lines = Buffer.from(logResult, "base64").toString().trimEnd().split("\n");
  expect(lines.map((line) => line.split(/[ \t]/)[0])).toEqual(["START", expect.any(String), "END", "REPORT"]);
  expect(lines[1]).toMatch(/\tINFO\thello$/);
});

test("other calls are handed on as they are", async () => {
  expect(await outcomeOf("talks", false)).toEqual({ kind: "returned", payload: '{"n":1}' });
});

test("a function that is not there has no log", async () => {
  expect(await outcomeOf("nobody", true)).toMatchObject({
    kind: "refused",
    error: "Lambda.ResourceNotFoundException",
  });
});
