import { Scanner } from "../scanner.js";
import { parseFilter } from "./filter-parser.js";
import { PathSyntaxError } from "./path-syntax-error.js";
import type { Segment } from "./segments.js";

/** A parsed JSONPath: where it begins and its steps. */
export interface ParsedPath {
  readonly root: "data" | "context" | { readonly variable: string };
  readonly segments: readonly Segment[];
}

const VARIABLE = /[\p{ID_Start}][\p{ID_Continue}]*/uy;
/** What a name after a dot may hold: anything but what ends it, so a hyphen or a colon is part of it. */
const NAME = /[^.[\]()\s]+/y;
/** Inside a filter a name also ends where an operator or a bracket begins. */
const NAME_IN_FILTER = /[^.[\]()\s=!<>~&|,]+/y;
const INTEGER = /-?\d+/y;

/** Parses a whole JSONPath. Blanks around it are allowed. Throws PathSyntaxError. */
export function parsePath(text: string): ParsedPath {
  const scanner = new Scanner(text.trim());
  if (!scanner.take("$")) throw new PathSyntaxError("it must begin with '$'");
  const root = parseRoot(scanner);
  const segments = parseSegments(scanner, NAME);
  if (!scanner.atEnd) {
    throw new PathSyntaxError(`'${scanner.next}' at position ${scanner.position} is not understood`);
  }
  return { root, segments };
}

function parseRoot(scanner: Scanner): ParsedPath["root"] {
  if (scanner.take("$")) return "context";
  const variable = scanner.match(VARIABLE);
  return variable === null ? "data" : { variable };
}

/** The steps that follow `@` or `$` inside a filter. */
function parseFilterSegments(scanner: Scanner): Segment[] {
  return parseSegments(scanner, NAME_IN_FILTER);
}

function parseSegments(scanner: Scanner, name: RegExp): Segment[] {
  const segments: Segment[] = [];
  while (scanner.next === "." || scanner.next === "[") {
    if (segments.at(-1)?.kind === "call") throw new PathSyntaxError("nothing may follow a function call");
    if (scanner.take("..")) {
      segments.push({ kind: "scan" });
      segments.push(scanner.take("[") ? parseBrackets(scanner) : parseName(scanner, name));
    } else if (scanner.take(".")) {
      segments.push(scanner.take("[") ? parseBrackets(scanner) : parseName(scanner, name));
    } else {
      scanner.take("[");
      segments.push(parseBrackets(scanner));
    }
  }
  return segments;
}

function parseName(scanner: Scanner, pattern: RegExp): Segment {
  if (scanner.take("*")) return { kind: "wildcard" };
  const name = scanner.match(pattern);
  if (name === null) throw new PathSyntaxError("a name is missing after '.'");
  if (!scanner.take("(")) return { kind: "names", names: [name] };
  scanner.skipBlanks();
  if (!scanner.take(")")) throw new PathSyntaxError(`the function ${name}() takes no arguments`);
  return { kind: "call", name };
}

function parseBrackets(scanner: Scanner): Segment {
  scanner.skipBlanks();
  const segment = parseInBrackets(scanner);
  scanner.skipBlanks();
  if (!scanner.take("]")) throw new PathSyntaxError(`']' is missing at position ${scanner.position}`);
  return segment;
}

function parseInBrackets(scanner: Scanner): Segment {
  if (scanner.take("*")) return { kind: "wildcard" };
  if (scanner.take("?")) return { kind: "filter", test: parseFilter(scanner, parseFilterSegments) };
  if (scanner.next === "'" || scanner.next === '"') return { kind: "names", names: list(scanner, parseQuoted) };
  const from = parseInteger(scanner);
  scanner.skipBlanks();
  if (scanner.take(":")) return parseSlice(scanner, from);
  if (from === null) throw new PathSyntaxError(`a name or an index is missing at position ${scanner.position}`);
  if (!scanner.take(",")) return { kind: "indices", indices: [from] };
  return { kind: "indices", indices: [from, ...list(scanner, requireInteger)] };
}

function parseSlice(scanner: Scanner, from: number | null): Segment {
  scanner.skipBlanks();
  const to = parseInteger(scanner);
  if (from === null && to === null) throw new PathSyntaxError("a slice needs a beginning or an end");
  return { kind: "slice", from, to };
}

/** One or more of the same, with commas between them. */
function list<T>(scanner: Scanner, parse: (scanner: Scanner) => T): T[] {
  const out: T[] = [];
  do {
    scanner.skipBlanks();
    out.push(parse(scanner));
    scanner.skipBlanks();
  } while (scanner.take(","));
  return out;
}

function parseQuoted(scanner: Scanner): string {
  const quote = scanner.match(/['"]/y);
  const name = quote === null ? null : scanner.quoted(quote);
  if (name === null) throw new PathSyntaxError("a quoted name is not closed");
  return name;
}

function parseInteger(scanner: Scanner): number | null {
  const digits = scanner.match(INTEGER);
  return digits === null ? null : Number(digits);
}

function requireInteger(scanner: Scanner): number {
  const index = parseInteger(scanner);
  if (index === null) throw new PathSyntaxError(`an index is missing at position ${scanner.position}`);
  return index;
}
