import { expect, test } from "vitest";
import { folderWith, runCli } from "../run-cli.js";

const MACHINE = JSON.stringify({
  StartAt: "Send",
  States: {
    Send: {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage",
      Retry: [{ ErrorEquals: ["Busy"] }],
      End: true,
    },
  },
});
const MOCKS = JSON.stringify({
  StateMachines: { order: { TestCases: { Happy: { Send: "Sent" } } } },
  MockedResponses: { Sent: { "0": { Throw: { Error: "Busy" } }, "1": { Return: { MessageId: "m" } } } },
});

test("--mock lets mocked responses stand in for tasks", async () => {
  const cwd = folderWith({ "order.asl.json": MACHINE, "mocks.json": MOCKS });
  const { code, stdout } = await runCli(["run", "order.asl.json", "--virtual-time", "--mock", "mocks.json#Happy"], {
    cwd,
  });
  expect({ code, stdout: JSON.parse(stdout) }).toEqual({ code: 0, stdout: { MessageId: "m" } });
});

test("without, a task that can go nowhere says what to do", async () => {
  const cwd = folderWith({ "order.asl.json": MACHINE });
  const env = { AWS_ENDPOINT_URL: "", AWS_ENDPOINT_URL_SQS: "", AWS_ACCESS_KEY_ID: "", AWS_PROFILE: "" };
  const { code, stderr } = await runCli(["run", "order.asl.json"], { cwd, env });
  expect(code).toBe(2);
  expect(stderr).toContain("The integration 'sqs:sendMessage' is not connected: set AWS_ENDPOINT_URL_SQS");
  expect(stderr).toContain("--mock FILE#TESTCASE");
});

test("a mistake in the file is one line with its place", async () => {
  const cwd = folderWith({ "order.asl.json": MACHINE, "mocks.json": MOCKS.replace('"Sent"}', '"Send"}') });
  const { code, stderr } = await runCli(["run", "order.asl.json", "--mock", "mocks.json#Happy"], { cwd });
  expect(code).toBe(1);
  expect(stderr).toBe(
    'fanout: mocks.json:1:57 /StateMachines/order/TestCases/Happy/Send: there is no mocked response "Send": MockedResponses has "Sent" [FANOUT_MOCK_INVALID]\n',
  );
});

test("--mock needs a state machine", async () => {
  const cwd = folderWith({ "t.mjs": "export const handler = async (x) => x;" });
  const { code, stderr } = await runCli(["run", "--task", "t.mjs", "--items", "[1]", "--mock", "m#c"], { cwd });
  expect(code).toBe(1);
  expect(stderr).toContain("--mock does not go with --task");
});
