import type { IncomingMessage } from "node:http";
import { S3Error } from "./errors.js";

/** Longest key, in UTF-8 bytes. */
const KEY_BYTES = 1024;

/** A request, taken apart. */
export interface S3Request {
  readonly method: string;
  /** Absent: the service itself. */
  readonly bucket: string | undefined;
  /** Absent: the bucket itself. */
  readonly key: string | undefined;
  /** Path as it came, for error documents. */
  readonly resource: string;
  readonly query: URLSearchParams;
  readonly message: IncomingMessage;
}

/** An operation on a bucket, or on an object of it. */
export interface BucketRequest extends S3Request {
  readonly bucket: string;
}
export interface ObjectRequest extends BucketRequest {
  readonly key: string;
}

/**
 * Reads method, address and query. The path is taken as it came: `a//b` and `../x` are keys.
 *
 * @param isBucket Whether there is such a bucket: `name.localhost` names one only then, or when nothing else makes sense.
 */
export async function readRequest(
  message: IncomingMessage,
  isBucket: (name: string) => Promise<boolean>,
): Promise<S3Request> {
  const method = message.method ?? "GET";
  const [path = "/", ...search] = (message.url ?? "/").replace(/^https?:\/\/[^/?]*/i, "").split("?");
  const query = new URLSearchParams(search.join("?"));
  const host = bucketOfHost(message.headers.host ?? "");
  const bare = path === "/" || path === "";
  if (host !== undefined && ((bare && method !== "GET") || (await isBucket(host)))) {
    return { method, bucket: host, key: keyOf(path.slice(1)), resource: path, query, message };
  }
  const [, bucket = "", key = ""] = /^\/?([^/]*)(?:\/([\s\S]*))?$/.exec(path) ?? [];
  const named = bucket === "" ? undefined : decode(bucket);
  return { method, bucket: named, key: named === undefined ? undefined : keyOf(key), resource: path, query, message };
}

export function isBucketRequest(request: S3Request): request is BucketRequest {
  return request.bucket !== undefined && request.key === undefined;
}

export function isObjectRequest(request: S3Request): request is ObjectRequest {
  return request.bucket !== undefined && request.key !== undefined;
}

/** A header, or the query parameter that stands for it in a presigned URL. */
export function headerOrQuery({ message, query }: S3Request, name: string): string | undefined {
  const value = message.headers[name] ?? query.get(name) ?? undefined;
  return Array.isArray(value) ? value.join(", ") : value;
}

export function header({ message }: S3Request, name: string): string | undefined {
  const value = message.headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

/** A number of the query: `fallback` when it is not given, InvalidArgument when it is none. */
export function queryNumber(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name);
  if (text === null || text === "") return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 2 ** 31 - 1) return value;
  const message = `Provided ${name} not an integer or within integer range`;
  throw new S3Error("InvalidArgument", message, { ArgumentName: name, ArgumentValue: text });
}

/** Checks the key of a request, or of a document. */
export function checkKey(key: string): string {
  const size = Buffer.byteLength(key);
  if (size <= KEY_BYTES) return key;
  throw new S3Error("KeyTooLongError", undefined, { Size: size, MaxSizeAllowed: KEY_BYTES });
}

function keyOf(encoded: string): string | undefined {
  return encoded === "" ? undefined : checkKey(decode(encoded));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error("InvalidURI", undefined, { URI: text });
  }
}

/** `photos` of `photos.localhost:4000` and `photos.s3.us-east-1.localhost:4000`. */
function bucketOfHost(host: string): string | undefined {
  const name = /^(.+)\.localhost(?::\d+)?$/i.exec(host)?.[1]?.replace(/(^|\.)s3(\.[a-z0-9-]+)?$/, "");
  return name === "" ? undefined : name;
}
