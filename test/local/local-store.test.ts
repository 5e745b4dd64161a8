import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { discardStore } from "../../lib/adapters/store/discard.js";
import { LocalStore } from "../../lib/local/local-store.js";

const store = new LocalStore(
  {
    s3Root: "root",
    buckets: { photos: "my/photos" },
    stores: { own: discardStore() },
    itemFiles: { own: { name: "n.jsonl", isFile: true } },
  },
  () => {},
);

test.each([
  ["s3://any/a/b.txt", { name: join("root", "any", "a/b.txt"), isFile: true, bucket: "any" }],
  ["s3://photos/a.jpg", { name: join("my/photos", "a.jpg"), isFile: true, bucket: "photos" }],
  ["s3://own/n.jsonl", { name: "n.jsonl", isFile: true }],
  // A listing has a bucket as its source.
  ["s3://any", { name: join("root", "any"), isFile: false, bucket: "any" }],
])("%s is a place on this machine", (source, file) => {
  expect(store.fileOf(source)).toEqual(file);
});

test("what goes to a store of its own is no file that was written", async () => {
  await (await store.objects.put("own", "k")).close();
  expect(store.written()).toEqual({ files: [], count: 0 });
});

test("only what goes to a store that drops it need not be made", () => {
  expect(store.objects.discards("own")).toBe(true);
  expect(store.objects.discards("photos")).toBe(false);
});

test("buckets belong to the account of the application", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fanout-local-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "k"), "x");
  const { objects } = new LocalStore({ buckets: { b: folder }, account: "111122223333" }, () => {});
  expect(await objects.head("b", "k", { expectedBucketOwner: "111122223333" })).toMatchObject({ size: 1 });
  await expect(objects.head("b", "k", { expectedBucketOwner: "000000000000" })).rejects.toThrow("Access Denied");
});
