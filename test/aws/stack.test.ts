import { SFNClient } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { findStateMachine } from "../../lib/aws/stack.js";
import { AwsError, fakeStates } from "./fake-states.js";

const arnOf = (name: string) => `arn:aws:states:eu-west-1:111122223333:stateMachine:${name}`;

/** State machines by name: the stack and the logical id they are tagged with. */
const MACHINES: Readonly<Record<string, readonly [stack: string, logicalId: string] | undefined>> = {
  "Resize1A2B-x9": ["Photos", "Resize1A2B"],
  "Sort3C4D-y8": ["Shop", "Sort3C4D"],
  "Send5E6F-z7": ["Shop", "Send5E6F"],
  billing: ["Shop", "Invoices7A8B"],
  byHand: undefined,
};

async function account(names = Object.keys(MACHINES)) {
  const { url, calls } = await fakeStates({
    // Pages of two.
    ListStateMachines: ({ nextToken = "0" }) => {
      const from = Number(nextToken);
      const page = names
        .slice(from, from + 2)
        .map((name) => ({ name, stateMachineArn: arnOf(name), type: "STANDARD" }));
      return { stateMachines: page, ...(from + 2 < names.length ? { nextToken: String(from + 2) } : {}) };
    },
    ListTagsForResource: ({ resourceArn }) => {
      const [stack, logicalId] = MACHINES[String(resourceArn).split(":").at(-1) ?? ""] ?? [];
      if (stack === undefined) return { tags: [{ key: "team", value: "a" }] };
      return {
        tags: [
          { key: "aws:cloudformation:stack-name", value: stack },
          { key: "aws:cloudformation:logical-id", value: logicalId },
        ],
      };
    },
  });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new SFNClient({ endpoint: url, region: "eu-west-1", credentials });
  const looked = () => calls.filter(({ operation }) => operation === "ListTagsForResource").length;
  return { client, looked };
}

test("the only state machine of a stack is found by the stack's name", async () => {
  const { client } = await account();
  expect(await findStateMachine(client, { stack: "Photos" })).toBe(arnOf("Resize1A2B-x9"));
});

test.each([
  ["its name", "Sort3C4D-y8", "Sort3C4D-y8"],
  ["its logical id", "Sort3C4D", "Sort3C4D-y8"],
  ["a beginning of its name", "So", "Sort3C4D-y8"],
  ["its logical id, when its name is another", "Invoices7A8B", "billing"],
])("one of several is found by %s", async (_what, stateMachine, name) => {
  const { client } = await account();
  expect(await findStateMachine(client, { stack: "Shop", stateMachine })).toBe(arnOf(name));
});

test("a name spares looking at all the others", async () => {
  const { client, looked } = await account();
  await findStateMachine(client, { stack: "Shop", stateMachine: "Sort" });
  expect(looked()).toBe(1);
});

test.each([
  [
    "without a name",
    undefined,
    "stack Shop has 3 state machines, choose one with --state-machine: Send5E6F-z7, Sort3C4D-y8, billing",
  ],
  ["with a beginning that several have", "S", "choose one with --state-machine: Send5E6F-z7, Sort3C4D-y8"],
])("several are listed %s", async (_what, stateMachine, message) => {
  const { client } = await account();
  await expect(findStateMachine(client, { stack: "Shop", stateMachine })).rejects.toMatchObject({
    code: "FANOUT_STATE_MACHINE_AMBIGUOUS",
    message: expect.stringContaining(message),
  });
});

test.each([
  ["a stack that is not there", "Shopp", undefined, "stack Shopp has no state machine here (5 were looked at)"],
  ["a state machine of another stack", "Photos", "Sort", "stack Photos has no state machine Sort here"],
])("%s is told of with what to check", async (_what, stack, stateMachine, message) => {
  const { client } = await account();
  await expect(findStateMachine(client, { stack, stateMachine })).rejects.toMatchObject({
    code: "FANOUT_USAGE",
    message: expect.stringMatching(`${message.replace(/[()]/g, "\\$&")}.*check the name, region and profile`),
  });
});

test("an account without state machines has none", async () => {
  const { client } = await account([]);
  await expect(findStateMachine(client, { stack: "Shop" })).rejects.toThrow("(0 were looked at)");
});

test("a missing right is told in AWS's words", async () => {
  const { url } = await fakeStates({ ListStateMachines: () => new AwsError("AccessDeniedException", "not you") });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new SFNClient({ endpoint: url, region: "eu-west-1", credentials });
  await expect(findStateMachine(client, { stack: "Shop" })).rejects.toThrow("AccessDeniedException: not you");
});
