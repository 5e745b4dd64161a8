import Papa from "papaparse";
import type { Cell, Column } from "./columns.js";
import type { RowsWriter } from "./table.js";
import type { Target } from "./writer.js";

/** CSV as RFC 4180 has it, with a line of headers. What is not there is an empty cell. */
export function csv(target: Target): RowsWriter {
  let columns: readonly Column[] = [];
  const write = (rows: readonly (readonly unknown[])[]) =>
    target.write(`${Papa.unparse(rows as unknown[][], { newline: "\r\n" })}\r\n`);
  return {
    begin(given) {
      columns = given;
      return columns.length === 0 ? undefined : write([columns.map(({ name }) => name)]);
    },
    add: (rows) => write(rows.map((row) => columns.map(({ name }) => textOf(row.get(name))))),
    end() {},
  };
}

function textOf(cell: Cell | undefined): string {
  if (cell === undefined || cell === null) return "";
  return typeof cell === "object" ? cell.json : String(cell);
}
