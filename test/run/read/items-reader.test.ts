import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import type { ObjectStore } from "../../../lib/run/ports.js";
import { type ReaderConfig, type ReaderOptions, readItems } from "../../../lib/run/read/items-reader.js";
import { gather } from "./pieces.js";
import { storedZstd } from "./zstd.js";

const contents = {
  "a.json": '[1,{"n":2}]',
  "object.json": '{"data":{"items":{"x":1,"y":2}}}',
  "lines.jsonl": "1\n2\n3\n",
  "rows.csv": "a,b\n1,2\n3\n",
  "pipes.csv": "1|2\n",
  "folder/": "",
  "folder/1.jsonl": "1\n2\n",
  "folder/2.jsonl": "3\n",
};

const read = (
  config: Partial<ReaderConfig>,
  options?: ReaderOptions,
  store: ObjectStore = memoryStore({ b: contents }),
) => readItems({ resource: "getObject", bucket: "b", ...config }, store, options);

describe("one object", () => {
  test.each([
    [{ key: "a.json" }, ["1", '{"n":2}'], []],
    [{ key: "object.json", inputType: "JSON", itemsPointer: "/data/items" }, ["1", "2"], ["x", "y"]],
    [{ key: "lines.jsonl", inputType: "JSONL" }, ["1", "2", "3"], []],
    [
      { key: "rows.csv", inputType: "CSV", csvHeaderLocation: "FIRST_ROW" },
      ['{"a":"1","b":"2"}', '{"a":"3","b":""}'],
      [],
    ],
    [
      { key: "pipes.csv", inputType: "CSV", csvHeaderLocation: "GIVEN", csvHeaders: ["p", "q"], csvDelimiter: "PIPE" },
      ['{"p":"1","q":"2"}'],
      [],
    ],
  ] as const)("%j", async (config, items, keys) => {
    expect(await gather(read(config))).toEqual({ items, keys });
  });

  test("its name is the source of its items", async () => {
    for await (const { source } of read({ key: "lines.jsonl", inputType: "JSONL" }))
      expect(source).toBe("s3://b/lines.jsonl");
  });

  test("it may be packed with gzip", async () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `{"index":${index}}`);
    const store = memoryStore({ b: { "x.jsonl.gz": gzipSync(lines.join("\n")) } });
    const config = { key: "x.jsonl.gz", inputType: "JSONL" } as const;
    expect((await gather(read(config, {}, store))).items).toEqual(lines);
    expect((await gather(read({ ...config, maxItems: 2 }, {}, store))).items).toEqual(lines.slice(0, 2));
  });

  test.each([
    ["text that is not gzip", "{}"],
    ["gzip data that is cut off", gzipSync("[1,2]".repeat(100)).subarray(0, 20)],
  ])("%s is an error of the reader", async (_, content) => {
    const store = memoryStore({ b: { "x.jsonl.gz": content } });
    await expect(gather(read({ key: "x.jsonl.gz", inputType: "JSONL" }, {}, store))).rejects.toMatchObject({
      name: "ItemReaderError",
      source: "s3://b/x.jsonl.gz",
      message: expect.stringContaining("Not a whole gzip file"),
    });
  });

  test.each(["x.jsonl.zst", "x.jsonl.zstd", "X.JSONL.ZST"])("it may be packed with Zstandard: %s", async (key) => {
    const store = memoryStore({ b: { [key]: storedZstd(Buffer.from("1\n2\n3\n")) } });
    expect((await gather(read({ key, inputType: "JSONL" }, {}, store))).items).toEqual(["1", "2", "3"]);
  });

  test("Zstandard data that is cut off is an error of the reader", async () => {
    const store = memoryStore({ b: { "x.jsonl.zst": storedZstd(Buffer.from("1\n2\n3\n")).subarray(0, -2) } });
    await expect(gather(read({ key: "x.jsonl.zst", inputType: "JSONL" }, {}, store))).rejects.toMatchObject({
      name: "ItemReaderError",
      source: "s3://b/x.jsonl.zst",
      message: expect.stringContaining("Not a whole Zstandard file"),
    });
  });

  test("it may be Parquet, whatever its name", async () => {
    const store = memoryStore({ b: { "x.gz": parquet([1, 2]) } });
    expect((await gather(read({ key: "x.gz", inputType: "PARQUET" }, {}, store))).items).toEqual([
      '{"n":1}',
      '{"n":2}',
    ]);
  });

  test("a CSV file with headers alone is told of, since AWS may not take it", async () => {
    const told: unknown[] = [];
    const store = memoryStore({ b: { headers: "\na,b\n", rows: "a,b\n1,2\n", empty: "" } });
    const onWarning = (...warning: unknown[]) => told.push(warning);
    for (const key of ["headers", "rows", "empty"]) await gather(read({ key, inputType: "CSV" }, { onWarning }, store));
    await gather(
      read(
        { key: "headers", inputType: "CSV", csvHeaderLocation: "GIVEN", csvHeaders: ["x", "y"] },
        { onWarning },
        store,
      ),
    );
    expect(told).toEqual([
      [expect.stringContaining("there are headers and no rows"), { source: "s3://b/headers", line: 1 }],
    ]);
  });

  test("a version and an owner may be asked for", async () => {
    const config = { key: "lines.jsonl", inputType: "JSONL" } as const;
    const local = { versionId: "null", expectedBucketOwner: "000000000000" };
    expect((await gather(read({ ...config, ...local }))).items).toHaveLength(3);
    await expect(gather(read({ ...config, versionId: "abc" }))).rejects.toMatchObject({
      name: "ItemReaderError",
      message: expect.stringMatching(/^The specified version does not exist: .*abc$/),
    });
    for (const other of [config, { resource: "listObjectsV2" } as const]) {
      await expect(gather(read({ ...other, expectedBucketOwner: "111122223333" }))).rejects.toMatchObject({
        name: "ItemReaderError",
        message: expect.stringMatching(/^Access Denied: .*111122223333$/),
      });
    }
  });

  test("a version cannot be asked for of Parquet, as with Step Functions", async () => {
    await expect(gather(read({ key: "a", inputType: "PARQUET", versionId: "null" }))).rejects.toMatchObject({
      name: "ItemReaderError",
      message: "VersionId cannot be used with the InputType PARQUET",
    });
  });

  test("ragged rows are told with their line", async () => {
    const told: unknown[] = [];
    await gather(read({ key: "rows.csv", inputType: "CSV" }, { onWarning: (...warning) => told.push(warning) }));
    expect(told).toEqual([[expect.stringContaining("a row has"), { source: "s3://b/rows.csv", line: 3 }]]);
  });
});

describe("a listing", () => {
  test("gives the objects, folder marks included", async () => {
    const { items } = await gather(read({ resource: "listObjectsV2", prefix: "folder/" }));
    expect(items.map((item) => JSON.parse(item).Key)).toEqual(["folder/", "folder/1.jsonl", "folder/2.jsonl"]);
    expect((await gather(read({ resource: "listObjectsV2", transformation: "NONE" }))).items).toHaveLength(8);
  });

  test("loads and flattens: the items of each object, from that object", async () => {
    const found = [];
    const config = { resource: "listObjectsV2", prefix: "folder/", inputType: "JSONL" } as const;
    for await (const { items, source } of read({ ...config, transformation: "LOAD_AND_FLATTEN" })) {
      found.push([source, ...items]);
    }
    expect(found).toEqual([
      ["s3://b/folder/1.jsonl", "1", "2"],
      ["s3://b/folder/2.jsonl", "3"],
    ]);
  });

  test("loads Parquet, each object's rows from that object", async () => {
    const store = memoryStore({ b: { "p/1": parquet([1, 2]), "p/2": parquet([3]) } });
    const config = { resource: "listObjectsV2", inputType: "PARQUET", transformation: "LOAD_AND_FLATTEN" } as const;
    const found = [];
    for await (const { items, source } of read(config, {}, store)) found.push([source, ...items]);
    expect(found).toEqual([
      ["s3://b/p/1", '{"n":1}', '{"n":2}'],
      ["s3://b/p/2", '{"n":3}'],
    ]);
    expect((await gather(read({ ...config, maxItems: 1 }, {}, store))).items).toEqual(['{"n":1}']);
  });

  test("loads with a limit over all objects", async () => {
    const config = { resource: "listObjectsV2", prefix: "folder/", inputType: "JSONL" } as const;
    const limited = { ...config, transformation: "LOAD_AND_FLATTEN", maxItems: 3 } as const;
    expect((await gather(read({ ...limited, maxItems: 2 }))).items).toEqual(["1", "2"]);
    expect((await gather(read(limited))).items).toEqual(["1", "2", "3"]);
  });
});

describe("maxItems", () => {
  test.each([
    [undefined, 3],
    [0, 3],
    [1, 1],
    [3, 3],
    [100_000_001, 3],
  ])("%s", async (maxItems, expected) => {
    expect((await gather(read({ key: "lines.jsonl", inputType: "JSONL", maxItems }))).items).toHaveLength(expected);
  });

  test("cuts keys with their items", async () => {
    expect(await gather(read({ key: "object.json", itemsPointer: "/data/items", maxItems: 1 }))).toEqual({
      items: ["1"],
      keys: ["x"],
    });
  });

  test("reached, or the iteration given up, the object is closed", async () => {
    for (const [maxItems, stop] of [
      [2, false],
      [0, true],
    ] as const) {
      const { store, state } = endlessStore();
      for await (const _ of read({ key: "k", inputType: "JSONL", maxItems }, {}, store)) if (stop) break;
      expect(state).toEqual({ isClosed: true });
    }
  });
});

describe("errors", () => {
  test("a missing bucket or object is an error of the reader", async () => {
    await expect(gather(read({ key: "none.json" }))).rejects.toMatchObject({
      name: "ItemReaderError",
      source: "s3://b/none.json",
      message: expect.stringContaining("The specified key does not exist"),
    });
    await expect(gather(read({ bucket: "none", key: "a.json" }))).rejects.toThrow(
      "The specified bucket does not exist",
    );
    const listing = { resource: "listObjectsV2", bucket: "none" } as const;
    for (const transformation of ["NONE", "LOAD_AND_FLATTEN"] as const) {
      await expect(gather(read({ ...listing, transformation, inputType: "JSONL" }))).rejects.toMatchObject({
        name: "ItemReaderError",
        source: "s3://none",
      });
    }
  });

  test("nothing is read before the first chunk is asked for", () => {
    const { store, state } = endlessStore();
    read({ key: "k", inputType: "JSONL" }, {}, store);
    expect(state).toEqual({ isClosed: undefined });
  });

  test("an error that is no store's is passed on as it is", async () => {
    const store: ObjectStore = { ...memoryStore(), get: () => Promise.reject(new TypeError("a bug")) };
    await expect(gather(read({ key: "k" }, {}, store))).rejects.toThrow(TypeError);
  });
});

function parquet(numbers: number[]): Uint8Array {
  return new Uint8Array(parquetWriteBuffer({ columnData: [{ name: "n", data: numbers, type: "INT32" }] }));
}

/** A store whose objects never end, and whether the last one has been closed. */
function endlessStore(): { store: ObjectStore; state: { isClosed: boolean | undefined } } {
  const state: { isClosed: boolean | undefined } = { isClosed: undefined };
  async function* lines() {
    state.isClosed = false;
    try {
      for (;;) yield Buffer.from("1\n2\n3\n");
    } finally {
      state.isClosed = true;
    }
  }
  const info = { key: "k", size: 0, etag: '""', lastModified: 0 };
  return { state, store: { ...memoryStore(), get: async () => ({ ...info, body: lines() }) } };
}
