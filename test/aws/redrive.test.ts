import { SFNClient } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { redriveExecution } from "../../lib/aws/redrive.js";
import { AwsError, EXECUTION, fakeStates, type Script } from "./fake-states.js";

async function against(script: Script) {
  const { url, calls } = await fakeStates(script);
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return { client: new SFNClient({ endpoint: url, region: "eu-west-1", credentials }), calls };
}

test("a request that is sent again has the same token, so nothing is redriven twice", async () => {
  const { client, calls } = await against({
    RedriveExecution: (_input, nth) => (nth === 0 ? "break" : { redriveDate: 1_750_000_000.25 }),
  });
  expect(await redriveExecution(client, { executionArn: EXECUTION })).toEqual({ redriveDate: 1_750_000_000_250 });
  const [first, second] = calls.map(({ input }) => input);
  expect(first).toEqual({ executionArn: EXECUTION, clientToken: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(second).toEqual(first);
});

test("a refusal is told in AWS's words", async () => {
  const refused = new AwsError("ExecutionNotRedrivable", "it cannot be");
  const { client } = await against({ RedriveExecution: () => refused });
  await expect(redriveExecution(client, { executionArn: EXECUTION, clientToken: "t" })).rejects.toMatchObject({
    code: "FANOUT_AWS",
    message: "ExecutionNotRedrivable: it cannot be",
  });
});
