import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type Algorithm, createDigest, headerOf } from "./checksum.js";
import { decodeChunked } from "./chunked.js";
import { S3Error } from "./errors.js";
import { checkValue, type Expected, readExpected } from "./expected.js";
import { header, type S3Request } from "./request.js";

/** Bytes handed to the file at once. */
const WRITE_BYTES = 1024 * 1024;

/** Largest body of one request. */
const BODY_BYTES = 5 * 1024 ** 3;

/** A body that has arrived whole and is what it was said to be. */
export interface Received {
  readonly size: number;
  /** Hexadecimal. */
  readonly md5: string;
  readonly checksum: { readonly algorithm: Algorithm; readonly value: string } | undefined;
}

/** Writes the body of a request to `target` as it arrives, and verifies all that the client has said of it. */
export async function receiveBody(
  request: S3Request,
  target: { write(chunk: Uint8Array): Promise<void> },
): Promise<Received> {
  const expected = readExpected(request);
  const length = bodyLength(request);
  const trailers = new Map<string, string>();
  const raw = bytesOf(request.message);
  const digests = new Digests(expected);
  const size = await pump(isChunked(request) ? decodeChunked(raw, trailers) : raw, target, digests);
  if (size !== length) throw new S3Error("IncompleteBody", "You did not provide the number of bytes specified");
  return { size, ...(await digests.verify(expected, trailers)) };
}

/** A whole document, up to `most` bytes. */
export async function receiveText(request: S3Request, most = 4 * 1024 * 1024): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  await receiveBody(request, {
    async write(chunk) {
      size += chunk.length;
      if (size > most) throw new S3Error("MalformedXML", `The document is longer than ${most} bytes`);
      pieces.push(chunk);
    },
  });
  return Buffer.concat(pieces).toString("utf8");
}

/** The content encodings of a request that are the object's own. */
export function contentEncoding(request: S3Request): string | undefined {
  const encodings = encodingsOf(request).filter((encoding) => encoding.toLowerCase() !== "aws-chunked");
  return encodings.length === 0 ? undefined : encodings.join(",");
}

function isChunked(request: S3Request): boolean {
  const signed = header(request, "x-amz-content-sha256") ?? "";
  return signed.startsWith("STREAMING-") || encodingsOf(request).some((one) => one.toLowerCase() === "aws-chunked");
}

function encodingsOf(request: S3Request): string[] {
  const encodings = header(request, "content-encoding")?.split(",") ?? [];
  return encodings.map((encoding) => encoding.trim()).filter((encoding) => encoding !== "");
}

/** Bytes of content that the client is going to send. S3 takes no body of unknown length. */
function bodyLength(request: S3Request): number {
  const chunked = isChunked(request);
  const text = header(request, chunked ? "x-amz-decoded-content-length" : "content-length");
  if (text === undefined && header(request, "transfer-encoding") !== undefined) {
    const message =
      "A header you provided implies functionality that is not implemented: a body needs a known length " +
      "(Content-Length, or x-amz-decoded-content-length), or a multipart upload";
    throw new S3Error("NotImplemented", message, { Header: "Transfer-Encoding" });
  }
  if (text === undefined && !chunked) return 0;
  if (text === undefined || !/^\d{1,15}$/.test(text)) throw new S3Error("MissingContentLength");
  if (Number(text) > BODY_BYTES) {
    throw new S3Error("EntityTooLarge", undefined, { ProposedSize: text, MaxSizeAllowed: BODY_BYTES });
  }
  return Number(text);
}

/** The bytes of a message. Who stops early leaves the connection as it is, so that an answer can be sent. */
async function* bytesOf(message: IncomingMessage): AsyncGenerator<Uint8Array, void, void> {
  try {
    for await (const chunk of message.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  } catch (error) {
    throw new S3Error("IncompleteBody", `The request body terminated unexpectedly: ${(error as Error).message}`);
  }
}

/** Hashes the next bytes while the last ones are written. Answers how many there were. */
async function pump(
  source: AsyncIterable<Uint8Array>,
  target: { write(chunk: Uint8Array): Promise<void> },
  digests: Digests,
): Promise<number> {
  let size = 0;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let writing: Promise<void> | undefined;
  const flush = async () => {
    await writing;
    writing = target.write(waiting.length === 1 ? (waiting[0] as Uint8Array) : Buffer.concat(waiting));
    writing.catch(() => undefined);
    waiting = [];
    waitingBytes = 0;
  };
  try {
    for await (const chunk of source) {
      size += chunk.length;
      waitingBytes += waiting.push(chunk) && chunk.length;
      digests.update(chunk);
      if (waitingBytes >= WRITE_BYTES) await flush();
    }
    if (waitingBytes > 0) await flush();
  } finally {
    await writing;
  }
  return size;
}

/** Everything that is computed of one body. */
class Digests {
  readonly #md5 = createHash("md5");
  readonly #sha256;
  readonly #checksum;

  constructor({ algorithm, sha256 }: Expected) {
    this.#sha256 = sha256 === undefined ? undefined : createHash("sha256");
    this.#checksum = algorithm === undefined ? undefined : createDigest(algorithm);
  }

  update(chunk: Uint8Array): void {
    this.#md5.update(chunk);
    this.#sha256?.update(chunk);
    this.#checksum?.update(chunk);
  }

  async verify(expected: Expected, trailers: ReadonlyMap<string, string>): Promise<Omit<Received, "size">> {
    const md5 = this.#md5.digest();
    if (expected.md5 !== undefined && expected.md5 !== md5.toString("base64")) {
      const details = { ExpectedDigest: expected.md5, CalculatedDigest: md5.toString("base64") };
      throw new S3Error("BadDigest", undefined, details);
    }
    const sha256 = this.#sha256?.digest("hex");
    if (sha256 !== expected.sha256) {
      const details = { ClientComputedContentSHA256: String(expected.sha256), S3ComputedContentSHA256: String(sha256) };
      throw new S3Error("XAmzContentSHA256Mismatch", undefined, details);
    }
    const value = (await this.#checksum?.digest())?.toString("base64");
    const { algorithm } = expected;
    if (algorithm === undefined || value === undefined) return { md5: md5.toString("hex"), checksum: undefined };
    checkChecksum(algorithm, expected.inTrailer ? trailers.get(headerOf(algorithm)) : expected.value, value);
    return { md5: md5.toString("hex"), checksum: { algorithm, value } };
  }
}

function checkChecksum(algorithm: Algorithm, expected: string | undefined, computed: string): void {
  if (expected === undefined) {
    throw new S3Error("InvalidRequest", `The trailer ${headerOf(algorithm)} that x-amz-trailer names is missing.`);
  }
  checkValue(algorithm, expected);
  if (expected === computed) return;
  throw new S3Error("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`);
}
