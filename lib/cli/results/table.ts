import type { Result } from "../../results/result.js";
import { type Cell, type Column, Columns, type Row } from "./columns.js";
import { Spool } from "./spool.js";
import type { ResultsWriter } from "./writer.js";

/** Writes rows whose columns are known, some at a time. */
export interface RowsWriter {
  begin(columns: readonly Column[]): void | Promise<void>;
  add(rows: readonly Row[]): void | Promise<void>;
  end(): void | Promise<void>;
}

/** Rows handed on at once. */
const CHUNK = 1000;

/**
 * Results as a table. Which columns it has and what is in them is known after the last result, so the rows are kept until
 * then, in a temporary file when they are many.
 */
export function table(writer: RowsWriter, limit?: number): ResultsWriter {
  const columns = new Columns();
  const spool = new Spool(limit);
  return {
    add: (result: Result) => spool.add(JSON.stringify([...columns.rowOf(result)])),
    async end() {
      await writer.begin(columns.all);
      let rows: Row[] = [];
      for await (const text of spool.texts()) {
        rows.push(new Map(JSON.parse(text) as [string, Cell][]));
        if (rows.length < CHUNK) continue;
        await writer.add(rows);
        rows = [];
      }
      if (rows.length > 0) await writer.add(rows);
      await writer.end();
    },
    close: () => spool.close(),
  };
}
