import type { CompressionCodec, DecodedArray, SchemaElement } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { seededRandom } from "../../../lib/adapters/random.js";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import { ItemReaderError } from "../../../lib/run/items.js";
import { readParquet } from "../../../lib/run/read/parquet.js";
import { parquetV1 } from "./parquet-v1.js";
import { gather } from "./pieces.js";

/** What became of files of which some bytes were lost. */
interface Corrupted {
  readonly read: number;
  readonly refused: number;
  /** What was neither. */
  readonly others: readonly string[];
}

/** Reads small files, of all encodings and of both versions of pages, again and again with other bytes lost. */
export async function readCorrupted(seed: number, runs: number): Promise<Corrupted> {
  const random = seededRandom(seed);
  const upTo = (limit: number) => Math.floor(random.next() * limit);
  const files = [parquetV1(Array.from({ length: 60 }, (_, at) => [0, 1, null, 2][at % 4] as 0)), ...filesV2()];
  let [read, refused] = [0, 0];
  const others: string[] = [];
  for (let run = 0; run < runs; run++) {
    const bytes = Buffer.from(files[run % files.length] as Uint8Array);
    for (let lost = 0; lost <= upTo(3); lost++) bytes[4 + upTo(bytes.length - 12)] = upTo(256);
    try {
      await gather(readParquet(memoryStore({ b: { k: bytes } }), { bucket: "b", key: "k" }));
      read += 1;
    } catch (error) {
      if (error instanceof ItemReaderError && !error.message.includes("\n")) refused += 1;
      else others.push(String(error));
    }
  }
  return { read, refused, others };
}

function filesV2(): Uint8Array[] {
  const numbers = Array.from({ length: 60 }, (_, at) => (at % 5 === 0 ? null : at % 7));
  const texts = numbers.map((value) => (value === null ? null : `text ${value}`));
  const lists = numbers.map((value) => (value === null ? null : texts.slice(0, value)));
  const schema: SchemaElement[] = [
    { name: "root", num_children: 4 },
    { name: "number", type: "INT32", repetition_type: "OPTIONAL" },
    { name: "text", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
    { name: "flag", type: "BOOLEAN", repetition_type: "OPTIONAL" },
    { name: "list", repetition_type: "OPTIONAL", converted_type: "LIST", num_children: 1 },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
  ];
  const fileOf = (
    codec: CompressionCodec,
    number: "RLE_DICTIONARY" | "DELTA_BINARY_PACKED",
    text: "RLE_DICTIONARY" | "DELTA_BYTE_ARRAY" | "DELTA_LENGTH_BYTE_ARRAY",
  ) =>
    new Uint8Array(
      parquetWriteBuffer({
        codec,
        schema,
        statistics: false,
        columnData: [
          { name: "number", data: numbers as DecodedArray, encoding: number },
          { name: "text", data: texts as DecodedArray, encoding: text },
          { name: "flag", data: numbers.map((value) => value === null || value > 2) },
          { name: "list", data: lists as DecodedArray },
        ],
      }),
    );
  return [
    fileOf("UNCOMPRESSED", "RLE_DICTIONARY", "RLE_DICTIONARY"),
    fileOf("UNCOMPRESSED", "DELTA_BINARY_PACKED", "DELTA_BYTE_ARRAY"),
    fileOf("SNAPPY", "RLE_DICTIONARY", "DELTA_LENGTH_BYTE_ARRAY"),
  ];
}
