import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { checkRead } from "../conditions.js";
import type { ObjectOperation } from "../context.js";
import { S3Error } from "../errors.js";
import { objectHeaders, overrides } from "../object-headers.js";
import type { OpenObject, StoredObject } from "../objects.js";
import { type ByteRange, readRange } from "../range.js";
import { type Headers, sendEmpty, setHeaders } from "../reply.js";
import { header, type ObjectRequest } from "../request.js";
import { checksumHeaders } from "../result.js";

/** GetObject and HeadObject. */
export const getObject: ObjectOperation = async ({ objects }, request, response) => {
  checkVersion(request);
  const object = await objects.open(request.bucket, request.key);
  try {
    await send(request, object, response);
  } finally {
    await object.close();
  }
};

/** There is one version of each object, `null`. */
export function checkVersion({ query }: ObjectRequest): void {
  const version = query.get("versionId");
  if (version === null || version === "null") return;
  throw new S3Error("InvalidArgument", "Invalid version id specified", {
    ArgumentName: "versionId",
    ArgumentValue: version,
  });
}

async function send(request: ObjectRequest, object: OpenObject, response: ServerResponse): Promise<void> {
  const headers = objectHeaders(object);
  if (checkRead(request, object) === "notModified") {
    const { etag, "last-modified": modified, "cache-control": cache, expires } = headers;
    return sendEmpty(response, 304, { etag, "last-modified": modified, "cache-control": cache, expires });
  }
  const part = partOf(request, object);
  const range = part ?? rangeOf(request, object, response);
  setHeaders(response, { ...headers, ...overrides(request) });
  setHeaders(response, bodyHeaders(request, object, range, part !== undefined));
  response.writeHead(range === undefined ? 200 : 206);
  if (request.method === "HEAD") return void response.end();
  const { start, end } = range ?? { start: 0, end: object.size };
  await pipeline(Readable.from(object.body(start, end), { objectMode: false }), response).catch(ignoreClosed);
}

function bodyHeaders(
  request: ObjectRequest,
  object: StoredObject,
  range: ByteRange | undefined,
  isPart: boolean,
): Headers {
  const { start, end } = range ?? { start: 0, end: object.size };
  const wantsChecksum = header(request, "x-amz-checksum-mode")?.toUpperCase() === "ENABLED";
  return {
    "content-length": end - start,
    ...(range === undefined ? {} : { "content-range": `bytes ${start}-${end - 1}/${object.size}` }),
    ...(isPart && object.parts !== undefined ? { "x-amz-mp-parts-count": object.parts.length } : {}),
    ...(wantsChecksum && range === undefined ? checksumHeaders(object.checksum) : {}),
  };
}

/** The bytes of the part that `partNumber` asks for. An object that was put in one piece is its own part 1. */
function partOf({ query }: ObjectRequest, { size, parts = [{ size }] }: StoredObject): ByteRange | undefined {
  const text = query.get("partNumber");
  if (text === null) return undefined;
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > 10_000) {
    throw new S3Error("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
  }
  const part = parts[number - 1];
  if (part === undefined) {
    throw new S3Error("InvalidPartNumber", undefined, { PartNumberRequested: number, ActualPartCount: parts.length });
  }
  const start = parts.slice(0, number - 1).reduce((sum, one) => sum + one.size, 0);
  return { start, end: start + part.size };
}

function rangeOf(request: ObjectRequest, { size }: StoredObject, response: ServerResponse): ByteRange | undefined {
  try {
    return readRange(header(request, "range"), size);
  } catch (error) {
    response.setHeader("content-range", `bytes */${size}`);
    throw error;
  }
}

/** A client may go away before the end. */
function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
}
