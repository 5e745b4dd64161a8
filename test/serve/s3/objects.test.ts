import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { endpoints } from "./endpoint.js";

const start = endpoints();

test("an object that is put can be got and listed, and is a file in the bucket's folder", async () => {
  const { client, root } = await start();
  const s3 = client();
  await s3.send(new CreateBucketCommand({ Bucket: "photos" }));
  const put = await s3.send(new PutObjectCommand({ Bucket: "photos", Key: "a/é.txt", Body: "hello" }));
  expect(put.ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
  const got = await s3.send(new GetObjectCommand({ Bucket: "photos", Key: "a/é.txt" }));
  expect(await got.Body?.transformToString()).toBe("hello");
  const listed = await s3.send(new ListObjectsV2Command({ Bucket: "photos" }));
  expect(listed.Contents).toMatchObject([{ Key: "a/é.txt", Size: 5, ETag: put.ETag, StorageClass: "STANDARD" }]);
  expect(readdirSync(join(root, "photos"))).toEqual(["a"]);
  expect(readFileSync(join(root, "photos/a/é.txt"), "utf8")).toBe("hello");
});
