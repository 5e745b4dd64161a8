import { crc32 } from "node:zlib";
import type { AsyncBuffer, CompressionCodec, Compressors, RowGroup } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import type { Leaf } from "./parquet-leaves.js";
import { checkRuns } from "./parquet-runs.js";

/** Largest page that is unpacked, in bytes: a row group may be no larger. */
const MAX_PAGE = 256 * 1024 * 1024;

/** Where a column of a row group lies in the file. */
interface ColumnChunk {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly values: number;
  readonly codec: CompressionCodec;
  readonly leaf: Leaf | undefined;
}

/** Where the columns of a row group lie. Throws Error for a footer that does not say it. */
export function columnChunks({ columns }: RowGroup, leaves: ReadonlyMap<string, Leaf>): ColumnChunk[] {
  return columns.map(({ meta_data: column }) => {
    if (column === undefined) throw new Error("its footer says nothing of a column");
    const start = Number(column.dictionary_page_offset || column.data_page_offset);
    const end = start + Number(column.total_compressed_size);
    return {
      name: column.path_in_schema.join("."),
      start,
      end,
      values: Number(column.num_values),
      codec: column.codec,
      leaf: leaves.get(JSON.stringify(column.path_in_schema)),
    };
  });
}

/**
 * The file, with the pages of each column checked before they are decoded. A broken header would send the decoder astray
 * for ever, and a page that was changed would be taken for data.
 */
export function withCheckedPages(
  file: AsyncBuffer,
  chunks: readonly ColumnChunk[],
  decompressors: Compressors,
): AsyncBuffer {
  const read = async (start: number, end: number): Promise<ArrayBuffer> => {
    const buffer = await file.slice(start, end);
    for (const chunk of chunks) {
      if (start <= chunk.start && chunk.end <= end) checkPages(buffer, start, chunk, decompressors);
    }
    return buffer;
  };
  return {
    byteLength: file.byteLength,
    slice(start, end = file.byteLength) {
      const buffer = read(start, end);
      // The decoder asks for everything at once and gives up at the first failure: others are not waited for.
      buffer.catch(() => {});
      return buffer;
    },
  };
}

function checkPages(
  buffer: ArrayBufferLike,
  bufferStart: number,
  chunk: ColumnChunk,
  decompressors: Compressors,
): void {
  const { name, start, end, values, codec, leaf } = chunk;
  const unpack = decompressors[codec];
  const reader = { view: new DataView(buffer, 0, end - bufferStart), offset: start - bufferStart };
  let found = 0;
  let dictionary = 0;
  // As the decoder does, which takes a single byte at the end for none.
  while (reader.offset < reader.view.byteLength - 1) {
    const header = parquetHeader(reader);
    const { compressed_page_size: size, uncompressed_page_size: unpacked, crc } = header;
    const count = (header.data_page_header ?? header.data_page_header_v2)?.num_values ?? 0;
    found += count;
    const fits = size >= 0 && reader.offset + size <= reader.view.byteLength;
    const isWhole = fits && (codec !== "UNCOMPRESSED" || unpacked === size);
    if (!isWhole || unpacked < 0 || unpacked > MAX_PAGE || count < 0 || found > values) {
      throw new Error(`a page of the column ${name} is broken`);
    }
    const bytes = new Uint8Array(buffer, reader.offset, size);
    if (crc !== undefined && crc >>> 0 !== crc32(bytes)) {
      throw new Error(`a page of the column ${name} has another checksum than its header says`);
    }
    if (header.type === "DICTIONARY_PAGE") dictionary = header.dictionary_page_header?.num_values ?? 0;
    try {
      const unpackPage = (packed: Uint8Array, length: number) => unpack?.(packed, length) ?? packed;
      if (leaf !== undefined) checkRuns(bytes, header, leaf, dictionary, unpackPage);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`a page of the column ${name} is broken: ${why}`, { cause });
    }
    reader.offset += size;
  }
}
