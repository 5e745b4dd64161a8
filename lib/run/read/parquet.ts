import type { AsyncBuffer, Compressors, FileMetaData, SchemaTree } from "hyparquet";
import { type ItemChunk, ItemReaderError } from "../items.js";
import { type ObjectStore, ObjectStoreError, type ReadOptions } from "../ports.js";
import { decompressors, openParquet, readFooter } from "./parquet-file.js";
import { columnChunks, withCheckedPages } from "./parquet-pages.js";
import { type Format, formatOf, parsers, quoted, withoutTypes } from "./parquet-text.js";

/** Items of one chunk at most. */
const CHUNK_ITEMS = 4096;

export interface ParquetOptions extends ReadOptions {
  /** Every value is a string, a missing one "", as the items of an inventory are. Default: false. */
  readonly asStrings?: boolean;
}

/**
 * The rows of a Parquet file as objects, one item a row, their keys in the order of the columns. One row group is in
 * memory at a time; it is read by ranges. A row that lacks a value has null there.
 */
export async function* readParquet(
  store: ObjectStore,
  bucket: string,
  key: string,
  options: ParquetOptions = {},
): AsyncGenerator<ItemChunk, void, void> {
  const source = `s3://${bucket}/${key}`;
  const file = await openParquet(store, bucket, key, options);
  const footer = await readFooter(file, source);
  const columns = await columnsOf(footer, source, options.asStrings === true);
  const common = { metadata: withoutTypes(footer), compressors: await decompressors() };
  let rowStart = 0;
  for (const [index, group] of footer.row_groups.entries()) {
    const count = Number(group.num_rows);
    const rowEnd = rowStart + count;
    try {
      const values = await readGroup({
        ...common,
        file: withCheckedPages(file, columnChunks(group)),
        rowStart,
        rowEnd,
      });
      yield* itemsOf(values, columns, count, source);
    } catch (cause) {
      if (cause instanceof ObjectStoreError || cause instanceof ItemReaderError) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ItemReaderError(`Row group ${index} of the Parquet file cannot be read: ${why}`, source, { cause });
    }
    rowStart = rowEnd;
  }
}

/** A column of the items. */
interface Column {
  readonly name: string;
  /** JSON text between the value before and this one. */
  readonly before: string;
  readonly format: Format;
}

async function columnsOf(metadata: FileMetaData, source: string, asStrings: boolean): Promise<Column[]> {
  const { parquetSchema } = await import("hyparquet");
  const columnOf = (node: SchemaTree, index: number): Column => {
    const { name } = node.element;
    const format = formatOf(node);
    return {
      name,
      before: `${index === 0 ? "{" : ","}${JSON.stringify(name)}:`,
      format: asStrings ? (value) => (value === null || value === undefined ? '""' : quoted(format(value))) : format,
    };
  };
  try {
    return parquetSchema(metadata).children.map(columnOf);
  } catch (cause) {
    throw new ItemReaderError(`The Parquet file cannot be read: ${(cause as Error).message}`, source, { cause });
  }
}

/** Values of some rows of a column, from the row `start` of the group on. */
interface Run {
  readonly start: number;
  readonly values: ArrayLike<unknown>;
}

async function readGroup(group: {
  file: AsyncBuffer;
  metadata: FileMetaData;
  compressors: Compressors;
  rowStart: number;
  rowEnd: number;
}): Promise<Map<string, Run[]>> {
  const { parquetRead } = await import("hyparquet");
  const runs = new Map<string, Run[]>();
  if (group.rowStart === group.rowEnd) return runs;
  await parquetRead({
    ...group,
    parsers,
    utf8: false,
    onChunk({ columnName, columnData, rowStart }) {
      const run = { start: rowStart - group.rowStart, values: columnData };
      const before = runs.get(columnName);
      if (before === undefined) runs.set(columnName, [run]);
      else before.push(run);
    },
  });
  return runs;
}

/** Rows of a group as items. Column by column, since the values of one are alike and lie beside each other. */
function* itemsOf(
  runs: ReadonlyMap<string, readonly Run[]>,
  columns: readonly Column[],
  count: number,
  source: string,
): Generator<ItemChunk, void, void> {
  for (let first = 0; first < count; first += CHUNK_ITEMS) {
    const items: string[] = new Array(Math.min(CHUNK_ITEMS, count - first)).fill(columns.length === 0 ? "{" : "");
    for (const column of columns) append(items, column, runs.get(column.name) ?? [], first);
    for (let at = 0; at < items.length; at++) items[at] += "}";
    yield { items, source };
  }
}

function append(items: string[], { name, before, format }: Column, runs: readonly Run[], first: number): void {
  let filled = 0;
  for (const { start, values } of runs) {
    const from = first + filled - start;
    const to = Math.min(values.length, first + items.length - start);
    for (let at = from; at < to; at++) items[filled++] += before + format(values[at]);
  }
  if (filled < items.length) throw new Error(`the column ${name} has fewer values than the row group has rows`);
}
