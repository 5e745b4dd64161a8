import { UNKNOWN_TYPE } from "./content-type.js";
import { S3Error } from "./errors.js";
import type { ObjectMetadata } from "./metadata.js";
import type { StoredObject } from "./objects.js";
import { contentEncoding } from "./receive.js";
import type { Headers } from "./reply.js";
import { headerOrQuery, type S3Request } from "./request.js";
import { parseTagging } from "./tags.js";

/** Headers that an object keeps as they were given. */
const KEPT = [
  "content-type",
  "cache-control",
  "content-disposition",
  "content-language",
  "expires",
  "x-amz-storage-class",
  "x-amz-website-redirect-location",
];

/** What a query may put in the place of those headers in the answer to a GET. */
const OVERRIDES = [
  "content-type",
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "expires",
];

const PREFIX = "x-amz-meta-";

/** Bytes of names and values of user metadata. */
const USER_BYTES = 2048;

/** What a request that makes an object says of it. */
export type GivenMetadata = Pick<ObjectMetadata, "headers" | "user" | "tags">;

export function readMetadata(request: S3Request): GivenMetadata {
  const headers: Record<string, string> = {};
  for (const name of KEPT) {
    const value = headerOrQuery(request, name);
    if (value !== undefined && value !== "") headers[name] = value;
  }
  const encoding = contentEncoding(request);
  if (encoding !== undefined) headers["content-encoding"] = encoding;
  if (headers["x-amz-storage-class"] === "STANDARD") delete headers["x-amz-storage-class"];
  headers["content-type"] ??= UNKNOWN_TYPE;
  const tagging = headerOrQuery(request, "x-amz-tagging");
  return { headers, user: readUser(request), tags: tagging === undefined ? undefined : parseTagging(tagging) };
}

/** The headers that describe an object, whatever part of it is sent. */
export function objectHeaders(object: StoredObject): Headers {
  const tags = Object.keys(object.tags ?? {}).length;
  return {
    "content-type": UNKNOWN_TYPE,
    ...object.headers,
    ...Object.fromEntries(Object.entries(object.user).map(([name, value]) => [PREFIX + name, encodeWord(value)])),
    "x-amz-tagging-count": tags === 0 ? undefined : tags,
    "x-amz-server-side-encryption": "AES256",
    "accept-ranges": "bytes",
    "last-modified": httpDate(object.modified),
    etag: `"${object.etag}"`,
  };
}

/** `response-content-type` and its like. */
export function overrides({ query }: S3Request): Headers {
  const given = OVERRIDES.map((name) => [name, query.get(`response-${name}`)] as const);
  return Object.fromEntries(given.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/** Dates of S3 are whole seconds. */
export function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

export function isoDate(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString();
}

function readUser(request: S3Request): Record<string, string> {
  const names = new Set(
    [...Object.keys(request.message.headers), ...request.query.keys()]
      .map((name) => name.toLowerCase())
      .filter((name) => name.startsWith(PREFIX)),
  );
  const user = Object.fromEntries(
    [...names].map((name) => [name.slice(PREFIX.length), decodeWords(headerOrQuery(request, name) ?? "")]),
  );
  const size = Object.entries(user).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (size > USER_BYTES) throw new S3Error("MetadataTooLarge", undefined, { Size: size, MaxSizeAllowed: USER_BYTES });
  return user;
}

/** Reads the words of RFC 2047 in a value. */
function decodeWords(value: string): string {
  const joined = value.replace(/(\?=)\s+(=\?)/g, "$1$2");
  return joined.replace(/=\?utf-8\?(?:(b)|q)\?([^? ]*)\?=/gi, (_, base64: string | undefined, text: string) =>
    base64 === undefined ? decodeQuoted(text) : Buffer.from(text, "base64").toString("utf8"),
  );
}

function decodeQuoted(text: string): string {
  const bytes = text
    .replaceAll("_", " ")
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** A value as a header can carry it: beyond ASCII as a word of RFC 2047. */
function encodeWord(value: string): string {
  return /^[\t\x20-\x7e]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString("base64")}?=`;
}
