import type { IncomingMessage } from "node:http";
import { type Algorithm, headerOf } from "./checksum.js";
import { decodeChunked } from "./chunked.js";
import { type Computed, Digests } from "./digests.js";
import { S3Error } from "./errors.js";
import { checkValue, type Expected, NOTHING_EXPECTED, readExpected } from "./expected.js";
import { pump, type Target } from "./pump.js";
import { header, type S3Request } from "./request.js";

/** Largest body of one request. */
const BODY_BYTES = 5 * 1024 ** 3;

/** Longest document. */
const TEXT_BYTES = 4 * 1024 * 1024;

/** A body that has arrived whole and is what it was said to be. */
export interface Received {
  readonly size: number;
  /** Hexadecimal. */
  readonly md5: string;
  readonly checksum: { readonly algorithm: Algorithm; readonly value: string } | undefined;
}

/**
 * Writes the body of a request to `target` as it arrives, and verifies all that the client has said of it.
 *
 * @param fallback Checksum that is computed when the client gives none.
 */
export async function receiveBody(request: S3Request, target: Target, fallback?: Algorithm): Promise<Received> {
  return await receive(request, target, readExpected(request), fallback);
}

async function receive(
  request: S3Request,
  target: Target,
  expected: Expected,
  fallback?: Algorithm,
): Promise<Received> {
  const length = bodyLength(request);
  const trailers = new Map<string, string>();
  const raw = bytesOf(request.message);
  const digests = new Digests(expected.algorithm ?? fallback, expected.sha256 !== undefined);
  const size = await pump(isChunked(request) ? decodeChunked(raw, trailers) : raw, target, digests);
  if (size !== length) throw new S3Error("IncompleteBody", "You did not provide the number of bytes specified");
  const computed = await digests.end();
  verify(expected, trailers, computed);
  return { size, md5: computed.md5.toString("hex"), checksum: computed.checksum };
}

/** A whole document. */
export async function receiveText(
  request: S3Request,
  checksum: "of the document" | "of the object" = "of the document",
): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const target: Target = {
    async write(chunk) {
      size += chunk.length;
      if (size > TEXT_BYTES) throw new S3Error("MalformedXML", `The document is longer than ${TEXT_BYTES} bytes`);
      pieces.push(chunk);
    },
  };
  const expected = checksum === "of the document" ? readExpected(request) : NOTHING_EXPECTED;
  await receive(request, target, expected);
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

/** Compares what was computed with what the client has said. */
function verify(expected: Expected, trailers: ReadonlyMap<string, string>, computed: Computed): void {
  const md5 = computed.md5.toString("base64");
  if (expected.md5 !== undefined && expected.md5 !== md5) {
    throw new S3Error("BadDigest", undefined, { ExpectedDigest: expected.md5, CalculatedDigest: md5 });
  }
  if (expected.sha256 !== undefined && expected.sha256 !== computed.sha256) {
    throw new S3Error("XAmzContentSHA256Mismatch", undefined, {
      ClientComputedContentSHA256: expected.sha256,
      S3ComputedContentSHA256: computed.sha256 ?? "",
    });
  }
  const { algorithm } = expected;
  if (algorithm === undefined) return;
  const value = expected.inTrailer ? trailers.get(headerOf(algorithm)) : expected.value;
  if (value === undefined) {
    throw new S3Error("InvalidRequest", `The trailer ${headerOf(algorithm)} that x-amz-trailer names is missing.`);
  }
  checkValue(algorithm, value);
  if (value !== computed.checksum?.value) {
    throw new S3Error("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`);
  }
}
