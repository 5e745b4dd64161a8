import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { temporaryFolders } from "../../adapters/store/temporary.js";
import { endpoints } from "./endpoint.js";

const start = endpoints();
const temporary = temporaryFolders();

test("a bucket is made, found, listed and deleted, as a folder", async () => {
  const { client, root } = await start();
  const s3 = client();
  expect((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
  expect((await s3.send(new CreateBucketCommand({ Bucket: "one" }))).Location).toBe("/one");
  await s3.send(new CreateBucketCommand({ Bucket: "another.bucket" }));
  expect(existsSync(join(root, "one"))).toBe(true);
  expect(await s3.send(new HeadBucketCommand({ Bucket: "one" }))).toMatchObject({ BucketRegion: "us-east-1" });
  const { Buckets } = await s3.send(new ListBucketsCommand({}));
  expect(Buckets?.map(({ Name }) => Name)).toEqual(["another.bucket", "one"]);
  expect(Buckets?.[0]?.CreationDate).toBeInstanceOf(Date);
  await s3.send(new DeleteBucketCommand({ Bucket: "one" }));
  expect(existsSync(join(root, "one"))).toBe(false);
  await expect(s3.send(new HeadBucketCommand({ Bucket: "one" }))).rejects.toMatchObject({ name: "NotFound" });
});

test("in us-east-1 a bucket can be made again and keeps its objects", async () => {
  const { client } = await start();
  const s3 = client();
  await s3.send(new CreateBucketCommand({ Bucket: "mine" }));
  await s3.send(new PutObjectCommand({ Bucket: "mine", Key: "a", Body: "x" }));
  await s3.send(new CreateBucketCommand({ Bucket: "mine" }));
  await expect(s3.send(new DeleteBucketCommand({ Bucket: "mine" }))).rejects.toMatchObject({ name: "BucketNotEmpty" });
  await s3.send(new DeleteObjectCommand({ Bucket: "mine", Key: "a" }));
  await s3.send(new DeleteBucketCommand({ Bucket: "mine" }));
});

test("elsewhere it is refused, and so is the bucket of another region", async () => {
  const { client } = await start({ region: "eu-west-1" });
  const s3 = client();
  const create = (Bucket: string, LocationConstraint: "eu-west-1" | "eu-west-2") =>
    s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }));
  await create("mine", "eu-west-1");
  await expect(create("mine", "eu-west-1")).rejects.toMatchObject({ name: "BucketAlreadyOwnedByYou" });
  await expect(create("other", "eu-west-2")).rejects.toMatchObject({ name: "IllegalLocationConstraintException" });
  expect(await s3.send(new GetBucketLocationCommand({ Bucket: "mine" }))).toMatchObject({
    LocationConstraint: "eu-west-1",
  });
});

test("the endpoint of us-east-1 makes buckets for any region, and remembers it", async () => {
  const { client } = await start();
  const s3 = client();
  const configuration = { LocationConstraint: "eu-west-2" } as const;
  await s3.send(new CreateBucketCommand({ Bucket: "far", CreateBucketConfiguration: configuration }));
  await s3.send(new CreateBucketCommand({ Bucket: "near" }));
  expect((await s3.send(new GetBucketLocationCommand({ Bucket: "far" }))).LocationConstraint).toBe("eu-west-2");
  expect((await s3.send(new GetBucketLocationCommand({ Bucket: "near" }))).LocationConstraint).toBeUndefined();
});

test.each(["ab", "Upper", "under_score", "a..b", "-a-", "192.168.1.1", "xn--abc", "x".repeat(64)])(
  "%s is no name for a bucket",
  async (Bucket) => {
    const { client } = await start();
    await expect(client().send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: "InvalidBucketName",
    });
  },
);

test.each(["..", "%2e%2e", ".metadata", ".uploads", "a%2F..", "%00"])("%s leads to no bucket", async (name) => {
  const { url, root } = await start();
  mkdirSync(join(root, ".metadata"));
  // fetch would resolve the dots.
  const { request } = await import("node:http");
  const status = await new Promise((resolve, reject) => {
    request(url, { path: `/${name}/x` }, (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end();
  });
  expect(status).toBe(404);
});

test("versioning was never turned on", async () => {
  const { client } = await start();
  const s3 = client();
  await s3.send(new CreateBucketCommand({ Bucket: "plain" }));
  expect((await s3.send(new GetBucketVersioningCommand({ Bucket: "plain" }))).Status).toBeUndefined();
});

test("every operation says which bucket is missing", async () => {
  const { url } = await start();
  for (const [method, path] of [
    ["GET", "/missing"],
    ["GET", "/missing?list-type=2"],
    ["GET", "/missing?location"],
    ["GET", "/missing?uploads"],
    ["GET", "/missing/key"],
    ["PUT", "/missing/key"],
    ["DELETE", "/missing/key"],
    ["DELETE", "/missing"],
    ["POST", "/missing?delete"],
    ["POST", "/missing/key?uploads"],
    ["DELETE", "/missing/key?uploadId=x"],
  ] as const) {
    const answer = await fetch(url + path, { method });
    expect([method, path, answer.status]).toEqual([method, path, 404]);
    const text = await answer.text();
    expect(text).toContain("<Code>NoSuchBucket</Code>");
    expect(text).toContain("<BucketName>missing</BucketName>");
  }
});

test("a folder elsewhere is a bucket, and stays as it is but for its objects", async () => {
  const folder = temporary();
  writeFileSync(join(folder, "notes.txt"), "hello");
  const { client, root } = await start({ buckets: { "my-notes": folder } });
  const s3 = client();
  expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual(["my-notes"]);
  await s3.send(new PutObjectCommand({ Bucket: "my-notes", Key: "b", Body: "x" }));
  expect(readdirSync(folder).sort()).toEqual(["b", "notes.txt"]);
  expect(readdirSync(root)).toEqual([".metadata"]);
});

test("a bucket with files that are no objects is not deleted, one with leftovers of a crash is", async () => {
  const { client, root } = await start();
  const s3 = client();
  await s3.send(new CreateBucketCommand({ Bucket: "left" }));
  mkdirSync(join(root, "left/empty/folder"), { recursive: true });
  writeFileSync(join(root, "left/%~temporary-1-0"), "half");
  writeFileSync(join(root, "left/%~XX"), "precious");
  await expect(s3.send(new DeleteBucketCommand({ Bucket: "left" }))).rejects.toMatchObject({ name: "BucketNotEmpty" });
  expect(readdirSync(join(root, "left"))).toContain("%~XX");
  const { rmSync } = await import("node:fs");
  rmSync(join(root, "left/%~XX"));
  await s3.send(new DeleteBucketCommand({ Bucket: "left" }));
  expect(existsSync(join(root, "left"))).toBe(false);
});

test("uploads that have begun go with their bucket", async () => {
  const { client, root } = await start();
  const s3 = client();
  await s3.send(new CreateBucketCommand({ Bucket: "begun" }));
  await s3.send(new CreateMultipartUploadCommand({ Bucket: "begun", Key: "k" }));
  await s3.send(new DeleteBucketCommand({ Bucket: "begun" }));
  expect(readdirSync(join(root, ".uploads"))).toEqual([]);
});
