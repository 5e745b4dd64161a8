import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { expect, onTestFinished, test } from "vitest";
import { localEndpoint } from "../../lib/aws/local-endpoint.js";
import { folderWith, runCli, startCli } from "./run-cli.js";

const ROLE = "arn:aws:iam::000000000000:role/test";
const WAIT = { StartAt: "Wait", States: { Wait: { Type: "Wait", Seconds: 3600, End: true } } };

/** Starts `fanout serve`. Gives a client when it is up, and ends it when the test does. */
async function startServe(cwd: string, args: readonly string[]) {
  const cli = startCli(["serve", ...args], { cwd });
  onTestFinished(() => cli.kill("SIGKILL"));
  await cli.said("AWS clients need these lines");
  const { stderr } = cli.output();
  const url = / at (http:\S+)/.exec(stderr)?.[1] ?? "";
  const client = new SFNClient(localEndpoint(url, "us-east-1"));
  onTestFinished(() => client.destroy());
  return { cli, client, url };
}

test("what is created is there after Ctrl-C and a new start with --data", async () => {
  const cwd = folderWith({});
  const first = await startServe(cwd, ["--data", "kept"]);
  const created = await first.client.send(
    new CreateStateMachineCommand({ name: "waits", definition: JSON.stringify(WAIT), roleArn: ROLE }),
  );
  const { executionArn } = await first.client.send(new StartExecutionCommand(created));
  first.cli.kill("SIGINT");
  const result = await first.cli.ended;
  expect([result.code, result.signal]).toEqual([0, null]);
  expect(result.stdout).toBe(
    [
      `export AWS_ENDPOINT_URL=${first.url}`,
      "export AWS_REGION=us-east-1",
      "export AWS_DEFAULT_REGION=us-east-1",
      "export AWS_ACCESS_KEY_ID=test",
      "export AWS_SECRET_ACCESS_KEY=test",
      "",
    ].join("\n"),
  );
  const second = await startServe(cwd, ["--data", "kept"]);
  const described = await second.client.send(new DescribeExecutionCommand({ executionArn }));
  expect([described.status, described.stateMachineArn]).toEqual(["ABORTED", created.stateMachineArn]);
});

test("the target's state machine and function are there, and the handler finds the endpoint", async () => {
  const cwd = folderWith({
    "template.json": JSON.stringify({
      Resources: {
        Say: {
          Type: "AWS::Serverless::Function",
          Properties: { FunctionName: "say", CodeUri: "src", Handler: "say.handler", Runtime: "nodejs22.x" },
        },
        Machine: {
          Type: "AWS::StepFunctions::StateMachine",
          Properties: {
            StateMachineName: "say",
            RoleArn: ROLE,
            Definition: {
              StartAt: "Say",
              States: { Say: { Type: "Task", Resource: { "Fn::GetAtt": ["Say", "Arn"] }, End: true } },
            },
          },
        },
      },
    }),
    "src/say.js": "exports.handler = async () => [process.env.AWS_ENDPOINT_URL, process.env.AWS_ACCESS_KEY_ID];\n",
  });
  const { client, cli, url } = await startServe(cwd, ["template.json", "--verbose"]);
  const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}));
  expect(stateMachines.map(({ name }) => name)).toEqual(["say"]);
  const { executionArn } = await client.send(
    new StartExecutionCommand({ stateMachineArn: stateMachines[0]?.stateMachineArn }),
  );
  const look = () => client.send(new DescribeExecutionCommand({ executionArn }));
  await expect.poll(async () => (await look()).status, { timeout: 20_000 }).toBe("SUCCEEDED");
  expect((await look()).output).toBe(JSON.stringify([url, "test"]));
  cli.kill("SIGTERM");
  const { code, stderr } = await cli.ended;
  expect(code).toBe(0);
  expect(stderr).toMatch(/^fanout: 200 StartExecution [\d.]+ ms$/m);
});

test("without --data only the buckets stay", async () => {
  const cwd = folderWith({});
  const { cli, url } = await startServe(cwd, []);
  await fetch(`${url}/photos`, { method: "PUT" });
  await fetch(`${url}/photos/a/b.txt`, { method: "PUT", body: "text" });
  cli.kill("SIGINT");
  expect((await cli.ended).code).toBe(0);
  expect(readFileSync(join(cwd, ".fanout", "s3", "photos", "a", "b.txt"), "utf8")).toBe("text");
  expect(existsSync(join(cwd, ".fanout", "stepfunctions"))).toBe(false);
});

test("a definition that AWS would refuse is told with its place", async () => {
  const cwd = folderWith({ "bad.asl.json": '{\n "StartAt": "A",\n "States": {"A": {"Type": "Pass", "Next": "B"}}\n}' });
  const { code, stdout, stderr } = await runCli(["serve", "bad.asl.json"], { cwd });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^fanout: bad\.asl\.json:3:\d+ \/States\/A\/Next: /);
});

test.each([
  [["--quiet", "--verbose"], "exclude each other"],
  [["--port", "70000"], "whole number from 0 to 65535"],
  [["nowhere.json"], "FANOUT_FILE_NOT_FOUND"],
])("serve %j is refused", async (args, message) => {
  const { code, stderr } = await runCli(["serve", ...args], { cwd: folderWith({}) });
  expect(code).toBe(1);
  expect(stderr).toContain(message);
});
