import {
  CreateActivityCommand,
  DeleteStateMachineCommand,
  GetActivityTaskCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { openEndpoint, WAIT } from "./endpoint.js";

const { server, client, create, ended } = await openEndpoint({ virtualTime: true });
const start = async (stateMachineArn: string, input = "{}") =>
  (await client.send(new StartExecutionCommand({ stateMachineArn, input }))).executionArn ?? "";
const hours = ({ startDate, stopDate }: { startDate?: Date | undefined; stopDate?: Date | undefined }) =>
  Math.round(((stopDate?.getTime() ?? 0) - (startDate?.getTime() ?? 0)) / 3_600_000);

test("an hour passes at once, and is an hour in the history", async () => {
  const described = await ended(await start(await create("hour", WAIT)));
  expect(described.status).toBe("SUCCEEDED");
  expect(hours(described)).toBe(1);
});

test("so it does while others start, and while other clients keep asking", async () => {
  const arn = await create("crowd", WAIT);
  const all = await Promise.all(Array.from({ length: 20 }, async () => ended(await start(arn))));
  expect(all.map(({ status }) => status)).toEqual(Array(20).fill("SUCCEEDED"));
});

test("a caller of StartSyncExecution waits no longer", async () => {
  const wait = { StartAt: "Wait", States: { Wait: { Type: "Wait", Seconds: 200, End: true } } };
  const stateMachineArn = await create("sync", wait, { type: "EXPRESS" });
  const answer = await client.send(new StartSyncExecutionCommand({ stateMachineArn }));
  expect(answer.status).toBe("SUCCEEDED");
  expect(answer.billingDetails?.billedDurationInMilliseconds).toBeGreaterThanOrEqual(200_000);
});

test("a worker has time to answer although the task's own time is short", async () => {
  const { activityArn = "" } = await client.send(new CreateActivityCommand({ name: "worker" }));
  const task = { Type: "Task", Resource: activityArn, TimeoutSeconds: 5, End: true };
  const arn = await create("worker", { StartAt: "Task", States: { Task: task } });
  const waiting = client.send(new GetActivityTaskCommand({ activityArn }));
  const executionArn = await start(arn);
  const { taskToken } = await waiting;
  await new Promise((resolve) => setTimeout(resolve, 100));
  await client.send(new SendTaskSuccessCommand({ taskToken, output: '"done"' }));
  expect((await ended(executionArn)).output).toBe('"done"');
});

test("a worker that does not answer is timed out without waiting for it", async () => {
  const { activityArn = "" } = await client.send(new CreateActivityCommand({ name: "silent" }));
  const task = { Type: "Task", Resource: activityArn, TimeoutSeconds: 3600, End: true };
  const executionArn = await start(await create("silent", { StartAt: "Task", States: { Task: task } }));
  await client.send(new GetActivityTaskCommand({ activityArn }));
  expect(await ended(executionArn)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
});

test("an execution whose state machine has been deleted fails when it goes on", async () => {
  const stateMachineArn = await create("deleted", WAIT);
  const execution = server.services.stepFunctions.startExecution({ stateMachineArn });
  await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
  await new Promise<void>((resolve) => execution.whenEnded(resolve));
  expect(execution.outcome).toEqual({
    status: "FAILED",
    error: "States.Runtime",
    cause: "State machine deleted has been deleted",
  });
});
