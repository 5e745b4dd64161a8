import { ItemReaderError } from "../items.js";

/**
 * Characters that make a cell differ from its JSON string, but for quotes and line breaks. Without a quote in the text no
 * cell holds a line feed or the delimiter; a carriage return before a line feed belongs to the end of the line.
 */
const SPECIAL = /[\\\0-\x08\x0b\x0c\x0e-\x1f\ufdd0-\ufdd2]/;
const SPECIAL_OR_TAB = /[\\\0-\x09\x0b\x0c\x0e-\x1f\ufdd0-\ufdd2]/;
const LONE_RETURN = /\r(?!\n)/;
const ANY_SPECIAL = /["\\\0-\x1f\ufdd0-\ufdd2]/;

/** What a text tells of the cells that were parsed from it. */
type Contents =
  /** They are the insides of JSON strings. */
  | "plain"
  /** They are, but for quotes and line feeds. */
  | "quoted"
  | "any";

/** Noncharacters that stand for an escaped backslash, quote and delimiter while rows are parsed. */
const [BACKSLASH, QUOTE, DELIMITER] = ["\ufdd0", "\ufdd1", "\ufdd2"];

/** Replaces the escapes of a text by noncharacters, which a CSV parser takes for text. */
export function maskEscapes(text: string, delimiter: string): string {
  return text.replace(/\\([\s\S]?)/g, (_, next: string) => {
    if (next === "\\") return BACKSLASH;
    if (next === '"') return QUOTE;
    return next === delimiter ? DELIMITER : next;
  });
}

/** A column in the order of the items' keys. */
interface Column {
  /** Cell of the row. */
  readonly index: number;
  /** JSON text between the cell before and this one. */
  readonly before: string;
}

/** Makes items of rows: JSON text of one object each, its keys sorted, its values strings. */
export class CsvItems {
  readonly #source: string;
  readonly #delimiter: string;
  #columns: readonly Column[] | undefined;
  #width = 0;
  /** Rows so far that had more or fewer cells than there are headers. */
  raggedRows = 0;
  /** Line of the first of them. */
  firstRaggedLine = 0;

  /** @param headers Absent: the first row is the headers. */
  constructor(headers: readonly string[] | undefined, delimiter: string, source: string) {
    this.#source = source;
    this.#delimiter = delimiter;
    if (headers !== undefined) this.#setHeaders(headers);
  }

  get hasHeaders(): boolean {
    return this.#columns !== undefined;
  }

  /** @param text What the rows were parsed from. @param line Line of the file that it begins at. */
  itemsOf(rows: readonly string[][], text: string, line: number): string[] {
    const contents = this.#contentsOf(text);
    const endsInReturn = text.includes("\r");
    const items: string[] = [];
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] ?? [];
      if (endsInReturn) dropReturn(row);
      if (row.length === 1 && row[0] === "") continue;
      if (this.#columns === undefined) {
        this.#setHeaders(
          row.map((cell) => this.#unmask(cell)),
          line + linesOf(rows.slice(0, at)),
        );
        continue;
      }
      if (row.length !== this.#width && this.raggedRows++ === 0) {
        this.firstRaggedLine = line + linesOf(rows.slice(0, at));
      }
      items.push(contents === "plain" ? plainItem(row, this.#columns) : this.#item(row, this.#columns, contents));
    }
    return items;
  }

  #contentsOf(text: string): Contents {
    if ((this.#delimiter === "\t" ? SPECIAL : SPECIAL_OR_TAB).test(text)) return "any";
    const hasReturns = text.includes("\r");
    // In quotes a tab may be text even where it is the delimiter, and so may a carriage return before a line feed.
    if (text.includes('"')) return hasReturns || this.#delimiter === "\t" ? "any" : "quoted";
    return hasReturns && LONE_RETURN.test(text) ? "any" : "plain";
  }

  #item(row: readonly string[], columns: readonly Column[], contents: Contents): string {
    let item = "";
    for (const { index, before } of columns) {
      const cell = row[index] ?? "";
      const isSpecial = contents === "quoted" ? cell.includes('"') || cell.includes("\n") : ANY_SPECIAL.test(cell);
      item += before + (isSpecial ? this.#escape(cell) : cell);
    }
    return `${item}"}`;
  }

  #escape(cell: string): string {
    return JSON.stringify(this.#unmask(cell)).slice(1, -1);
  }

  #unmask(cell: string): string {
    return cell.replaceAll(BACKSLASH, "\\").replaceAll(QUOTE, '"').replaceAll(DELIMITER, this.#delimiter);
  }

  /** @param line Of the row that they are, if they are one. */
  #setHeaders(headers: readonly string[], line?: number): void {
    if (new Set(headers).size < headers.length) {
      const place = line === undefined ? {} : { line };
      throw new ItemReaderError("CSV headers cannot contain duplicates.", this.#source, place);
    }
    this.#width = headers.length;
    const sorted = headers.map((name, index) => ({ name, index })).sort((a, b) => (a.name < b.name ? -1 : 1));
    this.#columns = sorted.map(({ name, index }, position) => ({
      index,
      before: `${position === 0 ? "{" : '",'}${JSON.stringify(name)}:"`,
    }));
  }
}

function plainItem(row: readonly string[], columns: readonly Column[]): string {
  let item = "";
  for (const { index, before } of columns) item += before + (row[index] ?? "");
  return `${item}"}`;
}

/** Drops the carriage return that is left at the end of a row in files with CRLF. */
function dropReturn(row: string[]): void {
  const last = row.at(-1);
  if (last?.endsWith("\r")) row[row.length - 1] = last.slice(0, -1);
}

function linesOf(rows: readonly string[][]): number {
  let lines = rows.length;
  for (const row of rows) for (const cell of row) lines += cell.split("\n").length - 1;
  return lines;
}
