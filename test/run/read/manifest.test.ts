import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import type { ItemChunk } from "../../../lib/run/items.js";
import { type ReaderConfig, type ReaderOptions, readItems } from "../../../lib/run/read/items-reader.js";

type Objects = Record<string, Record<string, string | Uint8Array>>;

const SCHEMA = "Bucket, Key, Size, LastModifiedDate";
const CSV = '"b","a%20b/1.txt","5","2026-01-02T03:04:05.000Z"\n"b","2.txt","","2026-01-02T03:04:05.000Z"\n';

/** A manifest as S3 writes it, in the bucket `inventory`. */
const manifestOf = (files: object[], rest: object = {}): string =>
  JSON.stringify({
    sourceBucket: "b",
    destinationBucket: "arn:aws:s3:::data",
    version: "2016-11-30",
    creationTimestamp: "1514944800000",
    fileFormat: "CSV",
    fileSchema: SCHEMA,
    files,
    ...rest,
  });

async function read(
  objects: Objects,
  config: Partial<ReaderConfig>,
  onWarning?: ReaderOptions["onWarning"],
): Promise<ItemChunk[]> {
  const chunks: ItemChunk[] = [];
  const request = { resource: "getObject", bucket: "inventory", key: "manifest.json", ...config } as const;
  for await (const chunk of readItems(request, memoryStore(objects), { onWarning })) chunks.push(chunk);
  return chunks;
}

const failureOf = (objects: Objects, config: Partial<ReaderConfig>): Promise<unknown> =>
  read(objects, config).catch((error: unknown) => error);

describe("an S3 inventory", () => {
  const items = [
    '{"Bucket":"b","Key":"a%20b/1.txt","LastModifiedDate":"2026-01-02T03:04:05.000Z","Size":"5"}',
    '{"Bucket":"b","Key":"2.txt","LastModifiedDate":"2026-01-02T03:04:05.000Z","Size":""}',
  ];
  const packed = gzipSync(CSV);
  const MD5checksum = createHash("md5").update(packed).digest("hex");

  test.each<[string, Partial<ReaderConfig>]>([
    ["by its ManifestType", { manifestType: "S3_INVENTORY" }],
    ["in the older spelling", { inputType: "MANIFEST" }],
  ])("gives the objects that its files list, %s", async (_, config) => {
    const objects = {
      inventory: {
        "manifest.json": manifestOf([{ key: "1.csv.gz", size: packed.length, MD5checksum }, { key: "2.csv" }]),
      },
      data: { "1.csv.gz": packed, "2.csv": CSV },
    };
    expect(await read(objects, config)).toEqual([
      { items, source: "s3://data/1.csv.gz", keys: undefined },
      { items, source: "s3://data/2.csv", keys: undefined },
    ]);
    expect((await read(objects, { ...config, maxItems: 3 })).flatMap((chunk) => chunk.items)).toHaveLength(3);
  });

  test("may be in Parquet, which is told of: all values are strings too", async () => {
    const told: unknown[] = [];
    const file = parquetWriteBuffer({
      columnData: [
        { name: "bucket", data: ["b"], type: "STRING" },
        { name: "size", data: [5n], type: "INT64" },
        { name: "last_modified_date", data: [new Date(0)], type: "TIMESTAMP" },
      ],
    });
    const [chunk] = await read(
      {
        inventory: {
          "manifest.json": manifestOf([{ key: "1.parquet" }], { fileFormat: "Parquet", fileSchema: "message" }),
        },
        data: { "1.parquet": new Uint8Array(file) },
      },
      { manifestType: "S3_INVENTORY" },
      (...warning) => told.push(warning),
    );
    expect(told).toEqual([
      [expect.stringContaining("in Parquet"), { source: "s3://inventory/manifest.json", line: 1 }],
    ]);
    expect(chunk).toMatchObject({
      items: ['{"bucket":"b","size":"5","last_modified_date":"1970-01-01T00:00:00.000Z"}'],
      source: "s3://data/1.parquet",
    });
  });

  test.each<[string, string, RegExp]>([
    ["text", "Bucket, Key", /^Expected a value in JSON, got "B"$/],
    ["an array", "[]", /^Not a manifest of an S3 inventory: it is no object$/],
    ["one without a bucket", manifestOf([], { destinationBucket: undefined }), /destinationBucket is missing/],
    ["one without files", manifestOf([], { files: undefined }), /files is missing/],
    ["one with a file without a key", manifestOf([{}]), /files\[0\] has no key/],
    ["one without a schema", manifestOf([], { fileSchema: undefined }), /fileSchema is missing/],
    ["one of another format", manifestOf([], { fileFormat: "XML" }), /fileFormat is neither CSV nor Parquet/],
    [
      "one in ORC",
      manifestOf([], { fileFormat: "ORC" }),
      /^An S3 inventory in ORC cannot be read; CSV and Parquet can$/,
    ],
  ])("%s is no manifest", async (_, text, message) => {
    const failure = await failureOf({ inventory: { "manifest.json": text } }, { manifestType: "S3_INVENTORY" });
    expect(failure).toMatchObject({ name: "ItemReaderError", source: "s3://inventory/manifest.json" });
    expect((failure as Error).message).toMatch(message);
  });

  test("names the file that is missing", async () => {
    const objects = { inventory: { "manifest.json": manifestOf([{ key: "gone.csv" }]) }, data: {} };
    expect(await failureOf(objects, { manifestType: "S3_INVENTORY" })).toMatchObject({
      name: "ItemReaderError",
      source: "s3://data/gone.csv",
      message: "The specified key does not exist: s3://data/gone.csv",
    });
  });

  test("tells of a file that is another than the manifest says", async () => {
    const objects = {
      inventory: { "manifest.json": manifestOf([{ key: "1.csv", MD5checksum }]) },
      data: { "1.csv": CSV },
    };
    expect(await failureOf(objects, { manifestType: "S3_INVENTORY" })).toMatchObject({
      source: "s3://data/1.csv",
      message: expect.stringContaining("its MD5 checksum is another"),
    });
  });
});

describe("a manifest of Athena", () => {
  const objects = {
    inventory: {
      "m.csv": 's3://data/a/1.jsonl\r\n"s3://data/a/2.jsonl.gz"\n\ns3://inventory/3',
      "3": "5\n",
      "rows.csv": "s3://data/rows.csv\n",
      "bad.csv": "s3://data/a/1.jsonl\nhttps://data/a\n",
      "gone.csv": "s3://data/a/1.jsonl\ns3://data/a/gone\n",
      "parquet.csv": "s3://data/p",
    },
    data: {
      "a/1.jsonl": "1\n2\n",
      "a/2.jsonl.gz": gzipSync("3\n4\n"),
      "rows.csv": "1|2\n",
      p: new Uint8Array(parquetWriteBuffer({ columnData: [{ name: "n", data: [1.5], type: "DOUBLE" }] })),
    },
  };

  test("gives what the files hold, one after the other", async () => {
    const config = { key: "m.csv", manifestType: "ATHENA_DATA", inputType: "JSONL" } as const;
    expect(await read(objects, config)).toMatchObject([
      { items: ["1", "2"], source: "s3://data/a/1.jsonl", keys: undefined },
      { items: ["3", "4"], source: "s3://data/a/2.jsonl.gz", keys: undefined },
      { items: ["5"], source: "s3://inventory/3", keys: undefined },
    ]);
    expect((await read(objects, { ...config, maxItems: 3 })).flatMap(({ items }) => items)).toEqual(["1", "2", "3"]);
  });

  test.each<[Partial<ReaderConfig>, string]>([
    [
      { key: "rows.csv", inputType: "CSV", csvHeaderLocation: "GIVEN", csvHeaders: ["a", "b"], csvDelimiter: "PIPE" },
      '{"a":"1","b":"2"}',
    ],
    [{ key: "parquet.csv", inputType: "PARQUET" }, '{"n":1.5}'],
  ])("%j", async (config, item) => {
    expect((await read(objects, { ...config, manifestType: "ATHENA_DATA" })).flatMap(({ items }) => items)).toEqual([
      item,
    ]);
  });

  test.each([
    ["bad.csv", { source: "s3://inventory/bad.csv", line: 2, message: expect.stringContaining('"https://data/a"') }],
    ["gone.csv", { source: "s3://data/a/gone", message: "The specified key does not exist: s3://data/a/gone" }],
  ])("%s", async (key, failure) => {
    expect(await failureOf(objects, { key, manifestType: "ATHENA_DATA", inputType: "JSONL" })).toMatchObject(failure);
  });
});
