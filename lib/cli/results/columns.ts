import { isObject, type Json } from "../../json.js";
import type { Result } from "../../results/result.js";

/** Columns of a table at most; what is nested deeper in wider objects stays JSON. */
const MOST = 2000;

/** A scalar, or the JSON of what is none. */
export type Cell = string | number | boolean | null | { readonly json: string };

/** Values of a result by column: `index`, `status`, `output.words`, `error.message`. */
export type Row = ReadonlyMap<string, Cell>;

/** What the values of a column are, all of them. */
export type ColumnType = "boolean" | "integer" | "number" | "text" | "json";

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

/** The columns of a table, in the order of their groups and, in a group, as they were first seen. */
export class Columns {
  readonly #types = new Map<string, ColumnType | undefined>();

  /** A result as a row, whose columns are taken note of. */
  rowOf({ index, count, name, status, input, output, error }: Result): Row {
    const row = new Map<string, Cell>();
    this.#put(row, "index", index);
    if (count > 1) this.#put(row, "items", count);
    this.#put(row, "name", name);
    this.#put(row, "status", status);
    if (input !== undefined) this.#flatten(row, "input", JSON.parse(input) as Json);
    if (output !== undefined) this.#flatten(row, "output", JSON.parse(output) as Json);
    this.#put(row, "error.name", error?.name);
    this.#put(row, "error.message", error?.message);
    this.#put(row, "error.stack", error?.stack);
    return row;
  }

  get all(): readonly Column[] {
    const groups = ["index", "items", "name", "status", "input", "output", "error"];
    const rank = (name: string) => groups.indexOf(name.split(".", 1)[0] ?? "");
    const columns = [...this.#types].map(([name, type]) => ({ name, type: type ?? ("text" as const) }));
    return columns.sort((a, b) => rank(a.name) - rank(b.name));
  }

  #flatten(row: Map<string, Cell>, name: string, value: Json): void {
    if (isObject(value) && Object.keys(value).length > 0 && this.#types.size < MOST) {
      for (const [key, member] of Object.entries(value)) this.#flatten(row, `${name}.${key}`, member);
    } else if (typeof value === "object" && value !== null) {
      row.set(name, { json: JSON.stringify(value) });
      this.#note(name, "json");
    } else this.#put(row, name, value);
  }

  #put(row: Map<string, Cell>, name: string, value: Cell | undefined): void {
    if (value === undefined) return;
    row.set(name, value);
    this.#note(name, typeOf(value));
  }

  #note(name: string, type: ColumnType | undefined): void {
    const before = this.#types.get(name);
    if (before === undefined || type === undefined) {
      if (before === undefined) this.#types.set(name, type);
    } else if (before !== type) {
      const both = [before, type].sort().join();
      this.#types.set(name, both === "integer,number" ? "number" : "json");
    }
  }
}

/** Undefined for null, which every column may have. */
function typeOf(value: Cell): ColumnType | undefined {
  switch (typeof value) {
    case "boolean":
      return "boolean";
    case "number":
      return Number.isSafeInteger(value) ? "integer" : "number";
    case "string":
      return "text";
    default:
      return undefined;
  }
}
