import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { onOneLine, ValueScan } from "../../../lib/run/read/value-scan.js";

describe("ValueScan", () => {
  test("finds the end of any value, in one text or in many", () => {
    const after = fc.constantFrom(",", "]", "}", " ", "\n", ', "more]}"');
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.boolean(),
        after,
        fc.integer({ min: 1, max: 5 }),
        (value, isPretty, rest, size) => {
          const json = JSON.stringify(value, null, isPretty ? 2 : 0);
          const text = json + rest;
          const scan = new ValueScan();
          scan.begin();
          expect(scan.run(text, 0)).toBe(json.length);

          scan.begin();
          let end = -1;
          for (let at = 0; end === -1; at += size) {
            const found = scan.run(text.slice(at, at + size), 0);
            if (found !== -1) end = at + found;
          }
          expect(end).toBe(json.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("can begin inside containers that are open", () => {
    const scan = new ValueScan();
    scan.begin(2);
    expect(scan.run('1, "]" ] , {}} rest', 0)).toBe(14);
  });

  test("asks for more while the value is not complete", () => {
    for (const part of ["[1", '"abc', '"a\\', '{"a":"}"', "12"]) {
      const scan = new ValueScan();
      scan.begin();
      expect(scan.run(part, 0), part).toBe(-1);
    }
  });
});

test("onOneLine drops line breaks and indentation and changes no value", () => {
  expect(onOneLine('{\n  "a  b": [\r\n    1\n  ]\n}')).toBe('{"a  b": [1]}');
  fc.assert(
    fc.property(fc.json(), fc.constantFrom("  ", "\t", "\r"), (text, indent) => {
      const pretty = JSON.stringify(JSON.parse(text), null, 1).replace(/\n */g, `\r\n${indent}`);
      const line = onOneLine(pretty);
      expect(line).not.toMatch(/[\r\n]/);
      expect(JSON.stringify(JSON.parse(line))).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});
