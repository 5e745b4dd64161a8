import { SFNClient } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { withoutHostPrefix } from "../../lib/aws/host-prefix.js";
import { runExpress, startExecution } from "../../lib/aws/start.js";
import { JsonText } from "../../lib/json.js";
import { AwsError, EXECUTION, fakeStates, MACHINE, type Script } from "./fake-states.js";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };

async function against(script: Script) {
  const { url, calls } = await fakeStates(script);
  return { client: new SFNClient({ endpoint: url, region: "eu-west-1", credentials }), url, calls };
}

test("input, text as it came, and name are handed on", async () => {
  const { client, calls } = await against({ StartExecution: () => ({ executionArn: EXECUTION, startDate: 1 }) });
  const options = { stateMachineArn: MACHINE, input: new JsonText('{"n": 1.0}'), name: "one" };
  expect(await startExecution(client, options)).toEqual({ executionArn: EXECUTION });
  expect(calls.map(({ input }) => input)).toEqual([{ stateMachineArn: MACHINE, input: '{"n": 1.0}', name: "one" }]);
});

test("a request that is sent again has the same name, so nothing is started twice", async () => {
  const { client, calls } = await against({
    StartExecution: (_input, nth) => (nth === 0 ? "break" : { executionArn: EXECUTION, startDate: 1 }),
  });
  await startExecution(client, { stateMachineArn: MACHINE });
  const names = calls.map(({ input }) => input["name"]);
  expect(names).toHaveLength(2);
  expect(names[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(names[1]).toBe(names[0]);
  expect(calls[0]?.input["input"]).toBe("{}");
});

test("a refusal is told in AWS's words", async () => {
  const { client } = await against({ StartExecution: () => new AwsError("InvalidName", "Invalid Name: 'a b'") });
  const start = startExecution(client, { stateMachineArn: MACHINE, name: "a b" });
  await expect(start).rejects.toMatchObject({ code: "FANOUT_AWS", message: "InvalidName: Invalid Name: 'a b'" });
});

test("an EXPRESS execution that fails is an answer", async () => {
  const { url } = await against({
    StartSyncExecution: () => ({
      executionArn: EXECUTION,
      status: "FAILED",
      error: "Broke",
      cause: "no money",
      startDate: 1.5,
      stopDate: 2,
    }),
  });
  expect(await runExpress(express(url), { stateMachineArn: MACHINE })).toEqual({
    executionArn: EXECUTION,
    status: "FAILED",
    error: "Broke",
    cause: "no money",
    startDate: 1500,
    stopDate: 2000,
    output: undefined,
    mapRuns: [],
  });
});

test("an EXPRESS execution whose answer is lost is not started again by a client that tries once", async () => {
  const { url, calls } = await against({ StartSyncExecution: () => "break" });
  await expect(runExpress(express(url), { stateMachineArn: MACHINE })).rejects.toMatchObject({
    code: "FANOUT_AWS",
  });
  expect(calls).toHaveLength(1);
});

test("an abort gives the wait up", async () => {
  const { url } = await against({ StartSyncExecution: () => "silence" });
  const controller = new AbortController();
  const running = runExpress(express(url), { stateMachineArn: MACHINE, signal: controller.signal });
  setImmediate(() => controller.abort());
  await expect(running).rejects.toMatchObject({ name: "AbortError" });
});

function express(endpoint: string): SFNClient {
  return withoutHostPrefix(new SFNClient({ endpoint, region: "eu-west-1", maxAttempts: 1, credentials }));
}
