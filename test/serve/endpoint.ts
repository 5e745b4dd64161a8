import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateStateMachineCommand,
  type CreateStateMachineCommandInput,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { afterAll } from "vitest";
import { localEndpoint } from "../../lib/aws/local-endpoint.js";
import { type Server, type ServerOptions, startServer } from "../../lib/serve/server.js";

export const ROLE = "arn:aws:iam::000000000000:role/test";
export const PREFIX = "arn:aws:states:eu-west-1:000000000000";

/** Definitions by what they do. */
export const PASS = { StartAt: "Pass", States: { Pass: { Type: "Pass", End: true } } };
export const WAIT = {
  StartAt: "Wait",
  States: { Wait: { Type: "Wait", Seconds: 3600, Next: "Done" }, Done: { Type: "Succeed" } },
};
export const FAIL = { StartAt: "Fail", States: { Fail: { Type: "Fail", Error: "Broken", Cause: "on purpose" } } };

/** An endpoint and a real client of it. */
export interface Endpoint {
  readonly server: Server;
  readonly client: SFNClient;
  /** Creates a state machine. Gives its ARN. */
  create(name: string, definition: object, more?: Partial<CreateStateMachineCommandInput>): Promise<string>;
  /** Resolves when an execution has ended. */
  ended(executionArn: string): Promise<DescribeExecutionCommandOutput>;
}

/** A folder for one test file, removed when its tests have run. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "fanout-serve-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An endpoint for the tests of one file. */
export async function openEndpoint(options: ServerOptions = {}): Promise<Endpoint> {
  const folder = temporaryFolder();
  const server = await startServer({ region: "eu-west-1", data: join(folder, "data"), ...options });
  const client = clientOf(server);
  afterAll(async () => {
    client.destroy();
    await server.close();
  });
  return { server, ...helpers(client) };
}

export function clientOf({ url }: Server): SFNClient {
  return new SFNClient({ ...localEndpoint(url, "eu-west-1"), maxAttempts: 1 });
}

export function helpers(client: SFNClient): Omit<Endpoint, "server"> {
  return {
    client,
    async create(name, definition, more = {}) {
      const input = { name, definition: JSON.stringify(definition), roleArn: ROLE, ...more };
      const { stateMachineArn } = await client.send(new CreateStateMachineCommand(input));
      return stateMachineArn ?? "";
    },
    async ended(executionArn) {
      for (;;) {
        const described = await client.send(new DescribeExecutionCommand({ executionArn }));
        if (described.status !== "RUNNING") return described;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}

/** Name and message of what a call is refused with. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
  throw new Error("it was not refused");
}
