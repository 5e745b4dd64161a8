import { gunzipSync } from "node:zlib";
import { type AsyncBuffer, type Compressors, type FileMetaData, parquetMetadata, parquetSchema } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { ItemReaderError } from "../items.js";
import { type ObjectStore, ObjectStoreError } from "../ports.js";
import type { ObjectName } from "./object-bytes.js";
import { type Leaf, leavesOf } from "./parquet-leaves.js";
import { columnChunks } from "./parquet-pages.js";
import { unzstdSync } from "./unzstd.js";

/** Bytes of the end of a file that are read first; a footer is mostly within them. */
const FIRST_READ = 512 * 1024;

/** What Step Functions reads at most, in bytes. */
const MAX_FOOTER = 5 * 1024 * 1024;
const MAX_ROW_GROUP = 256 * 1024 * 1024;

/** Compressions that Step Functions reads. */
const CODECS = ["UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD"];

/** Length of the footer and the magic number, after it. */
const TRAILER = 8;

const BROKEN = "its footer is broken";

/** What unpacks pages. */
export const decompressors: Compressors = {
  ...compressors,
  GZIP: (bytes, size) => gunzipSync(bytes, { maxOutputLength: Math.max(1, size) }),
  ZSTD: unzstdSync,
};

/** An object as hyparquet wants it. */
export async function openParquet(store: ObjectStore, { bucket, key, ...options }: ObjectName): Promise<AsyncBuffer> {
  const { size } = await store.head(bucket, key, options);
  return {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = new Uint8Array(end - start);
      let filled = 0;
      const { body } = await store.get(bucket, key, { start, end }, options);
      for await (const chunk of body) {
        bytes.set(chunk.subarray(0, bytes.length - filled), filled);
        filled += chunk.length;
      }
      if (filled < bytes.length) {
        const message = `The object ends at byte ${start + filled} and not at ${size}: it was changed while it was read`;
        throw new ObjectStoreError("InternalError", message);
      }
      return bytes.buffer;
    },
  };
}

/** Reads and checks the footer. Throws ItemReaderError. */
export async function readFooter(file: AsyncBuffer, source: string): Promise<FileMetaData> {
  const { byteLength } = file;
  const fail = (why: string, cause?: unknown) =>
    new ItemReaderError(`The Parquet file cannot be read: ${why}`, source, { cause });

  if (byteLength < TRAILER + 4) throw fail(`it has ${byteLength} bytes, which is too short for one`);
  let tail = Buffer.from(await file.slice(Math.max(0, byteLength - FIRST_READ), byteLength));
  const magic = tail.toString("latin1", tail.length - 4);
  if (magic === "PARE") throw fail("its footer is encrypted");
  if (magic !== "PAR1") throw fail("it does not end in PAR1, so it is not whole or of another format");
  const length = tail.readUInt32LE(tail.length - TRAILER);
  if (length > byteLength - TRAILER - 4) throw fail(`its footer says to be ${length} bytes long, more than the file`);
  if (length > MAX_FOOTER) throw fail(`its footer has ${length} bytes; ${MAX_FOOTER} are allowed`);
  if (length + TRAILER > tail.length) tail = Buffer.from(await file.slice(byteLength - length - TRAILER, byteLength));

  let metadata: FileMetaData;
  let problem: string | undefined;
  try {
    metadata = parquetMetadata(tail, { geoparquet: false });
    problem = problemOf(metadata, leavesOf(parquetSchema(metadata)), byteLength);
  } catch (cause) {
    throw fail(BROKEN, cause);
  }
  if (problem !== undefined) throw fail(problem);
  return metadata;
}

/** Why row groups cannot be read. Each must have every column once, or the decoder would lose track of one. */
function problemOf(
  { row_groups: groups }: FileMetaData,
  leaves: ReadonlyMap<string, Leaf>,
  byteLength: number,
): string | undefined {
  for (const [index, group] of groups.entries()) {
    const { columns, num_rows: rows, total_byte_size: size } = group;
    if (size > MAX_ROW_GROUP) return `row group ${index} has ${size} bytes; ${MAX_ROW_GROUP} are allowed`;
    if (rows < 0 || rows > Number.MAX_SAFE_INTEGER) return BROKEN;
    const left = new Map(leaves);
    for (const { meta_data: column, file_path: path } of columns) {
      if (column === undefined) return BROKEN;
      const name = column.path_in_schema.join(".");
      if (path !== undefined) return `the column ${name} is in another file, ${path}`;
      if (!CODECS.includes(column.codec)) {
        return `the column ${name} is compressed with ${column.codec}; Step Functions reads ${CODECS.join(", ")}`;
      }
      const leaf = JSON.stringify(column.path_in_schema);
      if (left.get(leaf)?.element.type !== column.type || !left.delete(leaf)) return BROKEN;
    }
    const isOutside = ({ start, end }: { start: number; end: number }) => start < 0 || end < start || end > byteLength;
    if (left.size > 0 || columnChunks(group, leaves).some(isOutside)) return BROKEN;
  }
  return undefined;
}
