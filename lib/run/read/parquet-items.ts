import type { Format } from "./parquet-leaf.js";

/** Rows that are made items at once. Few, so that what is made on the way there is gone before it is moved about. */
const WINDOW = 512;

/** A column of the items. */
export interface Column {
  readonly name: string;
  /** Its values are the insides of JSON strings, or null. */
  readonly isText: boolean;
  readonly format: Format;
}

/** Values of some rows of a column, from the row `start` of the group on. */
export interface Run {
  readonly start: number;
  readonly values: ArrayLike<unknown>;
}

export type Runs = ReadonlyMap<string, readonly Run[]>;

/** The rows of a group, of which there are `count`, as JSON texts. Throws Error when a column has fewer values. */
export function* itemsOf(runs: Runs, columns: readonly Column[], count: number): Generator<string[], void, void> {
  for (let first = 0; first < count; first += WINDOW) {
    const rows = Math.min(WINDOW, count - first);
    yield join(
      columns.map((column) => textsOf(column, runs.get(column.name) ?? [], first, rows)),
      rows,
    );
  }
}

/** The texts of a column, one a row. */
interface Texts {
  readonly name: string;
  /** They lack their quotes, which go into the text between them. */
  readonly isOpen: boolean;
  readonly texts: readonly string[];
}

function textsOf({ name, isText, format }: Column, runs: readonly Run[], first: number, rows: number): Texts {
  const texts: string[] = new Array(rows);
  let filled = 0;
  let isOpen = isText;
  for (const { start, values } of runs) {
    const to = Math.min(values.length, first + rows - start);
    const from = first + filled - start;
    if (isText) {
      for (let at = from; at < to; at++) {
        const value = values[at] as string | null | undefined;
        if (value === null || value === undefined) isOpen = false;
        texts[filled++] = value as string;
      }
    } else for (let at = from; at < to; at++) texts[filled++] = format(values[at]);
  }
  if (filled < rows) throw new Error(`the column ${name} has fewer values than the row group has rows`);
  return { name, isOpen, texts: isText && !isOpen ? texts.map(format) : texts };
}

function join(columns: readonly Texts[], rows: number): string[] {
  const before = columns.map(({ name, isOpen }, index) => {
    const mark = index === 0 ? "{" : columns[index - 1]?.isOpen ? '",' : ",";
    return `${mark}${JSON.stringify(name)}:${isOpen ? '"' : ""}`;
  });
  const end = columns.length === 0 ? "{}" : columns.at(-1)?.isOpen ? '"}' : "}";
  const texts = columns.map((column) => column.texts);
  const items: string[] = new Array(rows);
  for (let row = 0; row < rows; row++) {
    let item = "";
    for (let column = 0; column < texts.length; column++) {
      item += (before[column] as string) + (texts[column] as readonly string[])[row];
    }
    items[row] = item + end;
  }
  return items;
}
