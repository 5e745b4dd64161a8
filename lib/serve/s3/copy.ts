import type { Algorithm } from "./checksum.js";
import { checkCopySource } from "./conditions.js";
import type { S3Context } from "./context.js";
import { type Computed, Digests } from "./digests.js";
import { asS3Error, S3Error } from "./errors.js";
import type { OpenObject } from "./objects.js";
import { pump, type Target } from "./pump.js";
import type { ByteRange } from "./range.js";
import { checkKey, header, type ObjectRequest } from "./request.js";

/** Largest source of one copy. */
const SOURCE_BYTES = 5 * 1024 ** 3;

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
}

/** Reads `x-amz-copy-source`: `bucket/key` or `/bucket/key`, percent-encoded, perhaps with a version. */
export function readCopySource(request: ObjectRequest): CopySource {
  const text = header(request, "x-amz-copy-source") ?? "";
  const [, encoded = "", version] = /^\/?([\s\S]*?)(?:\?versionId=(.*))?$/.exec(text) ?? [];
  let path: string;
  try {
    path = decodeURIComponent(encoded).replace(/^\//, "");
  } catch {
    throw invalid("Invalid copy source encoding.", text);
  }
  const slash = path.indexOf("/");
  if (slash < 1 || slash === path.length - 1) {
    throw invalid("Copy Source must mention the source bucket and key: sourcebucket/sourcekey", text);
  }
  if (version !== undefined && version !== "null") throw invalid("Invalid version id specified", text);
  return { bucket: path.slice(0, slash), key: checkKey(path.slice(slash + 1)) };
}

/** Opens the source of a copy, if its conditions are met, for as long as `task` runs. */
export async function withSource<T>(
  { objects }: S3Context,
  request: ObjectRequest,
  task: (source: OpenObject) => Promise<T>,
): Promise<T> {
  const { bucket, key } = readCopySource(request);
  const source = await objects.open(bucket, key).catch((error: unknown) => {
    throw asS3Error(error, bucket, key);
  });
  try {
    checkCopySource(request, source);
    return await task(source);
  } finally {
    await source.close();
  }
}

/** Copies a part of an open object, byte by byte, and computes what a new object needs. */
export async function copyBytes(
  source: OpenObject,
  { start, end }: ByteRange,
  target: Target,
  algorithm: Algorithm | undefined,
): Promise<Computed> {
  if (end - start > SOURCE_BYTES) {
    const message = `The specified copy source is larger than the maximum allowable size for a copy source: ${SOURCE_BYTES}`;
    throw new S3Error("InvalidRequest", message);
  }
  const digests = new Digests(algorithm);
  const copied = await pump(source.body(start, end), target, digests);
  if (copied !== end - start) throw new S3Error("InternalError", "The source of the copy was cut short meanwhile");
  return await digests.end();
}

function invalid(message: string, value: string): S3Error {
  return new S3Error("InvalidArgument", message, { ArgumentName: "x-amz-copy-source", ArgumentValue: value });
}
