import fc from "fast-check";
import { expect, test } from "vitest";
import type { ObjectStore, ReadOptions } from "../../lib/run/ports.js";
import { contractTest, type Skips } from "./contract.js";

const BUCKET = "bucket";

/** Keys that a file system would like to understand in its own way. */
// biome-ignore format: a list
const ODD_KEYS = [
  "a/", "a//b", "/a", "/", "//", ".", "..", "../a", "a/../b", "a/./b", "a/..", "a\0b", "a\nb", "%~", "a%~", "%~2F", "%~=",
  "100%", "a%20b", "%2F", "~", "é/ü", "😀", " ", "a ", "a\\b", "CON", "x".repeat(255), "x".repeat(256), "é".repeat(500),
  `${"x".repeat(300)}/${"y".repeat(300)}`, `${"%~".repeat(200)}/`,
];

const segment = fc.oneof(
  fc.constantFrom(
    "",
    ".",
    "..",
    "a",
    "b",
    "a-",
    "a0",
    "%~",
    "%~=",
    "%~2F",
    "%~~",
    "\0",
    "é",
    "\ufffd",
    "😀",
    "x".repeat(253),
  ),
  fc.string({
    unit: fc.constantFrom("%", "~", "=", "2", "5", ".", "-", "\u00ff", "\ue000", "\u{10000}"),
    maxLength: 4,
  }),
);
const key = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((segments) => segments.join("/"))
  .filter((text) => text !== "");
const objects = fc.dictionary(key, fc.uint8Array({ maxLength: 50 }), { noNullPrototype: true, maxKeys: 12 });

/**
 * What every ObjectStore keeps to.
 *
 * @param make A store whose bucket `bucket` holds these objects.
 */
export function objectStoreContract(
  make: (contents: Record<string, Uint8Array>) => Promise<ObjectStore>,
  skips: Skips = {},
): void {
  const { it, end } = contractTest(skips);
  const bytes = (text: string): Uint8Array => Buffer.from(text);

  it("gives back what an object holds", async () => {
    const store = await make({ a: bytes("one"), b: bytes("") });
    expect(await text(store, "a")).toBe("one");
    expect(await text(store, "b")).toBe("");
  });

  it("gives a long object whole, chunk by chunk", async () => {
    const content = Buffer.alloc(1_500_000, "0123456789\n");
    const store = await make({ long: content });
    const { body } = await store.get(BUCKET, "long");
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(1);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
  });

  it("lets a reader stop early and read again", async () => {
    const store = await make({ long: Buffer.alloc(1_000_000, "x") });
    for await (const _ of (await store.get(BUCKET, "long")).body) break;
    expect(await text(store, "long")).toHaveLength(1_000_000);
  });

  it("gives a range, its end left out", async () => {
    const store = await make({ a: bytes("0123456789") });
    expect(await text(store, "a", { start: 3 })).toBe("3456789");
    expect(await text(store, "a", { start: 3, end: 5 })).toBe("34");
    expect(await text(store, "a", { start: 8, end: 99 })).toBe("89");
    expect(await text(store, "a", { start: 4, end: 4 })).toBe("");
    expect(await text(store, "a", { start: 10 })).toBe("");
  });

  it("knows size, etag and time of an object, the same from head, get and list", async () => {
    const store = await make({ a: bytes("ä") });
    const head = await store.head(BUCKET, "a");
    expect(head).toMatchObject({ key: "a", size: 2 });
    expect(head.etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(head.lastModified).toBeGreaterThan(Date.UTC(2020, 0));
    expect(await store.get(BUCKET, "a")).toMatchObject(head);
    expect(await list(store)).toEqual([head]);
  });

  it("says which key is missing", async () => {
    const store = await make({ "a/b": bytes("") });
    for (const missing of ["x", "a", "a/", "a/b/c", "A/b/", "x".repeat(2000)]) {
      await expect(store.head(BUCKET, missing), missing).rejects.toMatchObject({ code: "NoSuchKey" });
      await expect(store.get(BUCKET, missing), missing).rejects.toMatchObject({ code: "NoSuchKey" });
    }
  });

  it("says which bucket is missing", async () => {
    const store = await make({ a: bytes("") });
    await expect(store.head("other", "a")).rejects.toMatchObject({ code: "NoSuchBucket" });
    await expect(store.get("other", "a")).rejects.toMatchObject({ code: "NoSuchBucket" });
    await expect(list(store, "", "other")).rejects.toMatchObject({ code: "NoSuchBucket" });
  });

  it("knows the version null alone, and the account 000000000000 as the owner", async () => {
    const store = await make({ a: bytes("x") });
    const good = { versionId: "null", expectedBucketOwner: "000000000000" };
    expect((await store.head(BUCKET, "a", good)).key).toBe("a");
    expect((await store.get(BUCKET, "a", undefined, good)).key).toBe("a");
    expect(await list(store, "", BUCKET, good)).toHaveLength(1);
    const [version, owner] = [{ versionId: "L4kqtJlcpXroDTDmpUMLUo" }, { expectedBucketOwner: "111122223333" }];
    await expect(store.head(BUCKET, "a", version)).rejects.toMatchObject({ code: "NoSuchVersion" });
    await expect(store.get(BUCKET, "a", undefined, version)).rejects.toMatchObject({ code: "NoSuchVersion" });
    await expect(store.head(BUCKET, "a", owner)).rejects.toMatchObject({ code: "AccessDenied" });
    await expect(store.get(BUCKET, "a", undefined, owner)).rejects.toMatchObject({ code: "AccessDenied" });
    await expect(list(store, "", BUCKET, owner)).rejects.toMatchObject({ code: "AccessDenied" });
  });

  it("lists keys by their bytes, not by folder", async () => {
    const inOrder = ["a", "a!", "a-", "a-/x", "a/", "a/b", "a/b/c", "a0", "ab", "b", "\u{ffff}", "\u{10000}"];
    const store = await make(Object.fromEntries(inOrder.toReversed().map((name) => [name, bytes(name)])));
    expect((await list(store)).map((object) => object.key)).toEqual(inOrder);
  });

  it("lists what begins with a prefix, which may end anywhere", async () => {
    const store = await make(Object.fromEntries(["a", "a/b", "a/bc", "a/b/c", "b"].map((name) => [name, bytes("")])));
    const keys = async (prefix: string) => (await list(store, prefix)).map((object) => object.key);
    expect(await keys("a/b")).toEqual(["a/b", "a/b/c", "a/bc"]);
    expect(await keys("a/")).toEqual(["a/b", "a/b/c", "a/bc"]);
    expect(await keys("a/b/")).toEqual(["a/b/c"]);
    expect(await keys("a/b/c/d")).toEqual([]);
    expect(await keys("b")).toEqual(["b"]);
    expect(await keys("..")).toEqual([]);
  });

  it("lists more objects than it looks at in one go", async () => {
    const names = Array.from({ length: 200 }, (_, index) => `n/${String(index).padStart(3, "0")}`);
    const store = await make(Object.fromEntries(names.map((name) => [name, bytes("")])));
    expect((await list(store)).map((object) => object.key)).toEqual(names);
    for await (const object of store.list(BUCKET, "n/1")) {
      expect(object.key).toBe("n/100");
      break;
    }
  });

  it("keeps every key and its content, in byte order", async () => {
    await fc.assert(
      fc.asyncProperty(objects, async (contents) => {
        const store = await make({ ...contents, always: bytes("") });
        const keys = Object.keys({ ...contents, always: 0 }).sort((a, b) => Buffer.compare(bytes(a), bytes(b)));
        expect((await list(store)).map((object) => object.key)).toEqual(keys);
        for (const name of Object.keys(contents)) {
          expect(Buffer.from(await text(store, name), "latin1"), name).toEqual(Buffer.from(contents[name] ?? []));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("keeps keys that a file system would misread", async () => {
    const store = await make(Object.fromEntries(ODD_KEYS.map((name) => [name, bytes(name)])));
    for (const name of ODD_KEYS) expect(Buffer.from(await text(store, name), "latin1").toString()).toBe(name);
    expect((await list(store)).map((object) => object.key).sort()).toEqual([...ODD_KEYS].sort());
  });

  it("shows an object when it is closed, whole", async () => {
    const store = await make({ old: bytes("") });
    const writer = await store.put(BUCKET, "x/new");
    await writer.write("é\n");
    await writer.write(bytes("two"));
    await expect(store.head(BUCKET, "x/new")).rejects.toMatchObject({ code: "NoSuchKey" });
    expect((await list(store)).map((object) => object.key)).toEqual(["old"]);
    const info = await writer.close();
    expect(info).toMatchObject({ key: "x/new", size: 6 });
    expect(await store.head(BUCKET, "x/new")).toEqual(info);
    expect(Buffer.from(await text(store, "x/new"), "latin1").toString()).toBe("é\ntwo");
  });

  it("keeps the old object until the new one is closed", async () => {
    const store = await make({ a: bytes("old") });
    const before = await store.head(BUCKET, "a");
    const writer = await store.put(BUCKET, "a");
    await writer.write("newer");
    expect(await text(store, "a")).toBe("old");
    const after = await writer.close();
    expect(await text(store, "a")).toBe("newer");
    expect(after.etag).not.toBe(before.etag);
  });

  it("leaves nothing of an object that is given up", async () => {
    const store = await make({ a: bytes("old") });
    for (const name of ["a", "b/c"]) {
      const writer = await store.put(BUCKET, name);
      await writer.write("new");
      await writer.abort();
    }
    expect(await text(store, "a")).toBe("old");
    expect((await list(store)).map((object) => object.key)).toEqual(["a"]);
  });

  it("writes several objects at once, one of them empty", async () => {
    const store = await make({});
    const writers = await Promise.all(["a", "b", "c"].map((name) => store.put(BUCKET, name)));
    await Promise.all(writers.slice(1).map((writer, index) => writer.write(String(index))));
    await Promise.all(writers.map((writer) => writer.close()));
    expect(await Promise.all(["a", "b", "c"].map((name) => text(store, name)))).toEqual(["", "0", "1"]);
  });

  it("makes the bucket that is written to", async () => {
    const store = await make({});
    const writer = await store.put("another", "a");
    await writer.close();
    expect(await list(store, "", "another")).toHaveLength(1);
  });
  end();
}

/** The content of an object, a byte a character. */
async function text(store: ObjectStore, key: string, range?: { start: number; end?: number }): Promise<string> {
  let content = "";
  for await (const chunk of (await store.get(BUCKET, key, range)).body)
    content += Buffer.from(chunk).toString("latin1");
  return content;
}

async function list(store: ObjectStore, prefix = "", bucket = BUCKET, options?: ReadOptions) {
  const objects = [];
  for await (const object of store.list(bucket, prefix, options)) objects.push(object);
  return objects;
}

/**
 * What a store keeps to that has all of the optional members.
 *
 * @param make A store that has the bucket `bucket` alone, with these objects.
 */
export function wholeObjectStoreContract(make: (contents: Record<string, Uint8Array>) => Promise<ObjectStore>): void {
  test("takes an object away, once and again", async () => {
    const store = await make({ "a/b": Buffer.from("1"), a: Buffer.from("2") });
    await store.remove?.(BUCKET, "a/b");
    await store.remove?.(BUCKET, "a/b");
    expect((await list(store)).map((object) => object.key)).toEqual(["a"]);
    await expect(store.remove?.("other", "a")).rejects.toMatchObject({ code: "NoSuchBucket" });
  });

  test("makes a bucket, and tells which there are", async () => {
    const store = await make({ a: Buffer.from("1") });
    await store.createBucket?.("empty");
    await store.createBucket?.(BUCKET);
    expect((await store.buckets?.())?.map(({ name }) => name)).toEqual([BUCKET, "empty"]);
    expect(await list(store, "", "empty")).toEqual([]);
    expect(await text(store, "a")).toBe("1");
  });
}
