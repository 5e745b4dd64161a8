import { DefinitionError } from "../../failure.js";
import { type CompiledPath, compilePath } from "../path.js";
import { Scanner } from "../scanner.js";

/** A parsed call of an intrinsic function. */
export interface Call {
  readonly kind: "call";
  /** Without `States.`. */
  readonly name: string;
  readonly args: readonly Argument[];
}

export type Argument =
  | Call
  | { readonly kind: "path"; readonly path: CompiledPath }
  /** `raw` still holds the escapes, which a template of States.Format needs; equal to `value` for no text. */
  | { readonly kind: "text"; readonly value: string; readonly raw: string }
  | { readonly kind: "value"; readonly value: number | boolean | null };

const NAME = /States\.[A-Za-z0-9]+/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[\s,)])/y;
const KEYWORD = /(?:true|false|null)(?=[\s,)])/y;
/** A text holds anything but a quote; a backslash may only stand before `'`, `{`, `}` or another backslash. */
const TEXT = /'((?:[^'\\]|\\['{}\\])*)'/y;
/** AWS allows ten levels of calls within calls. */
const MAX_DEPTH = 10;

/** Parses the text of an intrinsic call. Throws DefinitionError. */
export function parseIntrinsic(text: string): Call {
  const scanner = new Scanner(text.trim());
  const call = parseCall(scanner, 1);
  scanner.skipBlanks();
  if (call === null || !scanner.atEnd) throw invalid(scanner);
  return call;
}

function parseCall(scanner: Scanner, depth: number): Call | null {
  const name = scanner.match(NAME);
  if (name === null) return null;
  if (depth > MAX_DEPTH) throw new DefinitionError(`Intrinsic functions are nested more than ${MAX_DEPTH} deep`);
  scanner.skipBlanks();
  if (!scanner.take("(")) throw invalid(scanner);
  return { kind: "call", name: name.slice("States.".length), args: parseArguments(scanner, depth) };
}

function parseArguments(scanner: Scanner, depth: number): Argument[] {
  const args: Argument[] = [];
  scanner.skipBlanks();
  if (scanner.take(")")) return args;
  do {
    scanner.skipBlanks();
    args.push(parseArgument(scanner, depth));
    scanner.skipBlanks();
  } while (scanner.take(","));
  if (!scanner.take(")")) throw invalid(scanner);
  return args;
}

function parseArgument(scanner: Scanner, depth: number): Argument {
  if (scanner.next === "$") return { kind: "path", path: compilePath(pathText(scanner)) };
  const text = scanner.match(TEXT);
  if (text !== null) {
    const raw = text.slice(1, -1);
    return { kind: "text", raw, value: raw.replace(/\\(.)/g, "$1") };
  }
  const number = scanner.match(NUMBER);
  if (number !== null) return { kind: "value", value: Number(number) };
  const keyword = scanner.match(KEYWORD);
  if (keyword !== null) return { kind: "value", value: keyword === "null" ? null : keyword === "true" };
  const call = parseCall(scanner, depth + 1);
  if (call === null) throw invalid(scanner);
  return call;
}

/** The text of a path: up to the comma or bracket that ends the argument, so not one inside brackets or quotes. */
function pathText(scanner: Scanner): string {
  const start = scanner.position;
  let open = 0;
  while (!scanner.atEnd) {
    const char = scanner.next;
    if (open === 0 && (char === "," || char === ")")) break;
    if (open > 0 && (char === "'" || char === '"')) {
      scanner.position += 1;
      if (scanner.quoted(char) === null) throw invalid(scanner);
      continue;
    }
    if (char === "[" || char === "(") open += 1;
    if (char === "]" || char === ")") open -= 1;
    scanner.position += 1;
  }
  return scanner.text.slice(start, scanner.position).trim();
}

function invalid(scanner: Scanner): DefinitionError {
  return new DefinitionError(`Value is not a valid intrinsic function call: stopped at position ${scanner.position}`);
}
