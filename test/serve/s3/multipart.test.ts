import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { beforeAll, describe, expect, test } from "vitest";
import { type Endpoint, endpoints } from "./endpoint.js";

const start = endpoints();
const Bucket = "parts";
const MIB = 1024 * 1024;
const FIVE = randomBytes(5 * MIB);

let endpoint: Endpoint;
let s3: S3Client;
beforeAll(async () => {
  endpoint = await start();
  s3 = endpoint.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
});

const create = async (Key: string, more: Partial<CreateMultipartUploadCommandInput> = {}) =>
  (await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))).UploadId as string;
const upload = (Key: string, UploadId: string, PartNumber: number, Body: string | Uint8Array, more: object = {}) =>
  s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...more }));
const complete = (
  Key: string,
  UploadId: string,
  Parts: CompletedPart[],
  more: Partial<CompleteMultipartUploadCommandInput> = {},
) => s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }));
const content = async (Key: string, more: object = {}) =>
  Buffer.from(
    (await (await s3.send(new GetObjectCommand({ Bucket, Key, ...more }))).Body?.transformToByteArray()) ?? [],
  );
const md5 = (...pieces: Uint8Array[]) => createHash("md5").update(Buffer.concat(pieces)).digest();
/** Before the first upload there is not even the folder. */
const uploadsLeft = () => {
  const folder = join(endpoint.root, ".uploads", Bucket);
  return existsSync(folder) ? readdirSync(folder) : [];
};

describe("an upload in parts", () => {
  test("becomes an object in the order of the numbers, with the metadata it began with", async () => {
    const Key = "ü/whole";
    const UploadId = await create(Key, { ContentType: "text/x", Metadata: { a: "1" }, Tagging: "t=1" });
    const last = await upload(Key, UploadId, 7, "tail");
    const first = await upload(Key, UploadId, 2, FIVE);
    await expect(content(Key)).rejects.toMatchObject({ name: "NoSuchKey" });
    const done = await complete(Key, UploadId, [
      { PartNumber: 2, ETag: first.ETag },
      { PartNumber: 7, ETag: last.ETag },
    ]);
    const etag = `"${md5(md5(FIVE), md5(Buffer.from("tail"))).toString("hex")}-2"`;
    expect(done).toMatchObject({ Bucket, Key, ETag: etag });
    expect((await content(Key)).equals(Buffer.concat([FIVE, Buffer.from("tail")]))).toBe(true);
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
      ETag: etag,
      ContentType: "text/x",
      Metadata: { a: "1" },
      TagCount: 1,
      ContentLength: 5 * MIB + 4,
    });
    expect(uploadsLeft()).not.toContain(UploadId);
  });

  test("can be read part by part", async () => {
    const Key = "by-part";
    const UploadId = await create(Key);
    const parts = [await upload(Key, UploadId, 1, FIVE), await upload(Key, UploadId, 2, "tail")];
    await complete(
      Key,
      UploadId,
      parts.map(({ ETag }, index) => ({ PartNumber: index + 1, ETag })),
    );
    expect((await content(Key, { PartNumber: 2 })).toString()).toBe("tail");
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key, PartNumber: 1 }));
    expect(head).toMatchObject({
      PartsCount: 2,
      ContentLength: 5 * MIB,
      ContentRange: `bytes 0-5242879/${5 * MIB + 4}`,
    });
    await expect(content(Key, { PartNumber: 3 })).rejects.toMatchObject({ name: "InvalidPartNumber" });
  });

  test("takes the last of a part that is sent twice", async () => {
    const Key = "twice";
    const UploadId = await create(Key);
    const old = await upload(Key, UploadId, 1, "old");
    const { ETag } = await upload(Key, UploadId, 1, "new");
    await expect(complete(Key, UploadId, [{ PartNumber: 1, ETag: old.ETag }])).rejects.toMatchObject({
      name: "InvalidPart",
    });
    await complete(Key, UploadId, [{ PartNumber: 1, ETag: ETag?.replaceAll('"', "") }]);
    expect((await content(Key)).toString()).toBe("new");
  });

  test("takes parts of other objects, or ranges of them", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "source é", Body: FIVE }));
    const Key = "copied";
    const UploadId = await create(Key);
    const copy = async (PartNumber: number, CopySourceRange?: string) => ({
      PartNumber,
      ETag: (
        await s3.send(
          new UploadPartCopyCommand({
            Bucket,
            Key,
            UploadId,
            PartNumber,
            CopySource: `${Bucket}/${encodeURIComponent("source é")}`,
            CopySourceRange,
          }),
        )
      ).CopyPartResult?.ETag,
    });
    const parts = [await copy(1), await copy(2, "bytes=10-19")];
    await expect(copy(3, `bytes=0-${FIVE.length}`)).rejects.toMatchObject({ name: "InvalidArgument" });
    await expect(copy(3, "bytes=5-")).rejects.toMatchObject({ name: "InvalidArgument" });
    await complete(Key, UploadId, parts);
    expect((await content(Key)).equals(Buffer.concat([FIVE, FIVE.subarray(10, 20)]))).toBe(true);
  });

  test("that is aborted leaves nothing, and what it replaces stays", async () => {
    const Key = "aborted";
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: "old" }));
    const UploadId = await create(Key);
    const { ETag } = await upload(Key, UploadId, 1, "new");
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    expect(uploadsLeft()).not.toContain(UploadId);
    expect((await content(Key)).toString()).toBe("old");
    const gone = { name: "NoSuchUpload" };
    await expect(upload(Key, UploadId, 1, "x")).rejects.toMatchObject(gone);
    await expect(complete(Key, UploadId, [{ PartNumber: 1, ETag }])).rejects.toMatchObject(gone);
    await expect(s3.send(new ListPartsCommand({ Bucket, Key, UploadId }))).rejects.toMatchObject(gone);
    await expect(s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))).rejects.toMatchObject(gone);
  });

  test("is found under its own key only", async () => {
    const UploadId = await create("right");
    await expect(upload("wrong", UploadId, 1, "x")).rejects.toMatchObject({ name: "NoSuchUpload" });
    await expect(upload("right", "../../x", 1, "x")).rejects.toMatchObject({ name: "NoSuchUpload" });
  });

  test("is completed on its conditions", async () => {
    const Key = "conditional";
    const begin = async () => {
      const UploadId = await create(Key);
      const { ETag } = await upload(Key, UploadId, 1, "x");
      return (more: object) => complete(Key, UploadId, [{ PartNumber: 1, ETag }], more);
    };
    const [first, second] = [await begin(), await begin()];
    const { ETag } = await first({ IfNoneMatch: "*" });
    await expect(second({ IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await second({ IfMatch: ETag });
  });
});

describe("completion is refused", () => {
  test("for parts out of order, twice, unknown, too small, or none", async () => {
    const Key = "refused";
    const UploadId = await create(Key);
    const [a, b] = [await upload(Key, UploadId, 1, "small"), await upload(Key, UploadId, 2, "small too")];
    const one = { PartNumber: 1, ETag: a.ETag };
    const two = { PartNumber: 2, ETag: b.ETag };
    await expect(complete(Key, UploadId, [two, one])).rejects.toMatchObject({ name: "InvalidPartOrder" });
    await expect(complete(Key, UploadId, [one, one])).rejects.toMatchObject({ name: "InvalidPartOrder" });
    await expect(complete(Key, UploadId, [{ ...one, ETag: b.ETag }])).rejects.toMatchObject({ name: "InvalidPart" });
    await expect(complete(Key, UploadId, [one, { ...two, PartNumber: 3 }])).rejects.toMatchObject({
      name: "InvalidPart",
    });
    await expect(complete(Key, UploadId, [one, two])).rejects.toMatchObject({
      name: "EntityTooSmall",
      MinSizeAllowed: String(5 * MIB),
      ProposedSize: "5",
      PartNumber: "1",
    });
    await expect(complete(Key, UploadId, [])).rejects.toMatchObject({ name: "MalformedXML" });
    await expect(content(Key)).rejects.toMatchObject({ name: "NoSuchKey" });
    await complete(Key, UploadId, [one]);
    expect((await content(Key)).toString()).toBe("small");
  });

  test("for another size than the client knows", async () => {
    const UploadId = await create("sized");
    const { ETag } = await upload("sized", UploadId, 1, "12345");
    const parts = [{ PartNumber: 1, ETag }];
    await expect(complete("sized", UploadId, parts, { MpuObjectSize: 4 })).rejects.toMatchObject({
      name: "InvalidRequest",
    });
    await complete("sized", UploadId, parts, { MpuObjectSize: 5 });
  });

  test.each([0, 10_001])("for part number %d already when it is sent", async (number) => {
    const UploadId = await create("numbers");
    await expect(upload("numbers", UploadId, number, "x")).rejects.toMatchObject({ name: "InvalidArgument" });
  });
});

describe("lists", () => {
  test("of parts, page by page", async () => {
    const Key = "listed";
    const UploadId = await create(Key, { ChecksumAlgorithm: "SHA1" });
    for (const number of [3, 1, 10]) await upload(Key, UploadId, number, String(number), { ChecksumAlgorithm: "SHA1" });
    const page = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 2 }));
    expect(page).toMatchObject({
      IsTruncated: true,
      NextPartNumberMarker: "3",
      ChecksumAlgorithm: "SHA1",
      ChecksumType: "COMPOSITE",
    });
    expect(page.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 1],
      [3, 1],
    ]);
    expect(page.Parts?.[0]?.ChecksumSHA1).toBe(createHash("sha1").update("1").digest("base64"));
    const rest = await s3.send(
      new ListPartsCommand({ Bucket, Key, UploadId, PartNumberMarker: page.NextPartNumberMarker }),
    );
    expect(rest.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([10]);
    expect(rest.IsTruncated).toBe(false);
  });

  test("of uploads, page by page, with prefix and delimiter", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "uploads" }));
    const begin = async (Key: string) =>
      (await s3.send(new CreateMultipartUploadCommand({ Bucket: "uploads", Key }))).UploadId;
    const ids = [await begin("b"), await begin("a/1"), await begin("a/2"), await begin("b")];
    const found: (string | undefined)[][] = [];
    let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {};
    while (marker !== undefined) {
      const page: ListMultipartUploadsCommandOutput = await s3.send(
        new ListMultipartUploadsCommand({ Bucket: "uploads", MaxUploads: 1, ...marker }),
      );
      found.push(...(page.Uploads ?? []).map(({ Key, UploadId }) => [Key, UploadId]));
      marker = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
        : undefined;
    }
    expect(found.map(([key]) => key)).toEqual(["a/1", "a/2", "b", "b"]);
    expect(new Set(found.map(([, id]) => id))).toEqual(new Set(ids));
    const grouped = await s3.send(new ListMultipartUploadsCommand({ Bucket: "uploads", Delimiter: "/" }));
    expect(grouped.CommonPrefixes).toEqual([{ Prefix: "a/" }]);
    const below = await s3.send(new ListMultipartUploadsCommand({ Bucket: "uploads", Prefix: "a/" }));
    expect(below.Uploads?.map(({ Key }) => Key)).toEqual(["a/1", "a/2"]);
  });
});

describe("checksums of parts", () => {
  const HASHES = { SHA1: "sha1", SHA256: "sha256" } as const;

  test.each(["SHA1", "SHA256"] as const)("%s of the whole is one of the parts'", async (ChecksumAlgorithm) => {
    const Key = `composite-${ChecksumAlgorithm}`;
    const UploadId = await create(Key, { ChecksumAlgorithm });
    const name = `Checksum${ChecksumAlgorithm}` as const;
    const parts = [];
    for (const [index, body] of [FIVE, Buffer.from("tail")].entries()) {
      const part = await upload(Key, UploadId, index + 1, body, { ChecksumAlgorithm });
      parts.push({ PartNumber: index + 1, ETag: part.ETag, [name]: part[name] });
    }
    const bare = parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
    await expect(complete(Key, UploadId, bare)).rejects.toMatchObject({ name: "InvalidRequest" });
    const wrong = [parts[0] ?? {}, { ...parts[1], [name]: parts[0]?.[name] as string }];
    await expect(complete(Key, UploadId, wrong)).rejects.toMatchObject({ name: "InvalidPart" });
    const hash = (bytes: Uint8Array) => createHash(HASHES[ChecksumAlgorithm]).update(bytes).digest();
    const expected = `${hash(Buffer.concat([hash(FIVE), hash(Buffer.from("tail"))])).toString("base64")}-2`;
    expect(await complete(Key, UploadId, parts)).toMatchObject({ [name]: expected, ChecksumType: "COMPOSITE" });
    const attributes = await s3.send(
      new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ["Checksum", "ObjectParts"] }),
    );
    expect(attributes.ObjectParts).toMatchObject({
      TotalPartsCount: 2,
      Parts: [{ PartNumber: 1, Size: 5 * MIB }, { Size: 4 }],
    });
  });

  test.each(["CRC32", "CRC32C", "CRC64NVME"] as const)(
    "%s of the whole can be one of all bytes",
    async (ChecksumAlgorithm) => {
      const Key = `full-${ChecksumAlgorithm}`;
      const UploadId = await create(Key, { ChecksumAlgorithm, ChecksumType: "FULL_OBJECT" });
      const parts = [
        { PartNumber: 1, ETag: (await upload(Key, UploadId, 1, FIVE, { ChecksumAlgorithm })).ETag },
        { PartNumber: 2, ETag: (await upload(Key, UploadId, 2, "tail", { ChecksumAlgorithm })).ETag },
      ];
      const name = `Checksum${ChecksumAlgorithm}` as const;
      const same = await s3.send(
        new PutObjectCommand({
          Bucket,
          Key: `${Key}-same`,
          Body: Buffer.concat([FIVE, Buffer.from("tail")]),
          ChecksumAlgorithm,
        }),
      );
      const wrong = complete(Key, UploadId, parts, {
        [name]: Buffer.alloc(ChecksumAlgorithm === "CRC64NVME" ? 8 : 4).toString("base64"),
      });
      await expect(wrong).rejects.toMatchObject({ name: "BadDigest" });
      expect(await complete(Key, UploadId, parts, { [name]: same[name] })).toMatchObject({
        [name]: same[name],
        ChecksumType: "FULL_OBJECT",
      });
    },
  );

  test("another algorithm than the upload's is refused", async () => {
    const UploadId = await create("mixed", { ChecksumAlgorithm: "SHA256" });
    await expect(upload("mixed", UploadId, 1, "x")).rejects.toMatchObject({
      name: "InvalidRequest",
      message: "Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32",
    });
  });

  test("types that an algorithm does not have are refused", async () => {
    await expect(create("t", { ChecksumAlgorithm: "SHA1", ChecksumType: "FULL_OBJECT" })).rejects.toMatchObject({
      name: "InvalidRequest",
    });
    await expect(create("t", { ChecksumAlgorithm: "CRC64NVME", ChecksumType: "COMPOSITE" })).rejects.toMatchObject({
      name: "InvalidRequest",
    });
  });
});

describe("lib-storage", () => {
  test.each([undefined, "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)(
    "a stream of unknown length in parts, checksum %s",
    async (ChecksumAlgorithm) => {
      const body = Buffer.concat([FIVE, FIVE, FIVE.subarray(0, 12_345)]);
      const Key = `lib/${ChecksumAlgorithm}`;
      const Body = Readable.from(
        (function* () {
          for (let at = 0; at < body.length; at += 100_003) yield body.subarray(at, at + 100_003);
        })(),
      );
      const params = { Bucket, Key, Body, ...(ChecksumAlgorithm && { ChecksumAlgorithm }) };
      const done = await new Upload({ client: s3, params, queueSize: 3 }).done();
      expect(done.ETag).toMatch(/-3"$/);
      expect((await content(Key, { ChecksumMode: "ENABLED" })).equals(body)).toBe(true);
    },
  );

  test("an upload that fails in the middle leaves nothing", async () => {
    const Body = Readable.from(
      (async function* () {
        yield FIVE;
        yield FIVE;
        throw new Error("the source failed");
      })(),
    );
    const before = uploadsLeft();
    await expect(new Upload({ client: s3, params: { Bucket, Key: "broken", Body } }).done()).rejects.toThrow(
      "the source failed",
    );
    await expect(content("broken")).rejects.toMatchObject({ name: "NoSuchKey" });
    expect(uploadsLeft()).toEqual(before);
  });
});
