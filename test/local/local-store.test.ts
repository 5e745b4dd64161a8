import { join } from "node:path";
import { expect, test } from "vitest";
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
