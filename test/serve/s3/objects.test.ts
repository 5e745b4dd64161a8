import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { type Endpoint, endpoints } from "./endpoint.js";

const start = endpoints();
const Bucket = "photos";

// Keys that a file system, an address or a document would like to understand in its own way.
// biome-ignore format: a list
const ODD_KEYS = [
  "a//b", "/a", "//", "../x", "a/../../x", "./a", "a/.", "folder/", "100%", "a%20b", "%2F", "a+b c", "a&b<c>\"d'", "😀/ü",
  "a?b=c#d", "a\\b", "~!*()';:@=$,[]", " ", "a\tb", "a\r\nb", "x".repeat(1024), "é".repeat(512), "%~=", "a\u0001b",
];

let endpoint: Endpoint;
let s3: S3Client;
beforeAll(async () => {
  endpoint = await start();
  s3 = endpoint.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
});

const put = (Key: string, Body: string | Uint8Array = "", more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (Key: string, more: object = {}) => s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
const text = async (Key: string, more: object = {}) => await (await get(Key, more)).Body?.transformToString();

describe("PutObject and GetObject", () => {
  test("an object is a file in the bucket's folder, and nothing else is there", async () => {
    await put("plain/é.txt", "hello");
    expect(readFileSync(join(endpoint.root, "photos/plain/é.txt"), "utf8")).toBe("hello");
    expect(readdirSync(join(endpoint.root, "photos/plain"))).toEqual(["é.txt"]);
  });

  test("the etag is the MD5 of the content", async () => {
    const { ETag } = await put("etag", "hello");
    expect(ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    expect((await get("etag")).ETag).toBe(ETag);
  });

  test.each(ODD_KEYS)("key %j keeps its content", async (key) => {
    await put(key, key);
    expect(await text(key)).toBe(key);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
    await expect(get(key)).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  test("a key of more than 1,024 bytes is refused", async () => {
    await expect(put("é".repeat(513))).rejects.toMatchObject({ name: "KeyTooLongError" });
  });

  test("headers and metadata come back as they were given", async () => {
    const given = {
      ContentType: "text/csv; charset=utf-8",
      CacheControl: "max-age=60",
      ContentDisposition: 'attachment; filename="a.csv"',
      ContentEncoding: "gzip",
      ContentLanguage: "de",
      StorageClass: "STANDARD_IA",
      Metadata: { one: "1", "two-words": "a  b" },
    } as const;
    await put("headers", "x", given);
    for (const answer of [await get("headers"), await s3.send(new HeadObjectCommand({ Bucket, Key: "headers" }))]) {
      expect(answer).toMatchObject(given);
      expect(answer).toMatchObject({ ContentLength: 1, AcceptRanges: "bytes", ServerSideEncryption: "AES256" });
    }
  });

  test("an object without a type is binary/octet-stream", async () => {
    await endpoint.s3.store.put(Bucket, "engine").then((writer) => writer.close());
    expect((await fetch(`${endpoint.url}/photos/untyped`, { method: "PUT" })).status).toBe(200);
    expect((await get("untyped")).ContentType).toBe("binary/octet-stream");
    expect((await get("engine")).ContentType).toBe("binary/octet-stream");
  });

  test("metadata beyond ASCII comes back as a word of RFC 2047, given as one or in Latin-1", async () => {
    const headers = {
      "x-amz-meta-word": "=?UTF-8?B?w4Twn5iA?=",
      "x-amz-meta-q": "=?utf-8?Q?=C3=84_b?=",
      "x-amz-meta-raw": "Ä",
    };
    await fetch(`${endpoint.url}/photos/words`, { method: "PUT", headers });
    expect((await get("words")).Metadata).toEqual({
      word: "=?UTF-8?B?w4Twn5iA?=",
      q: `=?UTF-8?B?${Buffer.from("Ä b").toString("base64")}?=`,
      raw: `=?UTF-8?B?${Buffer.from("Ä").toString("base64")}?=`,
    });
  });

  test("too much metadata is refused", async () => {
    await expect(put("big", "", { Metadata: { a: "x".repeat(2048) } })).rejects.toMatchObject({
      name: "MetadataTooLarge",
    });
  });

  test("response-* parameters replace headers of the answer", async () => {
    await put("override", "x", { ContentType: "text/plain" });
    const answer = await get("override", { ResponseContentType: "image/png", ResponseCacheControl: "no-store" });
    expect(answer).toMatchObject({ ContentType: "image/png", CacheControl: "no-store" });
  });

  test("a long stream arrives whole", async () => {
    const content = randomBytes(12 * 1024 * 1024 + 7);
    const Body = Readable.from(
      (function* () {
        for (let at = 0; at < content.length; at += 70_001) yield content.subarray(at, at + 70_001);
      })(),
    );
    await s3.send(new PutObjectCommand({ Bucket, Key: "stream", Body, ContentLength: content.length }));
    const got = await (await get("stream")).Body?.transformToByteArray();
    expect(sha(got ?? new Uint8Array())).toBe(sha(content));
  });

  test("concurrent puts of one key end with one whole object, whose etag and metadata are its own", async () => {
    const bodies = Array.from({ length: 20 }, (_, index) =>
      Buffer.alloc(200_000 + (index % 2), String.fromCharCode(97 + index)),
    );
    await put("contested", bodies[0]);
    let done = false;
    const readers = Array.from({ length: 3 }, async () => {
      while (!done) await expectWhole();
    });
    await Promise.all(
      bodies.map((body) => put("contested", body, { Metadata: { letter: String.fromCharCode(body[0] ?? 0) } })),
    );
    done = true;
    await Promise.all(readers);
    await expectWhole();

    async function expectWhole() {
      const { ETag, Body, Metadata = {} } = await get("contested");
      const content = Buffer.from((await Body?.transformToByteArray()) ?? []);
      expect(ETag).toBe(`"${createHash("md5").update(content).digest("hex")}"`);
      expect(content.equals(Buffer.alloc(content.length, content[0]))).toBe(true);
      if (Metadata["letter"] !== undefined) expect(content.toString("latin1", 0, 1)).toBe(Metadata["letter"]);
    }
  });

  test("a version with the same size, put at once, has its own etag", async () => {
    for (let round = 0; round < 30; round++) {
      const body = String(round).padStart(4);
      const { ETag } = await put("again", body);
      expect(await get("again")).toMatchObject({ ETag });
      expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "again" }))).ETag).toBe(ETag);
    }
  });

  test("partNumber 1 of an object in one piece is the object", async () => {
    await put("single", "abc");
    expect(await text("single", { PartNumber: 1 })).toBe("abc");
    await expect(text("single", { PartNumber: 2 })).rejects.toMatchObject({ name: "InvalidPartNumber" });
  });

  test("a version that cannot be is refused", async () => {
    await put("versioned", "abc");
    expect(await text("versioned", { VersionId: "null" })).toBe("abc");
    await expect(text("versioned", { VersionId: "1" })).rejects.toMatchObject({ name: "InvalidArgument" });
  });
});

describe("ranges", () => {
  beforeAll(() => put("digits", "0123456789"));

  test.each([
    ["bytes=0-0", "0", "bytes 0-0/10"],
    ["bytes=3-5", "345", "bytes 3-5/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=-99", "0123456789", "bytes 0-9/10"],
    ["bytes=8-99", "89", "bytes 8-9/10"],
  ])("%s gives %s", async (Range, content, ContentRange) => {
    const answer = await get("digits", { Range });
    expect(answer.$metadata.httpStatusCode).toBe(206);
    expect(answer).toMatchObject({ ContentRange, ContentLength: content.length });
    expect(await answer.Body?.transformToString()).toBe(content);
  });

  test.each(["bytes=10-", "bytes=10-20", "bytes=-0"])("%s is not satisfiable", async (Range) => {
    await expect(get("digits", { Range })).rejects.toMatchObject({ name: "InvalidRange", ActualObjectSize: "10" });
    const raw = await fetch(`${endpoint.url}/photos/digits`, { headers: { Range } });
    expect([raw.status, raw.headers.get("content-range")]).toEqual([416, "bytes */10"]);
  });

  test.each(["bytes=5-3", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,3-4"])("%s is no range", async (Range) => {
    const answer = await get("digits", { Range });
    expect(answer.$metadata.httpStatusCode).toBe(200);
    expect(await answer.Body?.transformToString()).toBe("0123456789");
  });

  test("no range of an empty object is satisfiable", async () => {
    await put("empty", "");
    await expect(get("empty", { Range: "bytes=0-" })).rejects.toMatchObject({ name: "InvalidRange" });
  });

  test("a HEAD with a range tells its size", async () => {
    const answer = await s3.send(new HeadObjectCommand({ Bucket, Key: "digits", Range: "bytes=2-4" }));
    expect(answer).toMatchObject({ ContentLength: 3, ContentRange: "bytes 2-4/10" });
  });
});

describe("conditions", () => {
  const past = new Date("2020-01-01T00:00:00Z");
  const future = new Date("2100-01-01T00:00:00Z");
  let etag: string;
  beforeAll(async () => {
    etag = (await put("cond", "content")).ETag ?? "";
  });

  test.each([
    ["IfMatch", () => ({ IfMatch: etag })],
    ["IfMatch without quotes", () => ({ IfMatch: etag.replaceAll('"', "") })],
    ["IfMatch *", () => ({ IfMatch: "*" })],
    ["IfMatch in a list", () => ({ IfMatch: `"x", ${etag}` })],
    ["IfMatch before IfUnmodifiedSince", () => ({ IfMatch: etag, IfUnmodifiedSince: past })],
    ["IfNoneMatch of another", () => ({ IfNoneMatch: '"x"' })],
    ["IfNoneMatch before IfModifiedSince", () => ({ IfNoneMatch: '"x"', IfModifiedSince: future })],
    ["IfModifiedSince past", () => ({ IfModifiedSince: past })],
    ["IfUnmodifiedSince future", () => ({ IfUnmodifiedSince: future })],
  ])("%s is met", async (_name, condition) => {
    expect(await text("cond", condition())).toBe("content");
  });

  test.each([
    ["IfMatch of another", () => ({ IfMatch: '"x"' }), 412],
    ["IfUnmodifiedSince past", () => ({ IfUnmodifiedSince: past }), 412],
    ["IfNoneMatch", () => ({ IfNoneMatch: etag }), 304],
    ["IfNoneMatch *", () => ({ IfNoneMatch: "*" }), 304],
    ["IfModifiedSince future", () => ({ IfModifiedSince: future }), 304],
  ])("%s is not met", async (_name, condition, status) => {
    await expect(get("cond", condition())).rejects.toMatchObject({ $metadata: { httpStatusCode: status } });
    const head = s3.send(new HeadObjectCommand({ Bucket, Key: "cond", ...condition() }));
    await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode: status } });
  });

  test("the time of the object itself is no modification since", async () => {
    const { LastModified } = await get("cond");
    await expect(get("cond", { IfModifiedSince: LastModified })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    expect(await text("cond", { IfUnmodifiedSince: LastModified })).toBe("content");
  });

  test("a put with IfNoneMatch * makes an object once, whoever comes first", async () => {
    const puts = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => put("once", String(n), { IfNoneMatch: "*" })),
    );
    expect(puts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const failed = puts.find((result) => result.status === "rejected");
    expect(failed?.reason).toMatchObject({ name: "PreconditionFailed", Condition: "If-None-Match" });
    expect(await text("once")).toBe(String(puts.findIndex(({ status }) => status === "fulfilled")));
  });

  test("a put with IfMatch replaces the object it knows, and no other", async () => {
    const { ETag } = await put("known", "1");
    await put("known", "2", { IfMatch: ETag });
    await expect(put("known", "3", { IfMatch: ETag })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(put("unknown", "3", { IfMatch: ETag })).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(put("known", "3", { IfNoneMatch: ETag })).rejects.toMatchObject({ name: "NotImplemented" });
    expect(await text("known")).toBe("2");
  });

  test("a deletion with IfMatch deletes the object it knows, and no other", async () => {
    const { ETag } = await put("doomed", "1");
    const remove = (IfMatch?: string) => s3.send(new DeleteObjectCommand({ Bucket, Key: "doomed", IfMatch }));
    await expect(remove('"x"')).rejects.toMatchObject({ name: "PreconditionFailed" });
    await remove(ETag);
    await expect(get("doomed")).rejects.toMatchObject({ name: "NoSuchKey" });
  });
});

describe("deletions", () => {
  test("deleting what is not there succeeds", async () => {
    const answer = await s3.send(new DeleteObjectCommand({ Bucket, Key: "never/was" }));
    expect(answer.$metadata.httpStatusCode).toBe(204);
  });

  test("the folders of a deleted object go with it, unless there are others", async () => {
    for (const key of ["deep/a/b", "deep/a", "deep/c/d"]) await put(key, key);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "deep/c/d" }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "deep/a" }));
    expect(readdirSync(join(endpoint.root, "photos/deep"))).toEqual(["a"]);
    expect(await text("deep/a/b")).toBe("deep/a/b");
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "deep/a/b" }));
    expect(readdirSync(join(endpoint.root, "photos"))).not.toContain("deep");
  });

  test("DeleteObjects deletes each, says so unless quiet, and tells what failed", async () => {
    for (const key of ["m/1", "m/ü&<2>", "m/ 3 "]) await put(key, key);
    const Objects = [{ Key: "m/1" }, { Key: "m/ü&<2>" }, { Key: "m/none" }, { Key: "x".repeat(1025) }];
    const loud = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(loud.Deleted?.map(({ Key }) => Key)).toEqual(["m/1", "m/ü&<2>", "m/none"]);
    expect(loud.Errors).toMatchObject([{ Code: "KeyTooLongError" }]);
    const quiet = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Quiet: true, Objects: [{ Key: "m/ 3 " }] } }),
    );
    expect(quiet.Deleted).toBeUndefined();
    expect(await text("m/ 3 ").catch((error: Error) => error.name)).toBe("NoSuchKey");
  });
});

describe("CopyObject", () => {
  const copy = (CopySource: string, Key: string, more: object = {}) =>
    s3.send(new CopyObjectCommand({ Bucket, CopySource, Key, ...more }));

  test("content and metadata are copied", async () => {
    const { ETag } = await put("src/ü +%.txt", "copy me", {
      ContentType: "text/x",
      Metadata: { a: "1" },
      Tagging: "t=1",
    });
    const answer = await copy(`photos/${encodeURIComponent("src/ü +%.txt")}`, "copied");
    expect(answer.CopyObjectResult?.ETag).toBe(ETag);
    expect(answer.CopyObjectResult?.LastModified).toBeInstanceOf(Date);
    expect(await get("copied")).toMatchObject({ ContentType: "text/x", Metadata: { a: "1" }, TagCount: 1, ETag });
    expect(await text("copied")).toBe("copy me");
  });

  test("metadata is replaced when asked for", async () => {
    await put("from", "x", { ContentType: "text/x", Metadata: { a: "1" }, Tagging: "t=1" });
    await copy("/photos/from", "to", {
      MetadataDirective: "REPLACE",
      TaggingDirective: "REPLACE",
      ContentType: "text/y",
      Metadata: { b: "2" },
      Tagging: "u=2",
    });
    expect(await get("to")).toMatchObject({ ContentType: "text/y", Metadata: { b: "2" } });
    expect((await s3.send(new GetObjectTaggingCommand({ Bucket, Key: "to" }))).TagSet).toEqual([
      { Key: "u", Value: "2" },
    ]);
  });

  test("an object is copied onto itself to change its metadata only", async () => {
    await put("self", "x", { Metadata: { a: "1" } });
    await expect(copy("photos/self", "self")).rejects.toMatchObject({ name: "InvalidRequest" });
    await copy("photos/self", "self", { MetadataDirective: "REPLACE", Metadata: { a: "2" } });
    expect((await get("self")).Metadata).toEqual({ a: "2" });
  });

  test("a checksum is kept, or made anew", async () => {
    await put("sum", "x", { ChecksumAlgorithm: "SHA256" });
    const kept = (await copy("photos/sum", "sum2")).CopyObjectResult;
    expect(kept?.ChecksumSHA256).toBe(createHash("sha256").update("x").digest("base64"));
    const other = (await copy("photos/sum", "sum3", { ChecksumAlgorithm: "SHA1" })).CopyObjectResult;
    expect(other?.ChecksumSHA1).toBe(createHash("sha1").update("x").digest("base64"));
  });

  test("conditions on the source", async () => {
    const { ETag } = await put("guarded", "x");
    await copy("photos/guarded", "g1", { CopySourceIfMatch: ETag });
    await copy("photos/guarded", "g1", { CopySourceIfNoneMatch: '"x"' });
    for (const condition of [
      { CopySourceIfMatch: '"x"' },
      { CopySourceIfNoneMatch: ETag },
      { CopySourceIfModifiedSince: new Date("2100-01-01") },
      { CopySourceIfUnmodifiedSince: new Date("2020-01-01") },
    ]) {
      await expect(copy("photos/guarded", "g2", condition)).rejects.toMatchObject({ name: "PreconditionFailed" });
    }
    await expect(get("g2")).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  test("a source that is not there, or is none, is told", async () => {
    await expect(copy("photos/missing", "x")).rejects.toMatchObject({ name: "NoSuchKey", Key: "missing" });
    await expect(copy("missing/x", "x")).rejects.toMatchObject({ name: "NoSuchBucket", BucketName: "missing" });
    await expect(copy("photos", "x")).rejects.toMatchObject({ name: "InvalidArgument" });
    await expect(copy("photos/%E0", "x")).rejects.toMatchObject({ name: "InvalidArgument" });
  });
});

describe("tags and attributes", () => {
  test("tags are put, got and deleted without touching the object", async () => {
    const { ETag } = await put("tagged", "x", { Tagging: "a=1&b=%C3%BC" });
    const tags = async () => (await s3.send(new GetObjectTaggingCommand({ Bucket, Key: "tagged" }))).TagSet;
    expect(await tags()).toEqual([
      { Key: "a", Value: "1" },
      { Key: "b", Value: "ü" },
    ]);
    await s3.send(
      new PutObjectTaggingCommand({ Bucket, Key: "tagged", Tagging: { TagSet: [{ Key: "c", Value: "" }] } }),
    );
    expect(await tags()).toEqual([{ Key: "c", Value: "" }]);
    await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key: "tagged" }));
    expect(await tags()).toEqual([]);
    expect((await get("tagged")).ETag).toBe(ETag);
  });

  test("tags that S3 would refuse", async () => {
    const tag = (TagSet: { Key: string; Value: string }[]) =>
      s3.send(new PutObjectTaggingCommand({ Bucket, Key: "tagged", Tagging: { TagSet } }));
    await put("tagged", "x");
    const eleven = Array.from({ length: 11 }, (_, n) => ({ Key: String(n), Value: "" }));
    await expect(tag(eleven)).rejects.toMatchObject({ name: "BadRequest" });
    await expect(
      tag([
        { Key: "a", Value: "1" },
        { Key: "a", Value: "2" },
      ]),
    ).rejects.toMatchObject({ name: "InvalidTag" });
    await expect(tag([{ Key: "x".repeat(129), Value: "" }])).rejects.toMatchObject({ name: "InvalidTag" });
  });

  test("attributes that are asked for", async () => {
    const { ETag } = await put("attributes", "abc", { ChecksumAlgorithm: "SHA1" });
    const ask = (ObjectAttributes: ("ETag" | "Checksum" | "ObjectParts" | "StorageClass" | "ObjectSize")[]) =>
      s3.send(new GetObjectAttributesCommand({ Bucket, Key: "attributes", ObjectAttributes }));
    expect(await ask(["ETag", "Checksum", "StorageClass", "ObjectSize"])).toMatchObject({
      ETag: ETag?.replaceAll('"', ""),
      Checksum: { ChecksumSHA1: createHash("sha1").update("abc").digest("base64"), ChecksumType: "FULL_OBJECT" },
      StorageClass: "STANDARD",
      ObjectSize: 3,
    });
    expect((await ask(["ETag"])).ObjectSize).toBeUndefined();
  });
});

function sha(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
