/** The first mistake in a text that is not JSON. */
interface SyntaxMistake {
  /** UTF-16 units from the start. */
  readonly offset: number;
  readonly message: string;
}

const BLANK = /[ \t\r\n]*/y;
const STRING_START = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

type Expected = "a value" | 'a value or "]"' | "a key" | 'a key or "}"' | '":"' | '","' | "nothing more";

/**
 * Finds the first mistake in a text that JSON.parse has refused. Its own error does not always say where, and its words
 * change with the version of Node.
 */
export function findSyntaxMistake(text: string): SyntaxMistake {
  const open: ("[" | "{")[] = [];
  let expected: Expected = "a value";
  for (let at = skip(BLANK, text, 0); ; at = skip(BLANK, text, at)) {
    const character = text[at];
    if (character === undefined) return { offset: at, message: endMessage(open.at(-1)) };
    const wrong = { offset: at, message: `Expected ${wording(expected, open.at(-1))} in JSON, got ${show(text, at)}` };
    const isString = character === '"';

    if (expected === "a key" || expected === 'a key or "}"' || (isString && expected.startsWith("a value"))) {
      if (isString) {
        const end = skip(STRING_START, text, at);
        if (text[end] !== '"') return stringMistake(text, end);
        at = end + 1;
        expected = expected.startsWith("a key") ? '":"' : after(open);
      } else if (character === "}" && expected === 'a key or "}"') {
        open.pop();
        at++;
        expected = after(open);
      } else return wrong;
    } else if (expected === '":"') {
      if (character !== ":") return wrong;
      at++;
      expected = "a value";
    } else if (expected === '","') {
      if (character === (open.at(-1) === "[" ? "]" : "}")) {
        open.pop();
        expected = after(open);
      } else if (character === ",") expected = open.at(-1) === "[" ? "a value" : "a key";
      else return wrong;
      at++;
    } else if (expected === "nothing more") {
      return wrong;
    } else if (character === "[" || character === "{") {
      open.push(character);
      at++;
      expected = character === "[" ? 'a value or "]"' : 'a key or "}"';
    } else if (character === "]" && expected === 'a value or "]"') {
      open.pop();
      at++;
      expected = after(open);
    } else {
      const end = skip(SCALAR, text, at);
      if (end === at) return wrong;
      at = end;
      expected = after(open);
    }
  }
}

function after(open: readonly string[]): Expected {
  return open.length === 0 ? "nothing more" : '","';
}

function wording(expected: Expected, container: "[" | "{" | undefined): string {
  return expected === '","' ? `"," or "${container === "[" ? "]" : "}"}"` : expected;
}

function endMessage(container: "[" | "{" | undefined): string {
  const inside = container === "[" ? " inside an array" : container === "{" ? " inside an object" : "";
  return `Unexpected end of JSON input${inside}`;
}

function stringMistake(text: string, at: number): SyntaxMistake {
  if (at >= text.length) return { offset: at, message: "Unexpected end of JSON input inside a string" };
  const what = text[at] === "\\" ? "Bad escape" : "Unescaped control character";
  return { offset: at, message: `${what} in a JSON string` };
}

function show(text: string, at: number): string {
  return JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0));
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** 1-based line and column of an offset, where `text` begins at the given place. */
export function placeOf(
  text: string,
  offset: number,
  start = { line: 1, column: 1 },
): { line: number; column: number } {
  let { line } = start;
  let lineStart = 1 - start.column;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
}
