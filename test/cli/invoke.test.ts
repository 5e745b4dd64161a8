import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localEndpoint } from "../../lib/aws/local-endpoint.js";
import { type Server, startServer } from "../../lib/serve/server.js";
import { runCli, startCli } from "./run-cli.js";

const MACHINES = {
  Good: { StartAt: "P", States: { P: { Type: "Pass", Result: { paid: true }, End: true } } },
  Bad: { StartAt: "F", States: { F: { Type: "Fail", Error: "Broke", Cause: "no money" } } },
  Slow: { StartAt: "W", States: { W: { Type: "Wait", Seconds: 600, End: true } } },
  Quick: { StartAt: "P", States: { P: { Type: "Pass", End: true } } },
};

let cwd: string;
let server: Server;
const arnOf: Record<string, string> = {};

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "fanout-"));
  server = await startServer({ data: join(cwd, "data"), logDirectory: join(cwd, "logs") });
  const client = new SFNClient(localEndpoint(server.url, server.region));
  for (const [name, definition] of Object.entries(MACHINES)) {
    const type = name === "Quick" ? "EXPRESS" : "STANDARD";
    const roleArn = "arn:aws:iam::000000000000:role/r";
    const made = await client.send(
      new CreateStateMachineCommand({ name, type, roleArn, definition: JSON.stringify(definition) }),
    );
    arnOf[name] = made.stateMachineArn ?? "";
  }
  client.destroy();
});

afterAll(async () => {
  await server.close();
  rmSync(cwd, { recursive: true });
});

const options = () => ({
  cwd,
  env: {
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  },
});
const invoke = (...args: string[]) => runCli(["invoke", ...args], options());

describe("an execution", () => {
  test("that succeeds: its output on stdout, what happened on stderr, exit 0", async () => {
    const { code, stdout, stderr } = await invoke(arnOf["Good"] ?? "", "--input", '{"id":7}');
    expect([code, JSON.parse(stdout)]).toEqual([0, { paid: true }]);
    expect(stderr).toMatch(/started arn:aws:states:us-east-1:000000000000:execution:Good:[\s\S]*Succeeded/);
  });

  test("that fails: exit 2, error and cause on stderr", async () => {
    const { code, stdout, stderr } = await invoke(arnOf["Bad"] ?? "");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/Broke.*no money/);
  });

  test("of an EXPRESS machine", async () => {
    const { code, stdout } = await invoke(arnOf["Quick"] ?? "", "--input", '{"id":7}');
    expect([code, JSON.parse(stdout)]).toEqual([0, { id: 7 }]);
  });

  test("as one JSON document, or with its output in a file", async () => {
    const asJson = await invoke(arnOf["Good"] ?? "", "--json");
    expect(JSON.parse(asJson.stdout)).toMatchObject({ status: "SUCCEEDED", output: { paid: true } });
    const { code } = await invoke(arnOf["Good"] ?? "", "--out", "result.json");
    expect([code, JSON.parse(readFileSync(join(cwd, "result.json"), "utf8"))]).toEqual([0, { paid: true }]);
  });

  test("that nobody waits for", async () => {
    const { code, stdout } = await invoke(arnOf["Slow"] ?? "", "--no-wait");
    expect([code, stdout]).toEqual([0, expect.stringContaining(":execution:Slow:")]);
  });

  test("that takes longer than one waits: exit 124", async () => {
    expect((await invoke(arnOf["Slow"] ?? "", "--timeout", "1")).code).toBe(124);
  });

  test("on Ctrl-C the watch ends, and how to stop the execution is said", async () => {
    const child = startCli(["invoke", arnOf["Slow"] ?? ""], options());
    await child.said("started arn:");
    child.kill("SIGINT");
    const { code, stderr } = await child.ended;
    expect([code, stderr]).toEqual([130, expect.stringMatching(/stop-execution .*:execution:Slow:/)]);
  });
});

describe("what cannot be started", () => {
  const arn = "arn:aws:states:us-east-1:000000000000:stateMachine:None";
  test.each([
    ["a machine that is not there", [arn], /StateMachineDoesNotExist|does not exist/i],
    ["an input that is no JSON", [`${arn}`, "--input", "{"], /--input/],
    ["nothing at all", [], /--stack/],
    ["what is no ARN", ["order"], /ARN/],
  ])("%s is one line, exit 1", async (_what, args, expected) => {
    const { code, stdout, stderr } = await invoke(...args);
    expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(expected)]);
    expect(stderr.split("\n").filter((line) => line.startsWith("fanout:"))).toHaveLength(1);
  });
});
