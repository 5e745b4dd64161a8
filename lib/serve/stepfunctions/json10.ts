import type { IncomingMessage, ServerResponse } from "node:http";
import type { Random } from "../../run/ports.js";
import { ApiError } from "./api-error.js";

/** AWS JSON 1.0, the wire format of Step Functions. */
const CONTENT_TYPE = "application/x-amz-json-1.0";
/** The largest request is a definition of 1 MiB, escaped. */
const MAX_BODY = 16 * 1024 * 1024;

const TARGET = "AWSStepFunctions.";

/** The operation that a request is for; undefined when it is for another service. */
export function operationOf(request: IncomingMessage): string | undefined {
  const target = request.headers["x-amz-target"];
  if (typeof target !== "string" || !target.startsWith(TARGET)) return undefined;
  return target.slice(TARGET.length);
}

/** The body of a request. Throws SerializationException when it is no JSON. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    // The rest is read all the same, or the connection could not be used again.
    if (size <= MAX_BODY) chunks.push(chunk as Buffer);
  }
  if (size > MAX_BODY) throw new ApiError("RequestEntityTooLargeException", "Request is too large", 413);
  const text = Buffer.concat(chunks).toString("utf8");
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    throw new ApiError("SerializationException", "The request is no JSON");
  }
}

export function sendResult(response: ServerResponse, random: Random, result: object): void {
  send(response, random, 200, JSON.stringify(result));
}

export function sendError(response: ServerResponse, random: Random, error: unknown): void {
  const { code, message, status, reason } =
    error instanceof ApiError ? error : new ApiError("InternalFailure", internal(error), 500);
  const space = code === "ValidationException" ? "com.amazon.coral.validate" : "com.amazonaws.states";
  send(response, random, status, JSON.stringify({ __type: `${space}#${code}`, message, reason }));
}

function send(response: ServerResponse, random: Random, status: number, body: string): void {
  response.writeHead(status, {
    "x-amzn-RequestId": random.uuid(),
    "Content-Type": CONTENT_TYPE,
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
}

/** A mistake of this server: the stack is what helps to mend it. */
function internal(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
