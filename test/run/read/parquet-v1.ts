import type { FileMetaData, SchemaElement } from "hyparquet";
import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { writeRleBitPackedHybrid } from "hyparquet-writer/src/encoding.js";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";

const WORDS = ["zero", "one", "two"];

/**
 * A file with the optional text column `x`, in a page of the first version. The values are indexes of the words, which
 * are the dictionary, and have `width` bits.
 */
export function parquetV1(
  values: readonly (number | null)[],
  { words: entries = WORDS, width = 2 }: { words?: readonly string[]; width?: number } = {},
): Uint8Array {
  const file = new ByteWriter();
  file.appendUint32(0x31524150);
  const words = new ByteWriter();
  for (const word of entries) {
    words.appendUint32(word.length);
    words.appendBytes(Buffer.from(word));
  }
  writePageHeader(file, {
    ...sizesOf(words.getBytes()),
    type: "DICTIONARY_PAGE",
    dictionary_page_header: { num_values: entries.length, encoding: "PLAIN" },
  });
  file.appendBytes(words.getBytes());
  const data = file.offset;
  const page = pageOf(values, width);
  const rle = { definition_level_encoding: "RLE", repetition_level_encoding: "RLE" } as const;
  writePageHeader(file, {
    ...sizesOf(page),
    type: "DATA_PAGE",
    data_page_header: { num_values: values.length, encoding: "RLE_DICTIONARY", ...rle },
  });
  file.appendBytes(page);
  const size = file.offset - 4;
  const rows = BigInt(values.length);
  const schema: SchemaElement[] = [
    { name: "root", num_children: 1 },
    { name: "x", type: "BYTE_ARRAY", repetition_type: "OPTIONAL", converted_type: "UTF8" },
  ];
  const meta_data = {
    type: "BYTE_ARRAY" as const,
    encodings: ["RLE_DICTIONARY" as const],
    path_in_schema: ["x"],
    codec: "UNCOMPRESSED" as const,
    num_values: rows,
    total_uncompressed_size: BigInt(size),
    total_compressed_size: BigInt(size),
    data_page_offset: BigInt(data),
    dictionary_page_offset: 4n,
  };
  const row_groups = [{ columns: [{ file_offset: 4n, meta_data }], total_byte_size: BigInt(size), num_rows: rows }];
  const metadata: FileMetaData = { version: 1, schema, num_rows: rows, row_groups, metadata_length: 0 };
  writeMetadata(file, metadata);
  file.appendUint32(0x31524150);
  return file.getBytes();
}

function sizesOf({ length }: Uint8Array) {
  return { uncompressed_page_size: length, compressed_page_size: length };
}

function pageOf(values: readonly (number | null)[], width: number): Uint8Array {
  const levels = new ByteWriter();
  writeRleBitPackedHybrid(
    levels,
    values.map((value) => (value === null ? 0 : 1)),
    1,
  );
  const page = new ByteWriter();
  page.appendUint32(levels.offset);
  page.appendBytes(levels.getBytes());
  page.appendUint8(width);
  writeRleBitPackedHybrid(
    page,
    values.filter((value) => value !== null),
    width,
  );
  return page.getBytes();
}
