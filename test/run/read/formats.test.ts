import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import type { ObjectStore } from "../../../lib/run/ports.js";
import { type ReaderConfig, readItems } from "../../../lib/run/read/items-reader.js";
import { gather } from "./pieces.js";
import { storedZstd } from "./zstd.js";

/** A store that hands out objects in pieces of one length. */
function inPieces(objects: Readonly<Record<string, Uint8Array>>, length: number): ObjectStore {
  const store = memoryStore({ b: objects });
  return {
    ...store,
    async get(bucket, key, range) {
      const object = await store.get(bucket, key, range);
      return { ...object, body: cut(object.body, length) };
    },
  };
}

async function* cut(bytes: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; at += length) yield chunk.subarray(at, at + length);
  }
}

const NAMES = ["id", "name", "note"] as const;
const cell = fc.string({
  unit: fc.constantFrom("a", "é", "😀", ",", '"', "\n", "\t", "\\", "{", "]", " "),
  maxLength: 6,
});
const rows = fc.array(fc.record({ id: cell, name: cell, note: cell }), { minLength: 1, maxLength: 25 });

/** What a CSV file needs so that a backslash in it is one. */
const csvCell = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '""')}"`;

test("the same rows are the same items in every format, packed or not and however the bytes are cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 30 }),
      async (all, length, size) => {
        const texts = {
          JSON: JSON.stringify(all),
          JSONL: all.map((row) => `${JSON.stringify(row)}\n`).join(""),
          CSV: [NAMES.join(), ...all.map((row) => NAMES.map((name) => csvCell(row[name])).join())].join("\n"),
        };
        const columnData = NAMES.map((name) => ({ name, data: all.map((row) => row[name]), type: "STRING" as const }));
        const PARQUET = new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: size }));
        const expected = all.map((row) => JSON.stringify(row));
        for (const [type, text] of Object.entries({ ...texts, PARQUET })) {
          const bytes = Buffer.from(text);
          const store = inPieces({ k: bytes, "k.gz": gzipSync(bytes), "k.zst": storedZstd(bytes) }, length);
          for (const key of type === "PARQUET" ? ["k"] : ["k", "k.gz", "k.zst"]) {
            const inputType = type as ReaderConfig["inputType"];
            const { items } = await gather(readItems({ resource: "getObject", bucket: "b", key, inputType }, store));
            expect(items, `${type} ${key}`).toEqual(expected);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});
