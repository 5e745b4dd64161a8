import type { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { Cell, Column, ColumnType, Row } from "./columns.js";
import type { RowsWriter } from "./table.js";
import type { Target } from "./writer.js";

/** Rows of a group, which is held in memory. */
const GROUP = 10_000;

const TYPES = {
  boolean: { type: "BOOLEAN" },
  integer: { type: "INT64" },
  number: { type: "DOUBLE" },
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  json: { type: "BYTE_ARRAY", converted_type: "UTF8" },
} as const satisfies Record<ColumnType, object>;

/**
 * Parquet with a column for each column of the table, all of them optional: BOOLEAN, INT64, DOUBLE or text; where values
 * are of several kinds, or arrays, text that is JSON.
 */
export async function parquet(target: Target): Promise<RowsWriter> {
  const { ByteWriter: Bytes, ParquetWriter: Writer } = await import("hyparquet-writer");
  const bytes: ByteWriter = new Bytes();
  let columns: readonly Column[] = [];
  let writer: ParquetWriter | undefined;
  let group: Row[] = [];
  const send = () => {
    const written = bytes.getBytes().slice();
    bytes.index = 0;
    return target.append(written);
  };
  const flush = async () => {
    const rows = group;
    group = [];
    const columnData = columns.map((column) => ({
      name: column.name,
      data: rows.map((row) => cellValue(row, column)),
    }));
    await writer?.write({ columnData, rowGroupSize: GROUP });
    await send();
  };
  return {
    begin(given) {
      // A file of Parquet has a column at least.
      columns = given.length === 0 ? [{ name: "status", type: "text" }] : given;
      const fields = columns.map(({ name, type }) => ({ name, repetition_type: "OPTIONAL" as const, ...TYPES[type] }));
      writer = new Writer({ writer: bytes, schema: [{ name: "root", num_children: fields.length }, ...fields] });
    },
    async add(rows) {
      group.push(...rows);
      if (group.length >= GROUP) await flush();
    },
    async end() {
      if (group.length > 0) await flush();
      writer?.finish();
      await send();
    },
  };
}

function cellValue(row: Row, { name, type }: Column): string | number | boolean | bigint | undefined {
  const value: Cell = row.get(name) ?? null;
  if (value === null) return undefined;
  if (typeof value === "object") return value.json;
  if (type === "integer") return BigInt(value);
  // Among values of several kinds a text is JSON as they are.
  return type === "json" ? JSON.stringify(value) : value;
}
