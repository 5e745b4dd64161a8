import {
  CreateStateMachineAliasCommand,
  type CreateStateMachineAliasCommandInput,
  DeleteStateMachineAliasCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  ListStateMachineAliasesCommand,
  StartExecutionCommand,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { FAIL, openEndpoint, PASS, PREFIX, refusal } from "../../endpoint.js";

const { client, create, ended } = await openEndpoint();
const route = (stateMachineVersionArn: string, weight: number) => ({ stateMachineVersionArn, weight });
const alias = (name: string, routingConfiguration: ReturnType<typeof route>[], more: object = {}) => {
  const input: CreateStateMachineAliasCommandInput = { name, routingConfiguration, ...more };
  return client.send(new CreateStateMachineAliasCommand(input));
};
/** A state machine whose version 1 succeeds and whose version 2 fails. */
const twoVersions = async (name: string) => {
  const arn = await create(name, PASS, { publish: true });
  const definition = JSON.stringify(FAIL);
  await client.send(new UpdateStateMachineCommand({ stateMachineArn: arn, definition, publish: true }));
  return arn;
};

test("an execution that is started by an alias says so", async () => {
  const arn = await twoVersions("by-alias");
  const { stateMachineAliasArn = "" } = await alias("PROD", [route(`${arn}:1`, 100)]);
  expect(stateMachineAliasArn).toBe(`${arn}:PROD`);
  const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn: stateMachineAliasArn }));
  expect(await ended(executionArn)).toMatchObject({
    status: "SUCCEEDED",
    stateMachineArn: arn,
    stateMachineAliasArn,
    stateMachineVersionArn: `${arn}:1`,
  });
  await client.send(new StartExecutionCommand({ stateMachineArn: arn }));
  const listed = await client.send(new ListExecutionsCommand({ stateMachineArn: stateMachineAliasArn }));
  expect(listed.executions?.map((execution) => execution.executionArn)).toEqual([executionArn]);
  expect(
    await refusal(client.send(new DescribeStateMachineCommand({ stateMachineArn: stateMachineAliasArn }))),
  ).toContain("StateMachineDoesNotExist");
});

test("weights share the executions out", async () => {
  const arn = await twoVersions("weights");
  await alias("never-second", [route(`${arn}:1`, 100), route(`${arn}:2`, 0)]);
  await alias("half", [route(`${arn}:1`, 50), route(`${arn}:2`, 50)]);
  const versions = async (name: string) => {
    const seen = new Set<string | undefined>();
    // Half a hundred tosses that are all heads do not happen.
    for (let count = 0; count < 60; count++) {
      const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn: `${arn}:${name}` }));
      seen.add((await ended(executionArn)).stateMachineVersionArn);
    }
    return [...seen].sort();
  };
  expect(await versions("never-second")).toEqual([`${arn}:1`]);
  expect(await versions("half")).toEqual([`${arn}:1`, `${arn}:2`]);
});

test("aliases are described, changed, listed and deleted", async () => {
  const arn = await twoVersions("life");
  for (const name of ["b", "a"]) await alias(name, [route(`${arn}:1`, 100)], { description: "first" });
  await client.send(
    new UpdateStateMachineAliasCommand({
      stateMachineAliasArn: `${arn}:b`,
      routingConfiguration: [route(`${arn}:1`, 10), route(`${arn}:2`, 90)],
    }),
  );
  const described = await client.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn: `${arn}:b` }));
  expect(described).toMatchObject({
    name: "b",
    description: "first",
    routingConfiguration: [route(`${arn}:1`, 10), route(`${arn}:2`, 90)],
  });
  const list = async (stateMachineArn: string) => {
    const { stateMachineAliases = [] } = await client.send(new ListStateMachineAliasesCommand({ stateMachineArn }));
    return stateMachineAliases.map(({ stateMachineAliasArn }) => stateMachineAliasArn);
  };
  expect(await list(arn)).toEqual([`${arn}:a`, `${arn}:b`]);
  expect(await list(`${arn}:2`)).toEqual([`${arn}:b`]);
  const remove = () => client.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn: `${arn}:b` }));
  await remove();
  await remove();
  expect(await list(arn)).toEqual([`${arn}:a`]);
  expect(await refusal(client.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn: `${arn}:b` })))).toBe(
    `ResourceNotFound: Resource not found: '${arn}:b'`,
  );
});

test("the same alias again is the same request, another one is a conflict", async () => {
  const arn = await twoVersions("twice");
  const first = await alias("x", [route(`${arn}:1`, 100)], { description: "d" });
  const again = await alias("x", [route(`${arn}:1`, 100)], { description: "d" });
  expect(again.creationDate).toEqual(first.creationDate);
  expect(await refusal(alias("x", [route(`${arn}:2`, 100)], { description: "d" }))).toContain(
    "ConflictException: Failed to create alias because an alias with the same name and a different routing configuration",
  );
  expect(await refusal(alias("x", [route(`${arn}:1`, 100)]))).toContain("a different description");
});

describe("routes that are refused", () => {
  const arn = `${PREFIX}:stateMachine:routes`;
  test.each([
    [[route(`${arn}:1`, 50), route(`${arn}:1`, 50)], "must contain distinct state machine version ARNs. Received: ["],
    [[route(arn, 100)], `Routing configuration must contain state machine version ARNs. Received: [${arn}]`],
    [[route(`${arn}:1`, 70), route(`${arn}:2`, 29)], "weights must equal 100. Received: [70, 29]"],
    [[route(`${arn}:1`, 50), route(`${PREFIX}:stateMachine:x:1`, 50)], "versions of the same state machine"],
    [[route(`${arn}:9`, 100)], `ResourceNotFound: Resource not found: '${arn}:9'`],
    [
      [route(`${arn}:1`, 101)],
      "Value '101' at 'routingConfiguration.1.member.weight' failed to satisfy constraint: Member must have value less than or equal to 100",
    ],
    [
      [route("a", 1), route("b", 1), route("c", 98)],
      "Value '[RoutingConfigurationListItem(stateMachineVersionArn=a, weight=1), RoutingConfigurationListItem(stateMachineVersionArn=b, weight=1), RoutingConfigurationListItem(stateMachineVersionArn=c, weight=98)]' at 'routingConfiguration' failed to satisfy constraint: Member must have length less than or equal to 2",
    ],
  ])("%j", async (routes, message) => {
    expect(await refusal(alias("refused", routes))).toContain(message);
  });

  test("a name of digits would be a version", async () => {
    expect(await refusal(alias("12", [route(`${arn}:1`, 100)]))).toContain(
      "Member must satisfy regular expression pattern",
    );
  });
});
