import {
  CreateStateMachineAliasCommand,
  DeleteStateMachineVersionCommand,
  DescribeStateMachineCommand,
  ListStateMachineVersionsCommand,
  PublishStateMachineVersionCommand,
  StartExecutionCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { FAIL, openEndpoint, PASS, refusal } from "../../endpoint.js";

const { client, create, ended } = await openEndpoint();
const publish = (stateMachineArn: string, more: object = {}) =>
  client.send(new PublishStateMachineVersionCommand({ stateMachineArn, ...more }));
const update = (stateMachineArn: string, definition: object, more: object = {}) =>
  client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(definition), ...more }));
const versionsOf = async (stateMachineArn: string) => {
  const { stateMachineVersions = [] } = await client.send(new ListStateMachineVersionsCommand({ stateMachineArn }));
  return stateMachineVersions.map((version) => version.stateMachineVersionArn);
};

test("a version stays what it was when it was published", async () => {
  const arn = await create("stays", PASS);
  const { stateMachineVersionArn: first = "" } = await publish(arn, { description: "the first" });
  const { stateMachineVersionArn: second = "", revisionId } = await update(arn, FAIL, { publish: true });
  expect([first, second]).toEqual([`${arn}:1`, `${arn}:2`]);
  expect(await versionsOf(arn)).toEqual([second, first]);
  const describeVersion = (stateMachineArn: string) =>
    client.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const before = await describeVersion(first);
  expect(before).toMatchObject({ stateMachineArn: first, definition: JSON.stringify(PASS), description: "the first" });
  expect(before.revisionId).toBeUndefined();
  expect(await describeVersion(second)).toMatchObject({ definition: JSON.stringify(FAIL), revisionId });
});

test("publishing the same revision again gives the same version; numbers are not used twice", async () => {
  const arn = await create("numbers", PASS);
  await publish(arn);
  expect((await publish(arn)).stateMachineVersionArn).toBe(`${arn}:1`);
  expect(await refusal(publish(arn, { description: "another" }))).toContain("ConflictException");
  await update(arn, FAIL, { publish: true });
  await client.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn: `${arn}:2` }));
  await client.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn: `${arn}:2` }));
  expect(await versionsOf(arn)).toEqual([`${arn}:1`]);
  expect((await update(arn, PASS, { publish: true })).stateMachineVersionArn).toBe(`${arn}:3`);
});

test("a revision that is not the current one is not published", async () => {
  const arn = await create("revision", PASS);
  const { revisionId: old = "" } = await update(arn, FAIL);
  const { revisionId: current = "" } = await update(arn, PASS, { tracingConfiguration: { enabled: true } });
  expect(await refusal(publish(arn, { revisionId: old }))).toBe(
    `ConflictException: Failed to publish the State Machine version for revision ${old}. The current State Machine revision is ${current}.`,
  );
  expect((await publish(arn, { revisionId: current })).stateMachineVersionArn).toBe(`${arn}:1`);
});

test("a version is started, and one that an alias leads to is not deleted", async () => {
  const arn = await create("started", PASS, { publish: true });
  await update(arn, FAIL);
  const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn: `${arn}:1` }));
  expect(await ended(executionArn)).toMatchObject({
    status: "SUCCEEDED",
    stateMachineArn: arn,
    stateMachineVersionArn: `${arn}:1`,
  });
  const routingConfiguration = [{ stateMachineVersionArn: `${arn}:1`, weight: 100 }];
  await client.send(new CreateStateMachineAliasCommand({ name: "PROD", routingConfiguration }));
  const remove = client.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn: `${arn}:1` }));
  expect(await refusal(remove)).toBe(
    "ConflictException: Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [PROD]",
  );
  expect(await refusal(client.send(new StartExecutionCommand({ stateMachineArn: `${arn}:7` })))).toBe(
    `StateMachineDoesNotExist: State Machine Does Not Exist: '${arn}:7'`,
  );
});
