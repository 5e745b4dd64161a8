import type { IncomingMessage } from "node:http";
import { ApiError } from "./api-error.js";

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** How much of a body an operation takes. */
export interface BodyLimit {
  readonly bytes: number;
  /** Name of the operation in the error. */
  readonly operation: string;
}

/** Reads a body whole. One that is too large is read to its end, so that the caller sees the answer, and dropped. */
export async function readBody(request: IncomingMessage, limit: BodyLimit): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit.bytes) chunks.push(chunk);
  }
  if (size > limit.bytes) {
    const message = `Request must be smaller than ${limit.bytes} bytes for the ${limit.operation} operation`;
    throw new ApiError("RequestEntityTooLargeException", message);
  }
  return Buffer.concat(chunks);
}

/** The value of a body or a payload; an empty one is `{}`. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(UTF8.decode(body));
  } catch (error) {
    const message = `Could not parse request body into json: ${(error as Error).message}`;
    throw new ApiError("InvalidRequestContentException", message);
  }
}
