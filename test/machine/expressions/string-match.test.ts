import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePattern } from "../../../lib/machine/expressions/string-match.js";

test.each<[string, string, boolean]>([
  ["log-*.txt", "log-1.txt", true],
  ["log-*.txt", "log-.txt", true],
  ["log-*.txt", "log-1.txt.gz", false],
  ["*", "", true],
  ["", "", true],
  ["", "a", false],
  ["a*a", "a", false],
  ["a*b*c", "a-b-c", true],
  ["a*b*c", "a-c-b", false],
  ["*b*", "abc", true],
  ["a**c", "abc", true],
  ["a.c", "abc", false],
  ["line*", "line\nbreak", true],
  ["a\\*", "a*", true],
  ["a\\*", "ab", false],
  ["a\\\\*", "a\\bc", true],
  ["a\\", "a\\", true],
])("%j against %j is %j", (pattern, text, expected) => {
  expect(compilePattern(pattern)(text)).toBe(expected);
});

test("for any pattern and text it agrees with a regular expression", () => {
  const small = fc.string({ unit: fc.constantFrom("a", "b", "*", "\\"), maxLength: 8 });
  fc.assert(
    fc.property(small, small, (pattern, text) => {
      const source = pattern.replace(/\\[*\\]|[\s\S]/g, (token) =>
        token === "*" ? "[\\s\\S]*" : `\\${token.at(-1)}`.replace(/^\\([ab])$/, "$1"),
      );
      expect(compilePattern(pattern)(text)).toBe(new RegExp(`^${source}$`).test(text));
    }),
    { numRuns: 2000 },
  );
});

test("many stars take no longer than few", () => {
  expect(compilePattern(`${"*a".repeat(40)}*b`)("a".repeat(50_000))).toBe(false);
});
