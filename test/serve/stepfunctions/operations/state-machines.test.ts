import {
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ListStateMachinesCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { FAIL, openEndpoint, PASS, PREFIX, ROLE, refusal, WAIT } from "../../endpoint.js";

const { client, create, ended } = await openEndpoint();
const describeMachine = (stateMachineArn: string) => client.send(new DescribeStateMachineCommand({ stateMachineArn }));

test("a state machine is described as it was created, its definition character by character", async () => {
  const definition = `${JSON.stringify(PASS, null, 3)}\n`;
  const stateMachineArn = await create("described", {}, { definition });
  expect(await describeMachine(stateMachineArn)).toMatchObject({
    stateMachineArn: `${PREFIX}:stateMachine:described`,
    name: "described",
    status: "ACTIVE",
    definition,
    roleArn: ROLE,
    type: "STANDARD",
    loggingConfiguration: { level: "OFF", includeExecutionData: false },
    tracingConfiguration: { enabled: false },
    encryptionConfiguration: { type: "AWS_OWNED_KEY" },
  });
});

describe("creating again", () => {
  test("the same is the same request, whatever its role and tags", async () => {
    const first = await create("again", PASS);
    const before = await describeMachine(first);
    const roleArn = "arn:aws:iam::000000000000:role/other";
    expect(await create("again", PASS, { roleArn, tags: [{ key: "a", value: "b" }] })).toBe(first);
    const after = await describeMachine(first);
    expect([after.creationDate, after.roleArn]).toEqual([before.creationDate, ROLE]);
  });

  test.each([
    ["another definition", { definition: JSON.stringify(FAIL) }],
    ["the same definition with other blanks", { definition: JSON.stringify(PASS, null, 1) }],
    ["another type", { type: "EXPRESS" as const }],
    ["tracing", { tracingConfiguration: { enabled: true } }],
    ["a version", { publish: true }],
  ])("%s is a conflict", async (_, more) => {
    const arn = await create("conflict", PASS);
    expect(await refusal(create("conflict", PASS, more))).toBe(
      `StateMachineAlreadyExists: State Machine Already Exists: '${arn}'`,
    );
  });

  test("a published version and its description count", async () => {
    await create("published", PASS, { publish: true, versionDescription: "one" });
    expect(await refusal(create("published", PASS))).toBe(
      "StateMachineAlreadyExists: State Machine Already Exists: This state machine was already created with a published version.",
    );
    expect(await refusal(create("published", PASS, { publish: true, versionDescription: "two" }))).toBe(
      "StateMachineAlreadyExists: State Machine Already Exists: This state machine was already created using a different description.",
    );
  });
});

describe("what is refused at creation", () => {
  test.each([
    ["a name with a blank", { name: "no blanks" }, "InvalidName: Invalid Name: 'no blanks'"],
    ["a name with a control character", { name: "a\u0007b" }, "InvalidName: Invalid Name: 'a\u0007b'"],
    ["a role that is no ARN", { roleArn: "me" }, "InvalidArn: Invalid Role Arn: 'me'"],
    [
      "a name that is too long",
      { name: "n".repeat(81) },
      `ValidationException: 1 validation error detected: Value '${"n".repeat(81)}' at 'name' failed to satisfy ` +
        "constraint: Member must have length less than or equal to 80",
    ],
    [
      "a description of no version",
      { versionDescription: "first" },
      "ValidationException: Version description can only be set when publish is true",
    ],
    [
      "logging to nowhere",
      { loggingConfiguration: { level: "ERROR" as const } },
      "InvalidLoggingConfiguration: Invalid Logging Configuration: Must specify exactly one Log Destination.",
    ],
    [
      "several findings at once",
      { definition: JSON.stringify({ StartAt: "A", States: { A: { Type: "Wait", Seconds: "x", Next: "B" } } }) },
      "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: ",
    ],
    [
      "what is no JSON",
      { definition: "{" },
      "InvalidDefinition: Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: ",
    ],
  ])("%s", async (_, more, expected) => {
    expect(await refusal(create("refused", PASS, more))).toContain(expected);
    expect(await refusal(describeMachine(`${PREFIX}:stateMachine:refused`))).toBe(
      `StateMachineDoesNotExist: State Machine Does Not Exist: '${PREFIX}:stateMachine:refused'`,
    );
  });
});

describe("updates", () => {
  const update = (stateMachineArn: string, more: object) =>
    client.send(new UpdateStateMachineCommand({ stateMachineArn, ...more }));

  test("each has a revision, and one that changes nothing is the one before", async () => {
    const arn = await create("updated", PASS);
    expect((await describeMachine(arn)).revisionId).toBeUndefined();
    const first = await update(arn, { definition: JSON.stringify(FAIL) });
    const same = await update(arn, { definition: JSON.stringify(FAIL), roleArn: ROLE });
    expect([same.revisionId, same.updateDate]).toEqual([first.revisionId, first.updateDate]);
    const second = await update(arn, { tracingConfiguration: { enabled: true } });
    expect(second.revisionId).not.toBe(first.revisionId);
    expect(await describeMachine(arn)).toMatchObject({
      revisionId: second.revisionId,
      definition: JSON.stringify(FAIL),
      tracingConfiguration: { enabled: true },
    });
  });

  test("nothing, and what creation refuses, is refused and changes nothing", async () => {
    const arn = await create("kept", PASS);
    expect(await refusal(update(arn, {}))).toBe(
      "MissingRequiredParameter: Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified",
    );
    expect(await refusal(update(arn, { definition: "{}" }))).toContain("These fields are required: [StartAt, States]");
    expect((await describeMachine(arn)).definition).toBe(JSON.stringify(PASS));
  });

  test("an execution that runs keeps the definition that it was started with", async () => {
    const arn = await create("while-running", WAIT);
    const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn: arn }));
    await update(arn, { definition: JSON.stringify(FAIL) });
    await client.send(new StopExecutionCommand({ executionArn }));
    expect((await ended(executionArn)).status).toBe("ABORTED");
    const next = await client.send(new StartExecutionCommand({ stateMachineArn: arn }));
    expect(await ended(next.executionArn ?? "")).toMatchObject({ status: "FAILED", error: "Broken" });
  });
});

describe("deletion", () => {
  const remove = (stateMachineArn: string) => client.send(new DeleteStateMachineCommand({ stateMachineArn }));

  test("takes the executions along, and is no error for what is not there", async () => {
    const arn = await create("deleted", PASS);
    const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn: arn }));
    await ended(executionArn);
    await remove(arn);
    await remove(arn);
    expect(await refusal(describeMachine(arn))).toContain("StateMachineDoesNotExist");
    expect(await refusal(client.send(new DescribeExecutionCommand({ executionArn })))).toBe(
      `ExecutionDoesNotExist: Execution Does Not Exist: '${executionArn}'`,
    );
    expect(await create("deleted", FAIL)).toBe(arn);
  });

  test("waits for executions that run, and starts no new ones", async () => {
    const arn = await create("deleting", WAIT);
    const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn: arn }));
    await remove(arn);
    expect((await describeMachine(arn)).status).toBe("DELETING");
    const message = `StateMachineDeleting: State Machine is being deleted: '${arn}'`;
    expect(await refusal(client.send(new StartExecutionCommand({ stateMachineArn: arn })))).toBe(message);
    expect(await refusal(create("deleting", WAIT))).toBe(message);
    await client.send(new StopExecutionCommand({ executionArn }));
    await expect.poll(() => refusal(describeMachine(arn)).catch(() => "")).toContain("StateMachineDoesNotExist");
    expect(await refusal(client.send(new DescribeExecutionCommand({ executionArn })))).toContain(
      "ExecutionDoesNotExist",
    );
  });
});

test("state machines are listed by name, page by page", async () => {
  for (const number of [3, 1, 2]) await create(`page-${number}`, PASS);
  const names: (string | undefined)[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new ListStateMachinesCommand({ maxResults: 2, nextToken }));
    expect(page.stateMachines?.length).toBeLessThanOrEqual(2);
    names.push(...(page.stateMachines ?? []).map(({ name }) => name));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  expect(names).toEqual([...names].sort());
  expect(names.filter((name) => name?.startsWith("page-"))).toEqual(["page-1", "page-2", "page-3"]);
  expect(await refusal(client.send(new ListStateMachinesCommand({ nextToken: "mine" })))).toBe(
    "InvalidToken: Invalid Token: 'Invalid token'",
  );
});

test("a Distributed Map is described by its label", async () => {
  const processor = { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }, ...PASS };
  const map = { Type: "Map", Label: "each", ItemProcessor: processor, End: true };
  const arn = await create("labelled", { StartAt: "Map", States: { Map: map } });
  const described = await describeMachine(`${arn}/each`);
  expect(described.label).toBe("each");
  expect(JSON.parse(described.definition ?? "")).toEqual(processor);
  expect(await refusal(describeMachine(`${arn}/other`))).toContain("StateMachineDoesNotExist");
});
