import type { GetObjectCommandInput, GetObjectCommandOutput } from "@aws-sdk/client-s3";
import type { ObjectInfo, ReadOptions } from "../../run/ports.js";
import type { ConnectedS3 } from "./s3-client.js";

/** Bytes of one request. */
const PART_BYTES = 8 * 1024 * 1024;
/** Requests that are under way, or whose bytes wait, while another part is being used. */
const AHEAD = 3;
/** How often a part is asked for whose bytes stop coming; requests that are refused are repeated by the SDK. */
const ATTEMPTS = 3;

/** An object that is being read. */
export interface S3Source {
  readonly bucket: string;
  readonly key: string;
  readonly options: ReadOptions;
}

interface Part {
  readonly chunks: readonly Uint8Array[];
  readonly answer: GetObjectCommandOutput;
}

/** The first part of what is wanted of an object, and what the object is. */
export async function openObject(
  s3: ConnectedS3,
  source: S3Source,
  start: number,
  end: number,
): Promise<{ info: ObjectInfo; chunks: readonly Uint8Array[] }> {
  const { answer, chunks } = await readPart(s3, source, start, Math.min(end, start + PART_BYTES));
  return { info: infoOfAnswer(source.key, answer, sizeOf(answer)), chunks };
}

/**
 * The bytes from `start` to `end`, the parts after the first one read several at a time and handed on in order. All are
 * of the object that has this etag; another one by that name is an error.
 */
export async function* restOfObject(
  s3: ConnectedS3,
  source: S3Source,
  etag: string,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, void> {
  const leaving = new AbortController();
  const ahead: Promise<Part>[] = [];
  let next = start;
  const ask = () => {
    const to = Math.min(next + PART_BYTES, end);
    const part = readPart(s3, source, next, to, { etag, signal: leaving.signal });
    // A part that nobody comes to may fail in silence.
    part.catch(() => {});
    ahead.push(part);
    next = to;
  };
  try {
    while (next < end && ahead.length < AHEAD) ask();
    for (let part = ahead.shift(); part !== undefined; part = ahead.shift()) {
      const { chunks } = await part;
      if (next < end) ask();
      yield* chunks;
    }
  } finally {
    leaving.abort();
  }
}

async function readPart(
  { client, sdk }: ConnectedS3,
  source: S3Source,
  start: number,
  end: number,
  { etag, signal }: { etag?: string; signal?: AbortSignal } = {},
): Promise<Part> {
  for (let attempt = 1; ; attempt++) {
    const range = `bytes=${start}-${Number.isFinite(end) ? end - 1 : ""}`;
    const command = new sdk.GetObjectCommand({ ...requestOf(source), Range: range, ...(etag && { IfMatch: etag }) });
    const answer = await client.send(command, signal === undefined ? {} : { abortSignal: signal });
    try {
      return { answer, chunks: await collect(answer) };
    } catch (error) {
      if (attempt === ATTEMPTS || signal?.aborted === true) throw error;
    }
  }
}

async function collect({ Body, ContentLength }: GetObjectCommandOutput): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of Body as unknown as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
  }
  if (ContentLength !== undefined && length !== ContentLength) {
    throw new Error(`the answer ended after ${length} of ${ContentLength} bytes`);
  }
  return chunks;
}

export function requestOf({ bucket, key, options }: S3Source): GetObjectCommandInput {
  const { versionId, expectedBucketOwner } = options;
  return {
    Bucket: bucket,
    Key: key,
    ...(versionId === undefined ? {} : { VersionId: versionId }),
    ...(expectedBucketOwner === undefined ? {} : { ExpectedBucketOwner: expectedBucketOwner }),
  };
}

/** Size of the whole object, of whose bytes an answer has some. */
function sizeOf({ ContentRange, ContentLength }: GetObjectCommandOutput): number {
  const total = /\/(\d+)$/.exec(ContentRange ?? "")?.[1];
  return total === undefined ? (ContentLength ?? 0) : Number(total);
}

export function infoOfAnswer(
  key: string,
  { ETag = "", LastModified }: { ETag?: string | undefined; LastModified?: Date | undefined },
  size: number,
): ObjectInfo {
  // Headers have whole seconds; listings may have more.
  const lastModified = Math.floor((LastModified?.getTime() ?? 0) / 1000) * 1000;
  return { key, size, etag: ETag, lastModified };
}
