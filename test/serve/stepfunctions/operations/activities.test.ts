import {
  CreateActivityCommand,
  DeleteActivityCommand,
  DescribeActivityCommand,
  GetActivityTaskCommand,
  ListActivitiesCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { openEndpoint, PREFIX, refusal } from "../../endpoint.js";

const { client, create, ended } = await openEndpoint();
const activity = async (name: string) => {
  const { activityArn = "", creationDate } = await client.send(new CreateActivityCommand({ name }));
  return { activityArn, creationDate };
};
const take = (activityArn: string, abortSignal?: AbortSignal) =>
  client.send(
    new GetActivityTaskCommand({ activityArn, workerName: "worker" }),
    abortSignal === undefined ? {} : { abortSignal },
  );
/** Starts an execution that needs a worker of the activity. */
const startTask = async (name: string, activityArn: string, more: object = {}) => {
  const task = { Type: "Task", Resource: activityArn, End: true, ...more };
  const stateMachineArn = await create(name, { StartAt: "Work", States: { Work: task } });
  const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn, input: '{"n":1}' }));
  return executionArn;
};

test("an activity is created once, described, listed and deleted", async () => {
  const first = await activity("life");
  expect(first.activityArn).toBe(`${PREFIX}:activity:life`);
  expect(await activity("life")).toEqual(first);
  const { activityArn } = first;
  expect(await client.send(new DescribeActivityCommand({ activityArn }))).toMatchObject({
    activityArn,
    name: "life",
    encryptionConfiguration: { type: "AWS_OWNED_KEY" },
  });
  const { activities = [] } = await client.send(new ListActivitiesCommand({}));
  expect(activities.map(({ name }) => name)).toContain("life");
  await client.send(new DeleteActivityCommand({ activityArn }));
  await client.send(new DeleteActivityCommand({ activityArn }));
  const missing = `ActivityDoesNotExist: Activity Does Not Exist: '${activityArn}'`;
  expect(await refusal(client.send(new DescribeActivityCommand({ activityArn })))).toBe(missing);
  expect(await refusal(take(activityArn))).toBe(missing);
  expect(await refusal(activity("no:colon"))).toBe("InvalidName: Invalid Name: 'no:colon'");
});

describe("a worker", () => {
  test("waits for a task, says that it lives, and answers once", async () => {
    const { activityArn } = await activity("worked");
    const waiting = take(activityArn);
    const executionArn = await startTask("worked", activityArn, { HeartbeatSeconds: 60 });
    const { taskToken = "", input } = await waiting;
    expect(input).toBe('{"n":1}');
    await client.send(new SendTaskHeartbeatCommand({ taskToken }));
    await client.send(new SendTaskSuccessCommand({ taskToken, output: '{"done":true}' }));
    expect(await ended(executionArn)).toMatchObject({ status: "SUCCEEDED", output: '{"done":true}' });
    const late = `TaskTimedOut: Task Timed Out: '${activityArn}'`;
    expect(await refusal(client.send(new SendTaskSuccessCommand({ taskToken, output: "1" })))).toBe(late);
    expect(await refusal(client.send(new SendTaskHeartbeatCommand({ taskToken })))).toBe(late);
  });

  test("finds the task that has waited for it, and fails it", async () => {
    const { activityArn } = await activity("failed");
    const executionArn = await startTask("failed", activityArn);
    const { taskToken = "" } = await take(activityArn);
    await client.send(new SendTaskFailureCommand({ taskToken, error: "Tired", cause: "of it" }));
    expect(await ended(executionArn)).toMatchObject({ status: "FAILED", error: "Tired", cause: "of it" });
  });

  test("that has gone takes no task with it", async () => {
    const { activityArn } = await activity("gone");
    const caller = new AbortController();
    const gone = refusal(take(activityArn, caller.signal));
    await new Promise((resolve) => setTimeout(resolve, 50));
    caller.abort();
    expect(await gone).toContain("AbortError");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const executionArn = await startTask("gone", activityArn);
    const { taskToken = "" } = await take(activityArn);
    await client.send(new SendTaskSuccessCommand({ taskToken, output: "1" }));
    expect((await ended(executionArn)).status).toBe("SUCCEEDED");
  });

  test("of a stopped execution is told that it is late", async () => {
    const { activityArn } = await activity("stopped");
    const executionArn = await startTask("stopped", activityArn);
    const { taskToken = "" } = await take(activityArn);
    await client.send(new StopExecutionCommand({ executionArn }));
    expect(await refusal(client.send(new SendTaskFailureCommand({ taskToken })))).toContain("TaskTimedOut");
  });
});

test("what is no token, and output that is no JSON, is refused", async () => {
  expect(await refusal(client.send(new SendTaskSuccessCommand({ taskToken: "mine", output: "1" })))).toBe(
    "InvalidToken: Invalid Token: 'Invalid token'",
  );
  const { activityArn } = await activity("no-json");
  const executionArn = await startTask("no-json", activityArn);
  const { taskToken = "" } = await take(activityArn);
  expect(await refusal(client.send(new SendTaskSuccessCommand({ taskToken, output: "{" })))).toContain(
    "InvalidOutput: ",
  );
  await client.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
  expect((await ended(executionArn)).status).toBe("SUCCEEDED");
});
