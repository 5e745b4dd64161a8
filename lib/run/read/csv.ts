import { type ItemChunk, ItemReaderError } from "../items.js";
import { inChunks } from "./chunks.js";
import { CsvItems, maskEscapes } from "./csv-items.js";
import { placeOf } from "./json-syntax.js";
import { decodeLines, MAX_ITEM_BYTES } from "./text.js";

const DELIMITERS = { COMMA: ",", PIPE: "|", SEMICOLON: ";", SPACE: " ", TAB: "\t" } as const;

export interface CsvOptions {
  /** Header cells; absent: they are the first row. */
  readonly headers?: readonly string[] | undefined;
  readonly delimiter: keyof typeof DELIMITERS;
  /** Called once, at the end, when rows had another number of cells than there are headers. `line` is of the first. */
  readonly onRaggedRows?: ((rows: number, line: number) => void) | undefined;
  /** Called when the file has a row of headers and nothing else. */
  readonly onHeadersAlone?: (() => void) | undefined;
}

/**
 * The rows of a CSV file as objects of strings, one item a row; blank lines are skipped. Missing cells are "", extra ones
 * are dropped. Cells may be in double quotes, in which line feeds and delimiters are text and `""` is a quote; a backslash
 * escapes a backslash, a quote or the delimiter, and before anything else it is dropped.
 */
export async function* readCsv(
  bytes: AsyncIterable<Uint8Array>,
  source: string,
  options: CsvOptions,
): AsyncGenerator<ItemChunk, void, void> {
  const delimiter = DELIMITERS[options.delimiter];
  const rows = new CsvItems(options.headers, delimiter, source);
  let count = 0;
  try {
    for await (const { cells, text, line } of readRows(bytes, source, delimiter)) {
      const items = rows.itemsOf(cells, text, line);
      count += items.length;
      yield* inChunks(items, source);
    }
    if (count === 0 && options.headers === undefined && rows.hasHeaders) options.onHeadersAlone?.();
  } finally {
    if (rows.raggedRows > 0) options.onRaggedRows?.(rows.raggedRows, rows.firstRaggedLine);
  }
}

/** Rows that lie in one text, which begins at `line`. */
interface Rows {
  readonly cells: string[][];
  readonly text: string;
  readonly line: number;
}

async function* readRows(
  bytes: AsyncIterable<Uint8Array>,
  source: string,
  delimiter: string,
): AsyncGenerator<Rows, void, void> {
  const { default: papa } = await import("papaparse");
  const parser = new papa.Parser({ delimiter, newline: "\n" });
  let line = 1;
  const parse = (text: string, isLast: boolean): Rows & { length: number } => {
    const { data, errors, meta } = parser.parse(text, 0, !isLast) as Parsed;
    const mistake = errors[0];
    if (mistake !== undefined) throw quoteError(text, mistake, line, source);
    const rows = { cells: data, text, line, length: meta.cursor };
    line = placeOf(text, meta.cursor, { line, column: 1 }).line;
    return rows;
  };

  const tooLong = () =>
    new ItemReaderError("A row has more than 8 MB, which is the most for an item", source, { line });
  let held = "";
  // A row that is not complete is parsed again only when the text has doubled, or a lost quote would cost n².
  let tryAt = 0;
  for await (const text of decodeLines(bytes, tooLong)) {
    held += text.includes("\\") ? maskEscapes(text, delimiter) : text;
    if (held.length < tryAt) continue;
    const rows = parse(held, false);
    yield rows;
    held = held.slice(rows.length);
    // Mostly a quoted field that is not closed.
    if (held.length > MAX_ITEM_BYTES) throw tooLong();
    tryAt = held.length * 2;
  }
  if (held !== "") yield parse(held, true);
}

/** What papaparse answers, whose types say nothing of it. */
interface Parsed {
  readonly data: string[][];
  readonly errors: readonly { readonly code: string; readonly index?: number }[];
  readonly meta: { readonly cursor: number };
}

function quoteError(text: string, mistake: Parsed["errors"][number], line: number, source: string): ItemReaderError {
  const message =
    mistake.code === "MissingQuotes"
      ? "A quoted field in the CSV file is not closed"
      : "A quoted field in the CSV file has text after its closing quote";
  return new ItemReaderError(message, source, placeOf(text, (mistake.index ?? 1) - 1, { line, column: 1 }));
}
