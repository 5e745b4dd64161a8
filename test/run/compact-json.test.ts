import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { CompactJson } from "../../lib/run/compact-json.js";

const compactJson = (text: string) => new CompactJson().write(text);
const rewritten = (text: string) => JSON.stringify(JSON.parse(text));

test("a JSON text that is a line of several is written as it is alone", () => {
  const texts = fc.array(
    fc.oneof(
      fc.json(),
      fc.json({ stringUnit: "binary" }),
      fc.constantFrom("1.0", "{", '"', "[", '{"a":1', " 1 ", "ü", "1"),
    ),
    { minLength: 1 },
  );
  const outcome = (make: () => string) => {
    try {
      return make();
    } catch (error) {
      return (error as Error).name;
    }
  };
  fc.assert(
    fc.property(texts, (all) => {
      const written = new CompactJson();
      const starts = all.map((_, line) => all.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0));
      const lines = { text: all.join("\n"), starts };
      for (const [line, text] of all.entries()) {
        expect(outcome(() => written.write(text, lines, line))).toBe(outcome(() => compactJson(text)));
      }
    }),
  );
});

describe("a JSON text is written as JSON.stringify would", () => {
  it("whatever value and blanks it has", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), fc.nat({ max: 3 }), (value, blanks) => {
        const text = JSON.stringify(value, null, blanks);
        expect(compactJson(text)).toBe(rewritten(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("or refused as JSON.parse does, when characters of it are changed", () => {
    const pieces = fc.constantFrom(...'{}[]",:\\ \n0123456789.-+eE', "true", "null", '"a"', "1e5", "-0", "0.0000001");
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 2 }), pieces), { maxLength: 3 }),
        (value, edits) => {
          let text = JSON.stringify(value);
          for (const [place, taken, put] of edits) {
            const at = place % (text.length + 1);
            text = text.slice(0, at) + put + text.slice(at + taken);
          }
          let expected: string;
          try {
            expected = rewritten(text);
          } catch {
            expect(() => compactJson(text)).toThrow(SyntaxError);
            return;
          }
          expect(compactJson(text)).toBe(expected);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it.each([
    "0.0",
    "-0",
    "1.50",
    "1e2",
    "1E2",
    "123456789012345678",
    "0.000001",
    "0.0000001",
    "1234567.1234567",
    "0.1",
    "-1.5",
    "00",
    "1.",
    "-",
    ".5",
    '{"1":0,"a":1}',
    '{"b":0,"1":1}',
    '{"a":1,"a":2}',
    '{"a":{"a":1},"b":{"a":2}}',
    '"\\u0041"',
    '"\\n"',
    '"\ud800"',
    '{"__proto__":1}',
    "[]",
    "{}",
    "[[],{}]",
    "[1,]",
    '{"a":1,}',
    "{,}",
    "[,]",
    "tru",
    "nul",
    "truefalse",
    "1 ",
    " 1",
    "",
    '"',
    '{"a"}',
    '{"a":}',
    "[1 ,2]",
    '{"":0}',
    "1]",
    "[1}",
    '{"a":1]',
    '"a"b',
    JSON.stringify(Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`k${at}`, at]))),
  ])("%s", (text) => {
    let expected: string | undefined;
    try {
      expected = rewritten(text);
    } catch {
      expect(() => compactJson(text)).toThrow(SyntaxError);
    }
    if (expected !== undefined) expect(compactJson(text)).toBe(expected);
  });
});
