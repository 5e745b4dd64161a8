import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** An error as AWS answers it. */
export class AwsError {
  readonly name: string;
  readonly message: string;
  constructor(name: string, message: string) {
    this.name = name;
    this.message = message;
  }
}

/** What a scripted operation answers: a document, an error, nothing at all, or a connection that breaks. */
type Answer = object | AwsError | "silence" | "break";

export interface Call {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Value of the Host header. */
  readonly host: string;
  readonly authorization: string;
}

/** Answers the calls of an operation; `nth` counts them from 0. */
export type Script = Readonly<Record<string, (input: Call["input"], nth: number) => Answer>>;

/** An endpoint that says what it is told to say, for one test: what no state machine could be made to do. */
export async function fakeStates(script: Script): Promise<{ url: string; calls: readonly Call[] }> {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const operation = String(request.headers["x-amz-target"]).replace("AWSStepFunctions.", "");
    const { host = "", authorization = "" } = request.headers;
    const nth = calls.filter((call) => call.operation === operation).length;
    const input = (await json(request)) as Call["input"];
    calls.push({ operation, input, host, authorization });
    respond(response, script[operation]?.(input, nth) ?? new AwsError("UnknownOperationException", operation));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}

function respond(response: ServerResponse, answer: Answer): void {
  if (answer === "silence") return;
  if (answer === "break") {
    response.socket?.destroy();
    return;
  }
  const isError = answer instanceof AwsError;
  const body = isError
    ? { __type: `com.amazonaws.swf.service.v2.model#${answer.name}`, message: answer.message }
    : answer;
  response.writeHead(isError ? 400 : 200, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify(body));
}

export const MACHINE = "arn:aws:states:eu-west-1:111122223333:stateMachine:order";
export const EXECUTION = "arn:aws:states:eu-west-1:111122223333:execution:order:one";
const began = { executionArn: EXECUTION, stateMachineArn: MACHINE, name: "one", startDate: 1_750_000_000.25 };

/** Answers of DescribeExecution. */
export const running = { ...began, status: "RUNNING" };
export const succeeded = { ...began, status: "SUCCEEDED", stopDate: 1_750_000_001.5, output: '{"total": 3.0}' };

/** A STANDARD state machine that can be started, and what its execution answers one after the other, the last for ever. */
export function standard(definition: object, ...answers: readonly Answer[]): Script {
  const text = JSON.stringify(definition);
  return {
    DescribeStateMachine: () => ({ stateMachineArn: MACHINE, name: "order", type: "STANDARD", definition: text }),
    StartExecution: () => ({ executionArn: EXECUTION, startDate: began.startDate }),
    DescribeExecution: (_input, nth) => answers[nth] ?? answers.at(-1) ?? running,
  };
}

/** Environment of a process that uses the endpoint. */
export function awsEnvironment(url: string): Record<string, string> {
  return { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
}
