import { noSuchKey } from "../../adapters/store/errors.js";
import { S3Error } from "./errors.js";
import type { Check, StoredObject } from "./objects.js";
import { header, type ObjectRequest } from "./request.js";

/** Outcome of the conditions of a request: go on, or `304` with nothing to send. */
export type Condition = "met" | "notModified";

/** If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since on a read, in the order of RFC 9110, 13.2.2. */
export function checkRead(request: ObjectRequest, object: StoredObject): Condition {
  const match = header(request, "if-match");
  const unmodified = dateOf(header(request, "if-unmodified-since"));
  if (match !== undefined) {
    if (!matches(match, object)) throw failed("If-Match");
  } else if (unmodified !== undefined && seconds(object.modified) > unmodified) {
    throw failed("If-Unmodified-Since");
  }
  const noneMatch = header(request, "if-none-match");
  if (noneMatch !== undefined) return matches(noneMatch, object) ? "notModified" : "met";
  const modified = dateOf(header(request, "if-modified-since"));
  return modified !== undefined && seconds(object.modified) <= modified ? "notModified" : "met";
}

/** The conditions on the source of a copy; none of them met is an error. */
export function checkCopySource(request: ObjectRequest, source: StoredObject): void {
  const name = "x-amz-copy-source-if-";
  const match = header(request, `${name}match`);
  const unmodified = dateOf(header(request, `${name}unmodified-since`));
  if (match !== undefined) {
    if (!matches(match, source)) throw failed(`${name}match`);
  } else if (unmodified !== undefined && seconds(source.modified) > unmodified) {
    throw failed(`${name}unmodified-since`);
  }
  const noneMatch = header(request, `${name}none-match`);
  const modified = dateOf(header(request, `${name}modified-since`));
  if (noneMatch !== undefined) {
    if (matches(noneMatch, source)) throw failed(`${name}none-match`);
  } else if (modified !== undefined && seconds(source.modified) <= modified) {
    throw failed(`${name}modified-since`);
  }
}

/** If-Match and If-None-Match on a write. S3 knows only `*` for the latter. */
export function writeCheck(request: ObjectRequest): Check | undefined {
  const match = header(request, "if-match");
  const noneMatch = header(request, "if-none-match");
  if (noneMatch !== undefined && noneMatch !== "*") {
    throw new S3Error("NotImplemented", undefined, { Header: "If-None-Match" });
  }
  if (match === undefined && noneMatch === undefined) return undefined;
  return (current) => {
    if (noneMatch !== undefined && current !== undefined) throw failed("If-None-Match");
    if (match === undefined) return;
    if (current === undefined) throw noSuchKey(request.bucket, request.key);
    if (!matches(match, current)) throw failed("If-Match");
  };
}

function failed(condition: string): S3Error {
  return new S3Error("PreconditionFailed", undefined, { Condition: condition });
}

/** Whether a list of etags, quoted or not, or `*`, names the object. */
function matches(list: string, { etag }: StoredObject): boolean {
  return list.split(",").some((one) => {
    const tag = one
      .trim()
      .replace(/^W\//, "")
      .replace(/^"(.*)"$/, "$1");
    return tag === "*" || tag === etag;
  });
}

/** Seconds of a date; one that cannot be read is no condition. */
function dateOf(text: string | undefined): number | undefined {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : seconds(ms);
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
