import type { Json } from "../../../json.js";
import type { Scanner } from "../scanner.js";
import { compareBy, isOperator, matches } from "./filter-operators.js";
import { PathSyntaxError } from "./path-syntax-error.js";
import type { FilterTest, Segment } from "./segments.js";
import { compileSegments } from "./select.js";

/** The steps after `@` or `$`; handed in, as the two parsers need each other. */
type ParseSegments = (scanner: Scanner) => Segment[];

/** One side of a comparison. `read` gives undefined for a path that finds nothing. */
type Operand =
  | { readonly kind: "path" | "literal"; readonly read: (item: Json, root: Json) => Json | undefined }
  | { readonly kind: "regex"; readonly regex: RegExp };

const OPERATOR = /===|!==|==|!=|<=|>=|=~|<|>|(?:in|nin|contains|size|empty|subsetof|anyof|noneof)\b/iy;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[\s)\]},&|=!<>]|$)/y;
const REGEX = /\/((?:[^/\\]|\\.)*)\/([a-zA-Z]*)/y;
/** Text without quotes: published definitions have `[?(@.Name==Receipt)]`. */
const WORD = /[^\s()&|=!<>,\]]+/y;

/** Parses a filter after its `?`: an expression in parentheses. */
export function parseFilter(scanner: Scanner, segments: ParseSegments): FilterTest {
  scanner.skipBlanks();
  if (scanner.next !== "(") throw new PathSyntaxError("a filter must be written as ?(...)");
  return parseUnary(scanner, segments);
}

function parseOr(scanner: Scanner, segments: ParseSegments): FilterTest {
  let left = parseAnd(scanner, segments);
  while (takeOperator(scanner, "||")) {
    const [a, b] = [left, parseAnd(scanner, segments)];
    left = (item, root) => a(item, root) || b(item, root);
  }
  return left;
}

function parseAnd(scanner: Scanner, segments: ParseSegments): FilterTest {
  let left = parseUnary(scanner, segments);
  while (takeOperator(scanner, "&&")) {
    const [a, b] = [left, parseUnary(scanner, segments)];
    left = (item, root) => a(item, root) && b(item, root);
  }
  return left;
}

function takeOperator(scanner: Scanner, operator: string): boolean {
  scanner.skipBlanks();
  return scanner.take(operator);
}

function parseUnary(scanner: Scanner, segments: ParseSegments): FilterTest {
  scanner.skipBlanks();
  if (scanner.take("!")) {
    const test = parseUnary(scanner, segments);
    return (item, root) => !test(item, root);
  }
  if (scanner.take("(")) {
    const test = parseOr(scanner, segments);
    scanner.skipBlanks();
    if (!scanner.take(")")) throw new PathSyntaxError("a ')' is missing in a filter");
    return test;
  }
  return parseComparison(scanner, segments);
}

function parseComparison(scanner: Scanner, segments: ParseSegments): FilterTest {
  const left = parseOperand(scanner, segments);
  scanner.skipBlanks();
  const operator = scanner.match(OPERATOR)?.toLowerCase();
  if (operator === undefined) return existence(left);
  scanner.skipBlanks();
  const right = parseOperand(scanner, segments);
  if (operator === "=~") return regexTest(left, right);
  if (left.kind === "regex" || right.kind === "regex" || !isOperator(operator)) {
    throw new PathSyntaxError(`a regular expression cannot be compared with '${operator}'`);
  }
  const compare = compareBy(operator);
  const [readLeft, readRight] = [left.read, right.read];
  return (item, root) => compare(readLeft(item, root), readRight(item, root));
}

/** A path alone asks whether it is there, even as null; a literal alone is its own truth. */
function existence(operand: Operand): FilterTest {
  if (operand.kind === "regex") throw new PathSyntaxError("a regular expression needs =~");
  const { kind, read } = operand;
  return kind === "path" ? (item, root) => read(item, root) !== undefined : (item, root) => read(item, root) === true;
}

function regexTest(left: Operand, right: Operand): FilterTest {
  const [pattern, operand] = right.kind === "regex" ? [right, left] : [left, right];
  if (pattern.kind !== "regex" || operand.kind === "regex") {
    throw new PathSyntaxError("=~ needs a regular expression, as in =~ /text.*/i, on one side");
  }
  const { regex } = pattern;
  const { read } = operand;
  return (item, root) => matches(read(item, root), regex);
}

function parseOperand(scanner: Scanner, segments: ParseSegments): Operand {
  scanner.skipBlanks();
  if (scanner.take("@")) {
    const select = compileSegments(segments(scanner));
    return { kind: "path", read: select };
  }
  if (scanner.take("$")) {
    const select = compileSegments(segments(scanner));
    return { kind: "path", read: (_item, root) => select(root, root) };
  }
  if (scanner.next === "/") return parseRegex(scanner);
  const value = parseLiteral(scanner);
  return { kind: "literal", read: () => value };
}

function parseRegex(scanner: Scanner): Operand {
  const text = scanner.match(REGEX);
  const end = text?.lastIndexOf("/") ?? 0;
  if (text === null || end === 0) throw new PathSyntaxError("a regular expression is not closed");
  try {
    // The whole text has to match, as in Java's Matcher.matches().
    return { kind: "regex", regex: new RegExp(`^(?:${text.slice(1, end)})$`, text.slice(end + 1).toLowerCase()) };
  } catch (error) {
    throw new PathSyntaxError(error instanceof Error ? error.message : "the regular expression is wrong");
  }
}

function parseLiteral(scanner: Scanner): Json {
  const quote = scanner.match(/['"]/y);
  if (quote !== null) {
    const text = scanner.quoted(quote);
    if (text === null) throw new PathSyntaxError("a quoted text in a filter is not closed");
    return text;
  }
  if (scanner.take("[")) return parseArray(scanner);
  const number = scanner.match(NUMBER);
  if (number !== null) return Number(number);
  const word = scanner.match(WORD);
  if (word === null) throw new PathSyntaxError(`a value is missing at position ${scanner.position}`);
  return word === "true" ? true : word === "false" ? false : word === "null" ? null : word;
}

function parseArray(scanner: Scanner): Json {
  const items: Json[] = [];
  scanner.skipBlanks();
  while (!scanner.take("]")) {
    items.push(parseLiteral(scanner));
    scanner.skipBlanks();
    if (!scanner.take(",") && scanner.next !== "]") throw new PathSyntaxError("a list in a filter is not closed");
    scanner.skipBlanks();
  }
  return items;
}
