import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetRead,
  parquetSchema,
  type SchemaTree,
} from "hyparquet";
import { type ItemChunk, ItemReaderError } from "../items.js";
import { type ObjectStore, ObjectStoreError } from "../ports.js";
import { type ObjectName, uriOf } from "./object-bytes.js";
import { decompressors, openParquet, readFooter } from "./parquet-file.js";
import { type Column, itemsOf, type Run, type Runs } from "./parquet-items.js";
import { leavesOf } from "./parquet-leaves.js";
import { columnChunks, withCheckedPages } from "./parquet-pages.js";
import { formatOf, isText, parsers, quoted, withoutTypes } from "./parquet-text.js";

export interface ParquetOptions {
  /** Every value is a string, a missing one "", as the items of an inventory are. Default: false. */
  readonly asStrings?: boolean;
}

/**
 * The rows of a Parquet file as objects, one item a row, their keys in the order of the columns. One row group is in
 * memory at a time; it is read by ranges. A row that lacks a value has null there.
 */
export async function* readParquet(
  store: ObjectStore,
  object: ObjectName,
  { asStrings = false }: ParquetOptions = {},
): AsyncGenerator<ItemChunk, void, void> {
  const source = uriOf(object);
  const file = await openParquet(store, object);
  const footer = await readFooter(file, source);
  const columns = columnsOf(footer, source, asStrings);
  const leaves = leavesOf(parquetSchema(footer));
  const common = { metadata: withoutTypes(footer), compressors: decompressors };
  let rowStart = 0;
  for (const [index, group] of footer.row_groups.entries()) {
    const count = Number(group.num_rows);
    const rowEnd = rowStart + count;
    try {
      const values = await readGroup({
        ...common,
        file: withCheckedPages(file, columnChunks(group, leaves), decompressors),
        rowStart,
        rowEnd,
      });
      for (const items of itemsOf(values, columns, count)) yield { items, source };
    } catch (cause) {
      if (cause instanceof ObjectStoreError || cause instanceof ItemReaderError) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ItemReaderError(`Row group ${index} of the Parquet file cannot be read: ${why}`, source, { cause });
    }
    rowStart = rowEnd;
  }
}

function columnsOf(metadata: FileMetaData, source: string, asStrings: boolean): Column[] {
  const columnOf = (node: SchemaTree): Column => {
    const format = formatOf(node);
    return {
      name: node.element.name,
      isText: isText(node),
      format: asStrings ? (value) => (value === null || value === undefined ? '""' : quoted(format(value))) : format,
    };
  };
  try {
    return parquetSchema(metadata).children.map(columnOf);
  } catch (cause) {
    throw new ItemReaderError(`The Parquet file cannot be read: ${(cause as Error).message}`, source, { cause });
  }
}

/** The values of a row group, by column. */
async function readGroup(group: {
  file: AsyncBuffer;
  metadata: FileMetaData;
  compressors: Compressors;
  rowStart: number;
  rowEnd: number;
}): Promise<Runs> {
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
