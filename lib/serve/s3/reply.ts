import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { S3Error } from "./errors.js";
import type { S3Request } from "./request.js";
import { document, type Xml } from "./xml.js";

export type Headers = Readonly<Record<string, string | number | undefined>>;

/** Gives every answer its request id. */
export function identify(response: ServerResponse): void {
  response.setHeader("x-amz-request-id", randomBytes(8).toString("hex").toUpperCase());
  response.setHeader("x-amz-id-2", randomBytes(32).toString("base64"));
  response.setHeader("server", "AmazonS3");
}

export function setHeaders(response: ServerResponse, headers: Headers): void {
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value);
}

export function sendEmpty(response: ServerResponse, status: number, headers: Headers = {}): void {
  setHeaders(response, headers);
  if (status !== 204 && status !== 304) response.setHeader("content-length", 0);
  response.writeHead(status).end();
}

export function sendXml(response: ServerResponse, root: string, content: Xml, headers: Headers = {}): void {
  sendText(response, 200, document(root, content), headers);
}

export function sendError(response: ServerResponse, request: S3Request | undefined, error: S3Error): void {
  if (request?.method === "HEAD") return sendEmpty(response, error.status);
  const text = document(
    "Error",
    {
      Code: error.code,
      Message: error.message,
      ...error.details,
      Resource: request?.resource ?? "/",
      RequestId: String(response.getHeader("x-amz-request-id")),
      HostId: String(response.getHeader("x-amz-id-2")),
    },
    false,
  );
  sendText(response, error.status, text, {});
}

function sendText(response: ServerResponse, status: number, text: string, headers: Headers): void {
  setHeaders(response, { ...headers, "content-type": "application/xml", "content-length": Buffer.byteLength(text) });
  response.writeHead(status).end(text);
}
