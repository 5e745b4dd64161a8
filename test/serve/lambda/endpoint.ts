import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { afterEach } from "vitest";
import { eventLoopInvoker } from "../../../lib/adapters/invoke/event-loop.js";
import { mutableFunctionTable } from "../../../lib/adapters/invoke/mutable-functions.js";
import type { LocalInvokerOptions } from "../../../lib/adapters/invoke/options.js";
import { threadInvoker } from "../../../lib/adapters/invoke/threads.js";
import type { FunctionDefinition } from "../../../lib/definition/application.js";
import { endpointEnvironment } from "../../../lib/serve/lambda/environment.js";
import { createLambda } from "../../../lib/serve/lambda/lambda.js";
import type { LambdaOptions } from "../../../lib/serve/lambda/operation.js";
import { codeOf } from "./zip.js";

export const REGION = "eu-west-1";
export const ACCOUNT = "000000000000";
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/test`;

export function arnOf(name: string): string {
  return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
}

export interface EndpointOptions extends Pick<LambdaOptions, "store" | "now"> {
  readonly definitions?: readonly FunctionDefinition[];
  readonly backend?: "threads" | "event-loop";
  readonly workers?: number;
  readonly folder?: string;
}

export interface Endpoint {
  readonly url: string;
  /** Where code is unpacked. */
  readonly folder: string;
  readonly client: LambdaClient;
  create(name: string, handler: string, more?: Partial<CreateFunctionCommandInput>): Promise<unknown>;
  /** Calls a function; its result is parsed. */
  call(name: string, event?: unknown, more?: Partial<InvokeCommandInput>): Promise<Called>;
  close(): Promise<void>;
}

export interface Called {
  readonly status: number | undefined;
  readonly error: string | undefined;
  readonly version: string | undefined;
  readonly requestId: string | undefined;
  readonly log: string | undefined;
  readonly payload: unknown;
}

/** Starts endpoints for the tests of a file; each is closed after its test. */
export function endpoints(): (options?: EndpointOptions) => Promise<Endpoint> {
  const open: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
  });
  return async (options = {}) => {
    const temporary = mkdtempSync(join(tmpdir(), "fanout-lambda-"));
    const folder = options.folder ?? join(temporary, "functions");
    const server = createServer((request, response) => void lambda.handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const functions = mutableFunctionTable(options.definitions);
    const environment = endpointEnvironment(url);
    const shared: LocalInvokerOptions = { functions, region: REGION, account: ACCOUNT, environment };
    const invoker =
      options.backend === "event-loop"
        ? eventLoopInvoker(shared)
        : threadInvoker({ ...shared, workers: options.workers ?? 2 });
    const { store, now } = options;
    const lambda = createLambda({ invoker, functions, folder, region: REGION, account: ACCOUNT, store, now });
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const client = new LambdaClient({ endpoint: url, region: REGION, credentials, maxAttempts: 1 });
    const close = async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await invoker.close();
      rmSync(temporary, { recursive: true, force: true });
    };
    open.push(close);
    return { url, folder, client, close, ...helpers(client) };
  };
}

function helpers(client: LambdaClient): Pick<Endpoint, "create" | "call"> {
  return {
    create(name, handler, more = {}) {
      const given = { FunctionName: name, Runtime: "nodejs24.x", Handler: "index.handler", Role: ROLE } as const;
      return client.send(new CreateFunctionCommand({ ...given, Code: { ZipFile: codeOf(handler) }, ...more }));
    },
    async call(name, event, more = {}) {
      const payload = event === undefined ? {} : { Payload: JSON.stringify(event) };
      const reply = await client.send(new InvokeCommand({ FunctionName: name, ...payload, ...more }));
      const text = reply.Payload?.transformToString() ?? "";
      return {
        status: reply.StatusCode,
        error: reply.FunctionError,
        version: reply.ExecutedVersion,
        requestId: reply.$metadata.requestId,
        log: reply.LogResult && Buffer.from(reply.LogResult, "base64").toString(),
        payload: text === "" ? undefined : JSON.parse(text),
      };
    },
  };
}

/** Name, status and message of what a call is refused with. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return `${$metadata?.httpStatusCode} ${name}: ${message}`;
  }
  throw new Error("it was not refused");
}
