import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findSyntaxMistake, placeOf } from "../../../lib/run/read/json-syntax.js";

describe("findSyntaxMistake", () => {
  test.each([
    ["", 0, "Unexpected end of JSON input"],
    ["[1,2", 4, "Unexpected end of JSON input inside an array"],
    ['{"a":[]', 7, "Unexpected end of JSON input inside an object"],
    ['["abc', 5, "Unexpected end of JSON input inside a string"],
    ["[1,]", 3, 'Expected a value in JSON, got "]"'],
    ["[,1]", 1, 'Expected a value or "]" in JSON, got ","'],
    ["[1 2]", 3, 'Expected "," or "]" in JSON, got "2"'],
    ['{"a":1,}', 7, 'Expected a key in JSON, got "}"'],
    ["{a:1}", 1, 'Expected a key or "}" in JSON, got "a"'],
    ['{"a" 1}', 5, 'Expected ":" in JSON, got "1"'],
    ['{"a":1 "b":2}', 7, 'Expected "," or "}" in JSON, got "\\""'],
    ["[1}", 2, 'Expected "," or "]" in JSON, got "}"'],
    ["[1] 2", 4, 'Expected nothing more in JSON, got "2"'],
    ["[01]", 1, 'Expected a value or "]" in JSON, got "0"'],
    ["[1.]", 1, 'Expected a value or "]" in JSON, got "1"'],
    ["[nul]", 1, 'Expected a value or "]" in JSON, got "n"'],
    ['["\\x"]', 2, "Bad escape in a JSON string"],
    ['["a\nb"]', 3, "Unescaped control character in a JSON string"],
    ["[😀]", 1, 'Expected a value or "]" in JSON, got "😀"'],
  ])("%j", (text, offset, message) => {
    const found = findSyntaxMistake(text);
    expect(found.offset).toBe(offset);
    expect(found.message).toBe(message);
  });

  test("whatever JSON.parse refuses has a mistake inside the text, and what is before it can be continued", () => {
    const damaged = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "]", "}", '"', "\\", "x", "[", "{", ":", "0", "\n", "-"))
      .map(([text, at, insert]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + insert + text.slice(place + (insert === "" ? 1 : 0));
      });
    fc.assert(
      fc.property(damaged, (text) => {
        fc.pre(!isJson(text));
        const { offset } = findSyntaxMistake(text);
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThanOrEqual(text.length);
        // The same text cut at the mistake is wrong only in that it ends.
        const cut = text.slice(0, offset);
        if (!isJson(cut)) expect(findSyntaxMistake(cut).offset).toBe(cut.length);
      }),
      { numRuns: 500 },
    );
  });
});

test("placeOf counts lines and columns from 1, from wherever the text begins", () => {
  expect(placeOf("ab\ncd", 0)).toEqual({ line: 1, column: 1 });
  expect(placeOf("ab\ncd", 2)).toEqual({ line: 1, column: 3 });
  expect(placeOf("ab\ncd", 3)).toEqual({ line: 2, column: 1 });
  expect(placeOf("ab\ncd", 5)).toEqual({ line: 2, column: 3 });
  expect(placeOf("ab", 1, { line: 7, column: 4 })).toEqual({ line: 7, column: 5 });
  expect(placeOf("a\nb", 3, { line: 7, column: 4 })).toEqual({ line: 8, column: 2 });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
