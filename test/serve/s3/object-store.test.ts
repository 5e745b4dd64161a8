import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createS3 } from "../../../lib/serve/s3/s3.js";
import { temporaryFolders } from "../../adapters/store/temporary.js";
import { objectStoreContract } from "../../contracts/object-store.js";

const temporary = temporaryFolders();

const storeWith = async (contents: Record<string, Uint8Array>) => {
  const root = temporary();
  mkdirSync(join(root, "bucket"));
  const { store } = createS3({ root, region: "us-east-1" });
  for (const [key, content] of Object.entries(contents)) {
    const writer = await store.put("bucket", key);
    await writer.write(content);
    await writer.close();
  }
  return store;
};

objectStoreContract(storeWith, { "makes the bucket that is written to": "buckets of S3 are made on purpose" });

test("a bucket that is not there takes nothing, and is not made", async () => {
  const store = await storeWith({});
  await expect(store.put("another", "a")).rejects.toMatchObject({ code: "NoSuchBucket" });
  expect((await store.buckets?.())?.map(({ name }) => name)).toEqual(["bucket"]);
});
