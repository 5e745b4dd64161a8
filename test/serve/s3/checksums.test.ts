import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { ALGORITHMS, createDigest, headerOf, lengthOf } from "../../../lib/serve/s3/checksum.js";
import { type Endpoint, endpoints } from "./endpoint.js";

const start = endpoints();
let endpoint: Endpoint;
let s3: S3Client;
beforeAll(async () => {
  endpoint = await start();
  s3 = endpoint.client();
  await s3.send(new CreateBucketCommand({ Bucket: "sums" }));
});

/** The checksums of `123456789` that the catalogues of these algorithms give. */
const CHECK = {
  CRC32: "cbf43926",
  CRC32C: "e3069283",
  CRC64NVME: "ae8b14860a799888",
  SHA1: "f7c3bc1d808e04732adf679965ccc34ca7ae3441",
  SHA256: "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
  MD5: "25f9e794323b453885f5181f1b624d0b",
} as const;

const put = (path: string, headers: Record<string, string>, body = "123456789") =>
  fetch(`${endpoint.url}/sums/${path}`, { method: "PUT", headers, body });
const codeOf = async (answer: Response) => /<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1];
const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");

test.each(Object.entries(CHECK))("%s is computed as everywhere", async (algorithm, hex) => {
  const digest = createDigest(algorithm as keyof typeof CHECK);
  digest.update(Buffer.from("1234"));
  digest.update(Buffer.from("56789"));
  expect((await digest.digest()).toString("hex")).toBe(hex);
});

describe.each(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)("%s that the SDK computes", (algorithm) => {
  test.each(["a buffer", "a stream"])("of %s is verified, kept, and given when it is asked for", async (kind) => {
    const Key = `${algorithm}/${kind}`;
    const pieces = [Buffer.from("1234"), Buffer.from("56789")];
    const Body = kind === "a buffer" ? Buffer.concat(pieces) : Readable.from(pieces);
    const expected = { [`Checksum${algorithm}`]: base64(CHECK[algorithm]), ChecksumType: "FULL_OBJECT" };
    const given = { Bucket: "sums", Key, Body, ContentLength: 9, ChecksumAlgorithm: algorithm };
    expect(await s3.send(new PutObjectCommand(given))).toMatchObject(expected);
    const got = await s3.send(new GetObjectCommand({ Bucket: "sums", Key, ChecksumMode: "ENABLED" }));
    expect(got).toMatchObject(expected);
    expect(await got.Body?.transformToString()).toBe("123456789");
    expect(await s3.send(new HeadObjectCommand({ Bucket: "sums", Key, ChecksumMode: "ENABLED" }))).toMatchObject(
      expected,
    );
    expect(await s3.send(new HeadObjectCommand({ Bucket: "sums", Key }))).not.toHaveProperty("ChecksumType");
  });
});

describe.each(ALGORITHMS)("%s", (algorithm) => {
  const wrong = Buffer.alloc(lengthOf(algorithm)).toString("base64");

  test("that does not fit is BadDigest, in a header and in a trailer, and no object is made", async () => {
    const key = `${algorithm}/wrong`;
    const inHeader = await put(key, { [headerOf(algorithm)]: wrong });
    expect([inHeader.status, await codeOf(inHeader)]).toEqual([400, "BadDigest"]);
    const body = `9\r\n123456789\r\n0\r\n${headerOf(algorithm)}:${wrong}\r\n\r\n`;
    const inTrailer = await put(key, trailing(headerOf(algorithm)), body);
    expect([inTrailer.status, await codeOf(inTrailer)]).toEqual([400, "BadDigest"]);
    expect((await fetch(`${endpoint.url}/sums/${key}`)).status).toBe(404);
  });

  test("that is none is refused", async () => {
    for (const value of ["", "nonsense", wrong.slice(0, -4), `${wrong}AAAA`]) {
      const answer = await put("x", { [headerOf(algorithm)]: value });
      expect([value, await codeOf(answer)]).toEqual([value, "InvalidRequest"]);
    }
  });
});

test("more than one checksum, or one that is announced and missing, is refused", async () => {
  const crc = { "x-amz-checksum-crc32": base64(CHECK.CRC32) };
  expect(await codeOf(await put("x", { ...crc, "x-amz-checksum-sha1": base64(CHECK.SHA1) }))).toBe("InvalidRequest");
  expect(await codeOf(await put("x", { "x-amz-sdk-checksum-algorithm": "CRC32" }))).toBe("InvalidRequest");
  expect(await codeOf(await put("x", { ...crc, "x-amz-sdk-checksum-algorithm": "SHA1" }))).toBe("InvalidRequest");
  expect(await codeOf(await put("x", { "x-amz-sdk-checksum-algorithm": "CRC5" }))).toBe("InvalidRequest");
  expect(await codeOf(await put("x", { "x-amz-trailer": "x-amz-checksum-xxhash3" }))).toBe("NotImplemented");
  expect(await codeOf(await put("x", { "x-amz-checksum-xxhash3": "AA==" }))).toBe("NotImplemented");
  expect(await codeOf(await put("x", trailing("x-amz-checksum-crc32"), "9\r\n123456789\r\n0\r\n\r\n"))).toBe(
    "InvalidRequest",
  );
});

test("Content-MD5 is verified", async () => {
  expect((await put("md5", { "content-md5": base64(CHECK.MD5) })).status).toBe(200);
  expect(await codeOf(await put("md5", { "content-md5": base64("00".repeat(16)) }))).toBe("BadDigest");
  expect(await codeOf(await put("md5", { "content-md5": "short" }))).toBe("InvalidDigest");
});

test("the SHA-256 of a signed body is verified", async () => {
  expect((await put("signed", { "x-amz-content-sha256": CHECK.SHA256 })).status).toBe(200);
  const wrong = createHash("sha256").update("else").digest("hex");
  expect(await codeOf(await put("signed", { "x-amz-content-sha256": wrong }))).toBe("XAmzContentSHA256Mismatch");
  expect((await put("signed", { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" })).status).toBe(200);
});

test("a range has no checksum", async () => {
  await put("ranged", { "x-amz-checksum-crc32": base64(CHECK.CRC32) });
  const answer = await fetch(`${endpoint.url}/sums/ranged`, {
    headers: { range: "bytes=0-1", "x-amz-checksum-mode": "ENABLED" },
  });
  expect([answer.status, answer.headers.get("x-amz-checksum-crc32")]).toEqual([206, null]);
});

describe("aws-chunked bodies", () => {
  const signature = "a".repeat(64);
  const forms: [name: string, sha: string, body: string, trailer: string][] = [
    [
      "unsigned with a trailer",
      "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "4\r\n1234\r\n5\r\n56789\r\n0\r\n@\r\n\r\n",
      "yes",
    ],
    [
      "signed",
      "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
      `9;chunk-signature=${signature}\r\n123456789\r\n0;chunk-signature=${signature}\r\n\r\n`,
      "",
    ],
    [
      "signed with a trailer",
      "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
      `9;chunk-signature=${signature}\r\n123456789\r\n0;chunk-signature=${signature}\r\n@\r\nx-amz-trailer-signature:${signature}\r\n\r\n`,
      "yes",
    ],
  ];

  test.each(forms)("%s: the content is kept, not the framing", async (_name, sha, body, trailer) => {
    const headers = {
      "x-amz-content-sha256": sha,
      "content-encoding": "gzip,aws-chunked",
      "x-amz-decoded-content-length": "9",
      ...(trailer !== "" && { "x-amz-trailer": "x-amz-checksum-crc32c" }),
    };
    const answer = await put("framed", headers, body.replace("@", `x-amz-checksum-crc32c:${base64(CHECK.CRC32C)}`));
    expect(answer.status).toBe(200);
    const got = await fetch(`${endpoint.url}/sums/framed`, { method: "HEAD" });
    expect(got.headers.get("content-encoding")).toBe("gzip");
    expect(got.headers.get("content-length")).toBe("9");
    expect(got.headers.get("etag")).toBe(`"${CHECK.MD5}"`);
  });

  test.each([
    ["is not framed", "123456789"],
    ["ends in a piece", "9\r\n1234"],
    ["ends before the last piece", "9\r\n123456789\r\n"],
    ["has a piece longer than its size", "4\r\n123456789\r\n0\r\n\r\n"],
    ["has another length than announced", "4\r\n1234\r\n0\r\n\r\n"],
    ["has a line without end", "1".repeat(40_000)],
    ["is empty", ""],
  ])("that %s is IncompleteBody", async (_name, body) => {
    const answer = await put("broken", trailing("x-amz-checksum-crc32"), body);
    expect([answer.status, await codeOf(answer)]).toEqual([400, "IncompleteBody"]);
    expect((await fetch(`${endpoint.url}/sums/broken`)).status).toBe(404);
  });
});

function trailing(name: string): Record<string, string> {
  return {
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "content-encoding": "aws-chunked",
    "x-amz-decoded-content-length": "9",
    "x-amz-trailer": name,
  };
}
