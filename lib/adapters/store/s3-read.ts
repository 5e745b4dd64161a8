import type { GetObjectCommandInput, GetObjectCommandOutput } from "@aws-sdk/client-s3";
import type { ObjectInfo, ReadOptions } from "../../run/ports.js";
import type { ConnectedS3 } from "./s3-client.js";

/** Bytes of one request. */
const PART_BYTES = 2 * 1024 * 1024;
/** Bytes that are handed on at once. */
const CHUNK_BYTES = 128 * 1024;
/** Requests that are under way, or whose bytes wait, while another part is being used. */
const AHEAD = 4;
/** How often a part is asked for whose bytes stop coming; requests that are refused are repeated by the SDK. */
const ATTEMPTS = 3;

/** An object that is being read. */
export interface S3Source {
  readonly bucket: string;
  readonly key: string;
  readonly options: ReadOptions;
}

/** Part of an object: its bytes are at the start of the buffer that they were read into. */
interface Part {
  readonly buffer: Uint8Array;
  readonly length: number;
}

/** The first part of what is wanted of an object, and what the object is. */
export async function openObject(
  s3: ConnectedS3,
  source: S3Source,
  start: number,
  end: number,
): Promise<{ info: ObjectInfo; chunks: Uint8Array[] }> {
  return await readPart(s3, source, [start, Math.min(end, start + PART_BYTES)], async (answer) => {
    const chunks: Uint8Array[] = [];
    await collect(answer, (chunk) => chunks.push(chunk));
    return { info: infoOfAnswer(source.key, answer, sizeOf(answer)), chunks };
  });
}

/**
 * The bytes from `start` to `end`, the parts after the first one read several at a time and handed on in order. All are
 * of the object that has this etag; another one by that name is an error. What waits is in buffers that are used again:
 * the collector would leave several times as much of it lying about. What is handed on is the consumer's own.
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
  const free: Uint8Array[] = [];
  let next = start;
  const ask = () => {
    const to = Math.min(next + PART_BYTES, end);
    const buffer = free.pop() ?? new Uint8Array(Math.min(PART_BYTES, end - start));
    const part = readPart(s3, source, [next, to], async (answer) => ({ buffer, length: await fill(buffer, answer) }), {
      etag,
      signal: leaving.signal,
    });
    // A part that nobody comes to may fail in silence.
    part.catch(() => {});
    ahead.push(part);
    next = to;
  };
  try {
    while (next < end && ahead.length < AHEAD) ask();
    for (let part = ahead.shift(); part !== undefined; part = ahead.shift()) {
      const { buffer, length } = await part;
      if (next < end) ask();
      for (let at = 0; at < length; at += CHUNK_BYTES) yield buffer.slice(at, Math.min(at + CHUNK_BYTES, length));
      free.push(buffer);
    }
  } finally {
    leaving.abort();
  }
}

/** Asks for the bytes from the first to before the second, again when they stop coming. */
async function readPart<T>(
  { client, sdk }: ConnectedS3,
  source: S3Source,
  [start, end]: readonly [number, number],
  use: (answer: GetObjectCommandOutput) => Promise<T>,
  { etag, signal }: { etag?: string; signal?: AbortSignal } = {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const range = `bytes=${start}-${Number.isFinite(end) ? end - 1 : ""}`;
    const command = new sdk.GetObjectCommand({ ...requestOf(source), Range: range, ...(etag && { IfMatch: etag }) });
    const answer = await client.send(command, signal === undefined ? {} : { abortSignal: signal });
    try {
      return await use(answer);
    } catch (error) {
      if (attempt === ATTEMPTS || signal?.aborted === true) throw error;
    }
  }
}

/** Gives how many bytes there were. Throws Error when they are more than there is room for. */
async function fill(buffer: Uint8Array, answer: GetObjectCommandOutput): Promise<number> {
  return await collect(answer, (chunk, at) => {
    if (at + chunk.length > buffer.length) throw new Error("the answer has more bytes than were asked for");
    buffer.set(chunk, at);
  });
}

/** Hands on the bytes of an answer, and where in it they are. Gives their number. Throws Error when some are missing. */
async function collect(
  { Body, ContentLength }: GetObjectCommandOutput,
  onChunk: (chunk: Uint8Array, at: number) => void,
): Promise<number> {
  let length = 0;
  for await (const chunk of Body as unknown as AsyncIterable<Uint8Array>) {
    onChunk(chunk, length);
    length += chunk.length;
  }
  if (ContentLength !== undefined && length !== ContentLength) {
    throw new Error(`the answer ended after ${length} of ${ContentLength} bytes`);
  }
  return length;
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
