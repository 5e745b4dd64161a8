import { ALGORITHMS, type Algorithm, headerOf, isAlgorithm, lengthOf } from "./checksum.js";
import { S3Error } from "./errors.js";
import { header, type S3Request } from "./request.js";

const PREFIX = "x-amz-checksum-";

/** Headers of that prefix which hold no checksum. */
const OTHERS = [`${PREFIX}algorithm`, `${PREFIX}mode`, `${PREFIX}type`];

/** What a client says of the body it sends. */
export interface Expected {
  /** Checksum that is to be computed and kept. */
  readonly algorithm: Algorithm | undefined;
  /** Its value, base64, when it came in a header; a trailer comes later. */
  readonly value: string | undefined;
  readonly inTrailer: boolean;
  readonly md5: string | undefined;
  /** SHA-256 of the body, hexadecimal, when it was signed. */
  readonly sha256: string | undefined;
}

/** Of a body whose checksum headers speak of something else. */
export const NOTHING_EXPECTED: Expected = {
  algorithm: undefined,
  value: undefined,
  inTrailer: false,
  md5: undefined,
  sha256: undefined,
};

/** Reads and checks the headers that promise something of the body. */
export function readExpected(request: S3Request): Expected {
  const given = Object.keys(request.message.headers)
    .filter((name) => name.startsWith(PREFIX) && !OTHERS.includes(name))
    .map((name) => algorithmNamed(name.slice(PREFIX.length), name));
  const trailer = trailerAlgorithm(header(request, "x-amz-trailer"));
  if (given.length + (trailer === undefined ? 0 : 1) > 1) {
    const message = "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.";
    throw new S3Error("InvalidRequest", message);
  }
  const algorithm = given[0] ?? trailer;
  checkNamed(request, algorithm);
  const value = given[0] && header(request, headerOf(given[0]));
  if (given[0] !== undefined && value !== undefined) checkValue(given[0], value);
  const sha256 = header(request, "x-amz-content-sha256");
  return {
    algorithm,
    value,
    inTrailer: trailer !== undefined,
    md5: md5Of(request),
    sha256: sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : undefined,
  };
}

/** Throws unless a checksum has the form of its algorithm. */
export function checkValue(algorithm: Algorithm, value: string): void {
  if (isBase64(value, lengthOf(algorithm))) return;
  throw new S3Error("InvalidRequest", `Value for ${headerOf(algorithm)} header is invalid.`);
}

/** An algorithm by the name that a header gives. */
export function algorithmNamed(name: string, where: string): Algorithm {
  const upper = name.toUpperCase();
  if (isAlgorithm(upper)) return upper;
  if (upper.startsWith("XXHASH")) {
    throw new S3Error(
      "NotImplemented",
      `Checksums of ${upper} are not computed here: use one of ${ALGORITHMS.join(", ")}`,
    );
  }
  throw new S3Error("InvalidRequest", `Value for ${where} header is invalid.`);
}

function trailerAlgorithm(names: string | undefined): Algorithm | undefined {
  const name = names
    ?.split(",")
    .map((one) => one.trim().toLowerCase())
    .find((one) => one.startsWith(PREFIX));
  return name === undefined ? undefined : algorithmNamed(name.slice(PREFIX.length), "x-amz-trailer");
}

function checkNamed(request: S3Request, algorithm: Algorithm | undefined): void {
  const named = header(request, "x-amz-sdk-checksum-algorithm");
  if (named === undefined) return;
  const wanted = algorithmNamed(named, "x-amz-sdk-checksum-algorithm");
  if (algorithm === wanted) return;
  const message =
    algorithm === undefined
      ? "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found."
      : "Value for x-amz-sdk-checksum-algorithm header is invalid.";
  throw new S3Error("InvalidRequest", message);
}

function md5Of(request: S3Request): string | undefined {
  const value = header(request, "content-md5");
  if (value !== undefined && !isBase64(value, 16))
    throw new S3Error("InvalidDigest", undefined, { "Content-MD5": value });
  return value;
}

function isBase64(text: string, bytes: number): boolean {
  const decoded = Buffer.from(text, "base64");
  return decoded.length === bytes && decoded.toString("base64") === text;
}
