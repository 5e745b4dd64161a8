import { GetExecutionHistoryCommand, type HistoryEvent, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { openEndpoint, PASS, PREFIX, refusal } from "../../endpoint.js";

const { client, create, ended } = await openEndpoint();
const history = (executionArn: string, more: object = {}) =>
  client.send(new GetExecutionHistoryCommand({ executionArn, ...more }));

const run = async (name: string) => {
  const stateMachineArn = await create(name, PASS);
  const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn, input: '{"a":1}' }));
  await ended(executionArn);
  return executionArn;
};

test("the events come in the shape of AWS", async () => {
  const { events = [] } = await history(await run("shape"));
  expect(events.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
    [1, 0, "ExecutionStarted"],
    [2, 0, "PassStateEntered"],
    [3, 2, "PassStateExited"],
    [4, 3, "ExecutionSucceeded"],
  ]);
  expect(events[1]?.stateEnteredEventDetails).toEqual({
    name: "Pass",
    input: '{"a":1}',
    inputDetails: { truncated: false },
  });
  expect(events[0]?.timestamp).toBeInstanceOf(Date);
});

test("pages give each event once, in either order", async () => {
  const executionArn = await run("pages");
  for (const reverseOrder of [false, true]) {
    const seen: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = await history(executionArn, { maxResults: 3, reverseOrder, nextToken });
      seen.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(seen.map(({ id }) => id)).toEqual(reverseOrder ? [4, 3, 2, 1] : [1, 2, 3, 4]);
  }
  const { nextToken } = await history(executionArn, { maxResults: 1 });
  expect(await refusal(history(await run("other"), { nextToken }))).toContain("InvalidToken");
});

test("data is left out when it is not asked for", async () => {
  const page = await history(await run("without"), { includeExecutionData: false });
  expect(page.events?.[1]?.stateEnteredEventDetails).toEqual({ name: "Pass" });
  expect(JSON.stringify(page.events)).not.toContain('"a"');
});

test("there is none of what never ran, nor of EXPRESS executions", async () => {
  expect(await refusal(history(`${PREFIX}:execution:a:b`))).toBe(
    `ExecutionDoesNotExist: Execution Does Not Exist: '${PREFIX}:execution:a:b'`,
  );
  expect(await refusal(history("a:b"))).toBe("InvalidArn: Invalid Arn: 'Invalid ARN prefix: a:b'");
  expect(await refusal(history(`${PREFIX}:express:a:b:c`))).toBe(
    "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'",
  );
});
