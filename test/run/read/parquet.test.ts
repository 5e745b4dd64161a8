import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import type { CompressionCodec, DecodedArray, SchemaElement } from "hyparquet";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import type { ObjectStore } from "../../../lib/run/ports.js";
import { readParquet } from "../../../lib/run/read/parquet.js";
import { gather } from "./pieces.js";
import { storedZstd } from "./zstd.js";

type WriteOptions = Omit<Parameters<typeof parquetWriteBuffer>[0], "writer" | "columnData">;

function fileOf(columnData: ColumnSource[], options: WriteOptions = {}): Uint8Array {
  return new Uint8Array(parquetWriteBuffer({ columnData, ...options }));
}

async function itemsOf(content: Uint8Array, asStrings = false): Promise<string[]> {
  const { items } = await gather(
    readParquet(memoryStore({ b: { k: content } }), { bucket: "b", key: "k" }, { asStrings }),
  );
  return items;
}

/** A file with one column `x`, whose schema is given, the column itself first. */
function column([first, ...rest]: Partial<SchemaElement>[], data: unknown[]): Uint8Array {
  const inner = rest.map((element): SchemaElement => ({ name: "inner", ...element }));
  return fileOf([{ name: "x", data: data as DecodedArray }], {
    schema: [{ name: "root", num_children: 1 }, { name: "x", repetition_type: "OPTIONAL", ...first }, ...inner],
  });
}

const TEXT = { type: "BYTE_ARRAY", converted_type: "UTF8" } as const;
const ROWS = Array.from({ length: 10_000 }, (_, id) => ({ id, name: `name ${id % 7}` }));
const ROWS_FILE = (options: WriteOptions = {}) =>
  fileOf(
    [
      { name: "id", data: ROWS.map(({ id }) => id), type: "INT32" },
      { name: "name", data: ROWS.map(({ name }) => name), type: "STRING" },
    ],
    options,
  );

/** Three rows, twenty times, in two row groups, as Apache Arrow writes them. */
const ARROW = readFileSync(new URL("arrow.parquet", import.meta.url));

describe("values", () => {
  test.each<[string, Partial<SchemaElement>, unknown, string]>([
    ["text", TEXT, 'é "\\\n😀', JSON.stringify('é "\\\n😀')],
    ["text by its logical type", { type: "BYTE_ARRAY", logical_type: { type: "STRING" } }, "a", '"a"'],
    ["a boolean", { type: "BOOLEAN" }, true, "true"],
    ["an INT32", { type: "INT32" }, -7, "-7"],
    ["an INT64 that no double can hold", { type: "INT64" }, 9007199254740993n, "9007199254740993"],
    ["an unsigned INT32", { type: "INT32", converted_type: "UINT_32" }, 4294967295, "4294967295"],
    ["an unsigned INT64", { type: "INT64", converted_type: "UINT_64" }, 2n ** 64n - 1n, "18446744073709551615"],
    ["a double", { type: "DOUBLE" }, 0.1, "0.1"],
    ["a negative zero", { type: "DOUBLE" }, -0, "0"],
    ["a float, with the digits that it has", { type: "FLOAT" }, Math.fround(0.1), "0.1"],
    ["a float of many digits", { type: "FLOAT" }, Math.fround(16777.217), "16777.217"],
    ["a half float", { type: "FIXED_LEN_BYTE_ARRAY", type_length: 2, logical_type: { type: "FLOAT16" } }, -1.5, "-1.5"],
    ["a number that JSON has not", { type: "DOUBLE" }, Number.NaN, "null"],
    ["an infinity", { type: "FLOAT" }, Number.POSITIVE_INFINITY, "null"],
    ["no value", { type: "DOUBLE" }, null, "null"],
    ["a date", { type: "INT32", converted_type: "DATE" }, new Date("1969-12-31"), '"1969-12-31"'],
    [
      "a time with milliseconds",
      { type: "INT64", converted_type: "TIMESTAMP_MILLIS" },
      new Date(1234),
      '"1970-01-01T00:00:01.234Z"',
    ],
    [
      "a time with microseconds",
      { type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" } },
      -1n,
      '"1969-12-31T23:59:59.999999Z"',
    ],
    [
      "a time with nanoseconds",
      { type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "NANOS" } },
      1_000_000_001n,
      '"1970-01-01T00:00:01.000000001Z"',
    ],
    ["a time of day", { type: "INT32", converted_type: "TIME_MILLIS" }, 3_723_004, '"01:02:03.004"'],
    [
      "a time of day with microseconds",
      { type: "INT64", converted_type: "TIME_MICROS" },
      1_000_001n,
      '"00:00:01.000001"',
    ],
    ["JSON, on one line", { type: "BYTE_ARRAY", converted_type: "JSON" }, { a: ["x\n"] }, '{"a":["x\\n"]}'],
    ["bytes", { type: "BYTE_ARRAY" }, Uint8Array.of(0xff, 0), '"/wA="'],
    [
      "a UUID",
      { type: "FIXED_LEN_BYTE_ARRAY", type_length: 16, logical_type: { type: "UUID" } },
      "00112233-4455-6677-8899-aabbccddeeff",
      '"00112233-4455-6677-8899-aabbccddeeff"',
    ],
  ])("%s", async (_, element, value, text) => {
    expect(await itemsOf(column([element], [value, value]))).toEqual([`{"x":${text}}`, `{"x":${text}}`]);
  });

  test.each<[Partial<SchemaElement>, number, string]>([
    [{ type: "INT32" }, 0.35, "0.35"],
    [{ type: "INT64" }, -12.5, "-12.50"],
    [{ type: "FIXED_LEN_BYTE_ARRAY", type_length: 5 }, -0.07, "-0.07"],
    [{ type: "FIXED_LEN_BYTE_ARRAY", type_length: 16 }, 1234567.89, "1234567.89"],
  ])("a decimal in %j is exact, with the digits of its type", async (type, value, text) => {
    const decimal = { ...type, converted_type: "DECIMAL", scale: 2, precision: 9 } as const;
    expect(await itemsOf(column([decimal], [value]))).toEqual([`{"x":${text}}`]);
  });

  test.each<[string, Partial<SchemaElement>[], unknown[], string[]]>([
    [
      "a list",
      [
        { converted_type: "LIST", num_children: 1 },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        { name: "element", repetition_type: "OPTIONAL", ...TEXT },
      ],
      [["a", null], [], null],
      ['["a",null]', "[]", "null"],
    ],
    [
      "a struct",
      [
        { num_children: 2 },
        { name: "day", repetition_type: "OPTIONAL", type: "INT32", converted_type: "DATE" },
        { name: "n", repetition_type: "OPTIONAL", type: "DOUBLE" },
      ],
      [
        { day: new Date("2024-02-29"), n: null },
        { day: null, n: 1.5 },
      ],
      ['{"day":"2024-02-29","n":null}', '{"day":null,"n":1.5}'],
    ],
    [
      "a map",
      [
        { converted_type: "MAP", num_children: 1 },
        { name: "key_value", repetition_type: "REPEATED", num_children: 2 },
        { name: "key", repetition_type: "REQUIRED", ...TEXT },
        { name: "value", repetition_type: "OPTIONAL", type: "INT64" },
      ],
      [{ 'b"': 1n, a: null }, {}],
      ['{"b\\"":1,"a":null}', "{}"],
    ],
  ])("%s", async (_, schema, data, texts) => {
    expect(await itemsOf(column(schema, data))).toEqual(texts.map((text) => `{"x":${text}}`));
  });

  test("all of an inventory's are strings", async () => {
    const file = fileOf([
      { name: "key", data: ["a", null], type: "STRING" },
      { name: "size", data: [7n, null], type: "INT64" },
      { name: "latest", data: [true, null], type: "BOOLEAN" },
    ]);
    expect(await itemsOf(file, true)).toEqual([
      '{"key":"a","size":"7","latest":"true"}',
      '{"key":"","size":"","latest":""}',
    ]);
  });
});

describe("files", () => {
  test.each<[CompressionCodec, (bytes: Uint8Array) => Uint8Array]>([
    ["UNCOMPRESSED", (bytes) => bytes],
    ["SNAPPY", (bytes) => bytes],
    ["GZIP", gzipSync],
    ["ZSTD", storedZstd],
  ])("%s, in several row groups", async (codec, compress) => {
    const compressors = codec === "SNAPPY" ? {} : { compressors: { [codec]: compress } };
    const items = await itemsOf(ROWS_FILE({ codec, rowGroupSize: 4500, ...compressors }));
    expect(items).toEqual(ROWS.map((row) => JSON.stringify(row)));
  });

  test("of Apache Arrow: packed by Zstandard, with dictionaries, lists, maps, INT96 and checksums", async () => {
    const items = [
      '{"id":9007199254740993,"name":"näme","cat":"a","day":"2024-02-29","at":"2024-01-01T00:00:00.000001Z","dec":-4.90,"l":[1,null],"m":{"k":1},"st":{"x":1,"y":{"z":"q"}}}',
      '{"id":null,"name":null,"cat":"b","day":null,"at":null,"dec":null,"l":null,"m":null,"st":null}',
      '{"id":-1,"name":"\\"","cat":"a","day":"1969-12-31","at":"1969-12-31T23:59:59.999999Z","dec":1234567.80,"l":[],"m":{},"st":{"x":null,"y":null}}',
    ];
    expect(await itemsOf(ARROW)).toEqual(Array.from({ length: 60 }, (_, row) => items[row % 3]));
  });

  test("with a page that was changed are told by its checksum", async () => {
    const changed = Buffer.from(ARROW);
    changed.writeUInt8(changed.readUInt8(60) ^ 1, 60);
    await expect(itemsOf(changed)).rejects.toThrow("has another checksum than its header says");
  });

  test("without rows", async () => {
    expect(await itemsOf(fileOf([{ name: "a", data: [], type: "STRING" }]))).toEqual([]);
  });

  test("a row group is read when its rows are asked for, and no other part of the file", async () => {
    const file = ROWS_FILE({ rowGroupSize: 500, codec: "UNCOMPRESSED" });
    const store = memoryStore({ b: { k: file } });
    const read: number[] = [];
    const watched: ObjectStore = {
      ...store,
      get(bucket, key, range, options) {
        read.push(range?.start ?? 0);
        return store.get(bucket, key, range, options);
      },
    };
    const chunks = readParquet(watched, { bucket: "b", key: "k" });
    expect((await chunks.next()).value?.items).toHaveLength(500);
    await chunks.return();
    expect(read.slice(1).every((start) => start < file.length / 5)).toBe(true);
  });

  test("come back as they were written, whatever the row groups and pages", async () => {
    const row = fc.record({
      text: fc.option(fc.string({ unit: "binary" })),
      int: fc.option(fc.maxSafeInteger()),
      double: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
      list: fc.option(fc.array(fc.option(fc.string()), { maxLength: 3 })),
    });
    const schema: SchemaElement[] = [
      { name: "root", num_children: 4 },
      { name: "text", repetition_type: "OPTIONAL", ...TEXT },
      { name: "int", repetition_type: "OPTIONAL", type: "INT64" },
      { name: "double", repetition_type: "OPTIONAL", type: "DOUBLE" },
      { name: "list", repetition_type: "OPTIONAL", converted_type: "LIST", num_children: 1 },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      { name: "element", repetition_type: "OPTIONAL", ...TEXT },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 500 }),
        async (rows, rowGroupSize, pageSize) => {
          const data = (pick: (one: (typeof rows)[number]) => unknown) => rows.map(pick) as DecodedArray;
          const columns = [
            { name: "text", data: data((one) => one.text) },
            { name: "int", data: data((one) => (one.int === null ? null : BigInt(one.int))) },
            { name: "double", data: data((one) => one.double) },
            { name: "list", data: data((one) => one.list) },
          ];
          const items = await itemsOf(fileOf(columns, { schema, rowGroupSize, pageSize }));
          const texts = rows.map((one) => JSON.stringify(one));
          expect(items).toEqual(texts);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("what is no Parquet file, or a broken one, is told of in one line", () => {
  const file = ROWS_FILE();
  const patched = (patch: (bytes: Buffer) => void): Uint8Array => {
    const bytes = Buffer.from(file);
    patch(bytes);
    return bytes;
  };
  test.each<[string, Uint8Array, RegExp]>([
    ["an empty file", new Uint8Array(), /it has 0 bytes, which is too short/],
    ["text", Buffer.from("id,name\n1,one\n2,two\n"), /does not end in PAR1/],
    ["a file that is cut off", file.subarray(0, -1), /does not end in PAR1/],
    ["an encrypted footer", patched((bytes) => bytes.write("PARE", bytes.length - 4)), /footer is encrypted/],
    [
      "a footer longer than the file",
      patched((bytes) => bytes.writeUInt32LE(1e9, bytes.length - 8)),
      /more than the file/,
    ],
    ["a footer of zeros", patched((bytes) => bytes.fill(0, bytes.length - 300, bytes.length - 8)), /cannot be read/],
    ["a footer of noise", patched((bytes) => bytes.fill(0xa7, bytes.length - 300, bytes.length - 8)), /cannot be read/],
    ["pages of noise", patched((bytes) => bytes.fill(0xa7, 4, 200)), /Row group 0 of the Parquet file cannot be read/],
    [
      "a compression that Step Functions does not read",
      ROWS_FILE({ codec: "LZ4_RAW", compressors: { LZ4_RAW: (bytes) => bytes } }),
      /the column id is compressed with LZ4_RAW; Step Functions reads UNCOMPRESSED, SNAPPY, GZIP, ZSTD/,
    ],
    [
      "a footer over 5 MB",
      ROWS_FILE({ kvMetadata: [{ key: "long", value: "x".repeat(5 * 1024 * 1024) }] }),
      /its footer has \d+ bytes; 5242880 are allowed/,
    ],
    [
      "a type that has no JSON",
      fileOf([{ name: "v", data: [{ a: 1 }], type: "VARIANT" }]),
      /the column v is of the type VARIANT/,
    ],
  ])("%s", async (_, content, message) => {
    const failure = await itemsOf(content).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "ItemReaderError", source: "s3://b/k" });
    expect((failure as Error).message).toMatch(message);
    expect((failure as Error).message).not.toContain("\n");
  });

  test("whatever bytes of a footer are lost, nothing else happens", async () => {
    const small = fileOf(
      [
        { name: "id", data: [1, 2, 3], type: "INT32" },
        { name: "name", data: ["a", "b", "a"], type: "STRING" },
      ],
      { statistics: false },
    );
    const footer = Buffer.from(small.buffer).readUInt32LE(small.length - 8);
    const change = fc.tuple(fc.integer({ min: small.length - 8 - footer, max: small.length - 9 }), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const bytes = Buffer.from(small);
        for (const [at, byte] of changes) bytes[at] = byte;
        const failure = await itemsOf(bytes).catch((error: unknown) => error);
        if (!Array.isArray(failure)) expect(failure).toMatchObject({ name: "ItemReaderError" });
      }),
      { numRuns: 300 },
    );
  });

  test("a page whose header leads backwards does not lead astray", async () => {
    const bytes = Buffer.from(fileOf([{ name: "id", data: [1, 2, 3], type: "INT32" }], { codec: "UNCOMPRESSED" }));
    // The type and the sizes of the first page, after the magic number: zigzag, so that 0x17 is -12.
    expect([...bytes.subarray(4, 10)]).toEqual([0x15, 6, 0x15, 28, 0x15, 28]);
    bytes[9] = 0x17;
    await expect(itemsOf(bytes)).rejects.toThrow("a page of the column id is broken");
  });
});
