import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { endpoints } from "./endpoint.js";

const start = endpoints();
const Bucket = "b";
const md5 = (text: string) => `"${createHash("md5").update(text).digest("hex")}"`;

async function startWith(files: Record<string, string>, options: { now?: () => number } = {}) {
  const endpoint = await start(options);
  const folder = join(endpoint.root, Bucket);
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const s3 = endpoint.client();
  const head = (Key: string) => s3.send(new HeadObjectCommand({ Bucket, Key }));
  const list = async () => (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? [];
  return { root: endpoint.root, store: endpoint.s3.store, folder, s3, head, list };
}

test("a file that a person drops into the folder is an object", async () => {
  const { s3, head, list } = await startWith({ "data.JSON": "{}", README: "hello" });
  expect(await head("data.JSON")).toMatchObject({ ContentType: "application/json", ETag: md5("{}"), Metadata: {} });
  expect(await head("README")).toMatchObject({ ContentType: "binary/octet-stream", ETag: md5("hello") });
  expect((await list()).map(({ Key, ETag }) => [Key, ETag])).toEqual([
    ["README", md5("hello")],
    ["data.JSON", md5("{}")],
  ]);
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: "README", Range: "bytes=-2" }));
  expect(await got.Body?.transformToString()).toBe("lo");
  await s3.send(
    new PutObjectTaggingCommand({ Bucket, Key: "README", Tagging: { TagSet: [{ Key: "a", Value: "1" }] } }),
  );
  expect((await s3.send(new GetObjectCommand({ Bucket, Key: "README" }))).TagCount).toBe(1);
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "README" }));
  expect((await list()).map(({ Key }) => Key)).toEqual(["data.JSON"]);
});

test("a file that a person changes has lost what was known of it", async () => {
  const { s3, head, folder } = await startWith({});
  await s3.send(
    new PutObjectCommand({ Bucket, Key: "a.txt", Body: "first", ContentType: "x/y", Metadata: { a: "1" } }),
  );
  writeFileSync(join(folder, "a.txt"), "other");
  utimesSync(join(folder, "a.txt"), 1_700_000_000, 1_700_000_000);
  expect(await head("a.txt")).toMatchObject({ ContentType: "text/plain", Metadata: {}, ETag: md5("other") });
});

test("a large file has an etag without being read, the same everywhere", async () => {
  const { head, list, folder } = await startWith({ large: "" });
  truncateSync(join(folder, "large"), 3 * 1024 ** 3);
  const { ETag, ContentLength } = await head("large");
  expect([ETag, ContentLength]).toEqual([expect.stringMatching(/^"[0-9a-f]{32}-1"$/), 3 * 1024 ** 3]);
  expect(await list()).toMatchObject([{ Key: "large", ETag }]);
});

test("links, empty folders and pipes are what they lead to", async () => {
  const { list, folder, root, head } = await startWith({});
  mkdirSync(join(folder, "empty"));
  mkdirSync(join(root, "elsewhere"));
  writeFileSync(join(root, "elsewhere/x"), "x");
  symlinkSync(join(root, "elsewhere"), join(folder, "link"));
  symlinkSync(join(root, "nowhere"), join(folder, "broken"));
  expect((await list()).map(({ Key }) => Key)).toEqual(["link/x"]);
  await expect(head("broken")).rejects.toMatchObject({ name: "NotFound" });
  await expect(head("empty")).rejects.toMatchObject({ name: "NotFound" });
});

test("everything is there again after a restart", async () => {
  const first = await startWith({});
  const given = { ContentType: "x/y", Metadata: { a: "1" } };
  const { ETag } = await first.s3.send(new PutObjectCommand({ Bucket, Key: "k/ü", Body: "x", ...given }));
  const begun = await first.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "m" }));
  const upload = { Bucket, Key: "m", UploadId: begun.UploadId };
  await first.s3.send(new UploadPartCommand({ ...upload, PartNumber: 4, Body: "part" }));
  const second = (await start({ root: first.root })).client();
  expect(await second.send(new HeadObjectCommand({ Bucket, Key: "k/ü" }))).toMatchObject({ ETag, ...given });
  expect((await second.send(new ListPartsCommand(upload))).Parts).toMatchObject([{ PartNumber: 4, Size: 4 }]);
});

test("nothing that S3 keeps besides the bytes shows up in the bucket", async () => {
  const { s3, list, folder } = await startWith({});
  await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x", Metadata: { a: "1" } }));
  await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "m" }));
  expect(readdirSync(folder)).toEqual(["k"]);
  expect((await list()).map(({ Key }) => Key)).toEqual(["k"]);
});

test("an object keeps its metadata when one below it makes it move", async () => {
  const { s3, head, list } = await startWith({});
  const given = { ContentType: "x/y", Metadata: { a: "1" } };
  await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x", ...given }));
  let done = false;
  const reading = (async () => {
    while (!done) expect(await head("a")).toMatchObject(given);
  })();
  await s3.send(new PutObjectCommand({ Bucket, Key: "a/b", Body: "y" }));
  done = true;
  await reading;
  expect(await head("a")).toMatchObject(given);
  expect((await list()).map(({ Key }) => Key)).toEqual(["a", "a/b"]);
});

test("times are those of the clock that was given", async () => {
  const time = Date.UTC(2031, 4, 6, 7, 8, 9);
  const { s3, head, list } = await startWith({}, { now: () => time });
  await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
  expect((await head("k")).LastModified).toEqual(new Date(time));
  expect((await list())[0]?.LastModified).toEqual(new Date(time));
  const begun = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "m" }));
  expect(begun.UploadId).toMatch(/^[\w-]{32}$/);
});

test("the engine sees what clients put, and clients what the engine puts", async () => {
  const { s3, store } = await startWith({});
  const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: "client", Body: "c" }));
  expect(await store.head(Bucket, "client")).toMatchObject({ size: 1, etag: ETag });
  const writer = await store.put(Bucket, "engine");
  await writer.write("é");
  expect(await writer.close()).toMatchObject({ size: 2, etag: md5("é") });
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: "engine" }));
  expect([got.ETag, await got.Body?.transformToString()]).toEqual([md5("é"), "é"]);
});
