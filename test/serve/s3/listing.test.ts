import {
  CreateBucketCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { endpoints } from "./endpoint.js";

const start = endpoints();
let s3: S3Client;
let store: Awaited<ReturnType<typeof start>>["s3"]["store"];
beforeAll(async () => {
  const endpoint = await start();
  s3 = endpoint.client();
  store = endpoint.s3.store;
});

async function bucketOf(Bucket: string, keys: readonly string[]): Promise<string> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  for (const key of keys) await (await store.put(Bucket, key)).close();
  return Bucket;
}

const list = (input: ListObjectsV2CommandInput) => s3.send(new ListObjectsV2Command(input));

/** All keys and common prefixes, page by page. */
async function pages(input: ListObjectsV2CommandInput) {
  const keys: (string | undefined)[] = [];
  const prefixes: (string | undefined)[] = [];
  let count = 0;
  for await (const page of paginateListObjectsV2({ client: s3 }, input)) {
    count++;
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
    prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    expect(page.KeyCount).toBe((page.Contents?.length ?? 0) + (page.CommonPrefixes?.length ?? 0));
  }
  return { keys, prefixes, count };
}

describe("1,200 keys", () => {
  const keys = Array.from({ length: 1200 }, (_, n) => `${n % 3}/ü${String(n).padStart(4, "0")}`).sort();
  beforeAll(() => bucketOf("many", keys));

  test("come on two pages of 1,000 at most", async () => {
    expect(await pages({ Bucket: "many" })).toEqual({ keys, prefixes: [], count: 2 });
    expect((await list({ Bucket: "many", MaxKeys: 5000 })).MaxKeys).toBe(1000);
  });

  test("come in pages of any size, with a prefix", async () => {
    const below = keys.filter((key) => key.startsWith("1/ü0"));
    expect(await pages({ Bucket: "many", Prefix: "1/ü0", MaxKeys: 97 })).toMatchObject({ keys: below });
  });

  test("are three prefixes with a delimiter, one a page if need be", async () => {
    const prefixes = ["0/", "1/", "2/"];
    expect(await pages({ Bucket: "many", Delimiter: "/" })).toEqual({ keys: [], prefixes, count: 1 });
    expect(await pages({ Bucket: "many", Delimiter: "/", MaxKeys: 1 })).toEqual({ keys: [], prefixes, count: 3 });
  });

  test("can begin after a key, on every page", async () => {
    const StartAfter = keys[600] as string;
    expect((await pages({ Bucket: "many", StartAfter, MaxKeys: 250 })).keys).toEqual(keys.slice(601));
  });

  test("come through the first version with markers", async () => {
    const found: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const page = await s3.send(new ListObjectsCommand({ Bucket: "many", Marker, MaxKeys: 500 }));
      found.push(...(page.Contents ?? []).map(({ Key }) => Key));
      expect(page.NextMarker).toBeUndefined();
      Marker = page.IsTruncated === true ? found.at(-1) : undefined;
    } while (Marker !== undefined);
    expect(found).toEqual(keys);
  });
});

describe("delimiters", () => {
  const keys = ["a", "a!", "a/", "a/b", "a/b/c", "a0", "b/x", "b/y/z", "c"];
  beforeAll(() => bucketOf("tree", keys));

  test("group what is below a prefix", async () => {
    const page = await list({ Bucket: "tree", Prefix: "a/", Delimiter: "/" });
    expect(page.Contents?.map(({ Key }) => Key)).toEqual(["a/", "a/b"]);
    expect(page.CommonPrefixes).toEqual([{ Prefix: "a/b/" }]);
    expect(page).toMatchObject({ Prefix: "a/", Delimiter: "/", KeyCount: 3, IsTruncated: false, Name: "tree" });
  });

  test("can be any text", async () => {
    const page = await list({ Bucket: "tree", Delimiter: "/b" });
    expect(page.Contents?.map(({ Key }) => Key)).toEqual(["a", "a!", "a/", "a0", "b/x", "b/y/z", "c"]);
    expect(page.CommonPrefixes).toEqual([{ Prefix: "a/b" }]);
  });

  test("go on behind a group in the first version too", async () => {
    const seen: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const page = await s3.send(new ListObjectsCommand({ Bucket: "tree", Delimiter: "/", Marker, MaxKeys: 1 }));
      seen.push(
        ...(page.Contents ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      );
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    expect(seen).toEqual(["a", "a!", "a/", "a0", "b/", "c"]);
  });
});

test("a bucket without objects", async () => {
  await bucketOf("empty", []);
  expect(await list({ Bucket: "empty" })).toMatchObject({ KeyCount: 0, IsTruncated: false, Prefix: "" });
});

test("no keys are no page", async () => {
  await bucketOf("none", ["a"]);
  expect(await list({ Bucket: "none", MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
});

test("what an object of a list tells", async () => {
  await bucketOf("told", []);
  const put = await s3.send(
    new PutObjectCommand({ Bucket: "told", Key: "k", Body: "abc", StorageClass: "GLACIER_IR" }),
  );
  const [object] = (await list({ Bucket: "told", FetchOwner: true })).Contents ?? [];
  expect(object).toMatchObject({
    Key: "k",
    Size: 3,
    ETag: put.ETag,
    StorageClass: "GLACIER_IR",
    ChecksumAlgorithm: ["CRC32"],
    ChecksumType: "FULL_OBJECT",
  });
  expect(object?.Owner?.ID).toMatch(/^0+$/);
  expect((await list({ Bucket: "told" })).Contents?.[0]?.Owner).toBeUndefined();
});

test("keys are percent-encoded when that is asked for", async () => {
  await bucketOf("encoded", ["a b/ü+%", "a\u0001", "(1)"]);
  const page = await list({ Bucket: "encoded", EncodingType: "url", StartAfter: " " });
  expect(page.Contents?.map(({ Key }) => Key)).toEqual(["%281%29", "a%01", "a%20b/%C3%BC%2B%25"]);
  expect(page).toMatchObject({ EncodingType: "url", StartAfter: "%20" });
});

test("arguments that S3 would refuse", async () => {
  await bucketOf("strict", ["a"]);
  const invalid = { name: "InvalidArgument" };
  await expect(list({ Bucket: "strict", ContinuationToken: "made up" })).rejects.toMatchObject(invalid);
  await expect(list({ Bucket: "strict", ContinuationToken: "" })).rejects.toMatchObject(invalid);
  await expect(list({ Bucket: "strict", MaxKeys: -1 })).rejects.toMatchObject(invalid);
  await expect(list({ Bucket: "strict", EncodingType: "xml" as "url" })).rejects.toMatchObject(invalid);
  await expect(list({ Bucket: "no-such-bucket" })).rejects.toMatchObject({ name: "NoSuchBucket" });
});

const segment = fc.string({
  unit: fc.constantFrom("a", "b", "-", "/", "/", "0", "é", "\ue000", "😀", " ", "+"),
  maxLength: 5,
});
const keySets = fc.uniqueArray(
  fc.tuple(segment, segment).map((parts) => parts.join("/")),
  { minLength: 1, maxLength: 25 },
);

test("any keys list whole in the order of their UTF-8 bytes, whatever prefix, delimiter and size of page", async () => {
  let buckets = 0;
  await fc.assert(
    fc.asyncProperty(
      keySets,
      segment,
      fc.constantFrom("", "/", "a", "é"),
      fc.integer({ min: 1, max: 7 }),
      async (keys, prefix, delimiter, size) => {
        const Bucket = await bucketOf(`property-${buckets++}`, keys);
        const expected = model(keys, prefix, delimiter);
        const found = await pages({ Bucket, Prefix: prefix, Delimiter: delimiter, MaxKeys: size });
        expect({ keys: found.keys, prefixes: found.prefixes }).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});

/** What a listing answers, made the plain way. */
function model(keys: readonly string[], prefix: string, delimiter: string) {
  const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const wanted = sorted.filter((key) => key.startsWith(prefix));
  const endOf = (key: string) => (delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length));
  return {
    keys: wanted.filter((key) => endOf(key) < 0),
    prefixes: [
      ...new Set(wanted.filter((key) => endOf(key) >= 0).map((key) => key.slice(0, endOf(key) + delimiter.length))),
    ],
  };
}
