import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fileStore } from "../../../lib/adapters/store/files.js";
import type { ObjectStore } from "../../../lib/run/ports.js";
import { objectStoreContract, wholeObjectStoreContract } from "../../contracts/object-store.js";
import { temporaryFolders } from "./temporary.js";

const temporary = temporaryFolders();

const bucketOf = async (contents: Record<string, Uint8Array>) => {
  const root = temporary();
  mkdirSync(join(root, "bucket"));
  const store = fileStore({ root });
  for (const [key, content] of Object.entries(contents)) await put(store, key, content);
  return store;
};

objectStoreContract(bucketOf);
wholeObjectStoreContract(bucketOf);

test("an ordinary key is its own path, so that any tool can read the file", async () => {
  const root = temporary();
  await put(fileStore({ root }), "results/2026 (1)/ä%20.json", Buffer.from("{}"));
  expect(readFileSync(join(root, "bucket/results/2026 (1)/ä%20.json"), "utf8")).toBe("{}");
});

test("a folder of files made by hand is a bucket, wherever it is", async () => {
  const folder = temporary();
  mkdirSync(join(folder, "in"));
  writeFileSync(join(folder, "in", "a.txt"), "A");
  writeFileSync(join(folder, "b.txt"), "B");
  symlinkSync(join(folder, "in"), join(folder, "link"));
  const store = fileStore({ root: temporary(), buckets: { photos: folder } });
  expect(await keys(store, "photos")).toEqual(["b.txt", "in/a.txt", "link/a.txt"]);
  expect((await store.head("photos", "in/a.txt")).size).toBe(1);
});

test("no key and no bucket name leads out of the folder", async () => {
  const root = temporary();
  writeFileSync(join(root, "secret"), "");
  const store = fileStore({ root: join(root, "s3") });
  await put(store, "../../secret2", Buffer.from("x"));
  expect(readdirSync(root).sort()).toEqual(["s3", "secret"]);
  await expect(store.head("bucket", "../../secret")).rejects.toMatchObject({ code: "NoSuchKey" });
  for (const bucket of ["..", ".", "", "a/../..", "../s3"]) {
    await expect(store.head(bucket, "secret"), bucket).rejects.toMatchObject({ code: "NoSuchBucket" });
    await expect(store.put(bucket, "x"), bucket).rejects.toMatchObject({ code: "NoSuchBucket" });
  }
});

test("an aborted object leaves neither a temporary file nor the bucket it made", async () => {
  const root = temporary();
  const store = fileStore({ root: join(root, "made/too") });
  const writer = await store.put("new", "a/b");
  await writer.write("text");
  await writer.abort();
  expect(readdirSync(root)).toEqual([]);
});

test("a closed object leaves no temporary file", async () => {
  const root = temporary();
  await put(fileStore({ root }), "k", Buffer.from("x"));
  expect(readdirSync(join(root, "bucket"))).toEqual(["k"]);
});

test("an object whose name is needed for a folder stays readable, and the other way round", async () => {
  const store = fileStore({ root: temporary() });
  for (const key of ["a", "a/b", "a/b/c", "x/y", "x"]) await put(store, key, Buffer.from(key));
  expect(await keys(store, "bucket")).toEqual(["a", "a/b", "a/b/c", "x", "x/y"]);
  for (const key of ["a", "a/b", "a/b/c", "x"]) expect((await store.head("bucket", key)).size).toBe(key.length);
});

test.skipIf(process.getuid?.() === 0)(
  "a file that may not be read is AccessDenied, and so is such a folder",
  async () => {
    const folder = temporary();
    const store = fileStore({ root: temporary(), buckets: { b: folder } });
    writeFileSync(join(folder, "k"), "", { mode: 0o000 });
    const { body } = await store.get("b", "k");
    await expect(body[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "AccessDenied" });
    mkdirSync(join(folder, "sub"));
    chmodSync(join(folder, "sub"), 0o000);
    await expect(keys(store, "b")).rejects.toMatchObject({ code: "AccessDenied" });
    chmodSync(join(folder, "sub"), 0o700);
  },
);

test("a bucket that is a file cannot be written, and nothing is lost", async () => {
  const root = temporary();
  writeFileSync(join(root, "bucket"), "precious");
  await expect(fileStore({ root }).put("bucket", "k")).rejects.toMatchObject({ code: "InternalError" });
  expect(readFileSync(join(root, "bucket"), "utf8")).toBe("precious");
  expect(existsSync(join(root, "bucket", "k"))).toBe(false);
});

async function put(store: ObjectStore, key: string, content: Uint8Array): Promise<void> {
  const writer = await store.put("bucket", key);
  await writer.write(content);
  await writer.close();
}

async function keys(store: ObjectStore, bucket: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store.list(bucket, "")) found.push(key);
  return found;
}
