import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatRecord } from "../../../lib/run/write/record.js";
import { transformRecord, transformResults } from "../../../lib/run/write/transform.js";
import { childRecord } from "./records.js";

const outputs = (...texts: string[]) => texts.map((output) => childRecord({ output }));
const failed = childRecord({ status: "FAILED", output: undefined, error: "E" });

describe("transformResults", () => {
  test("COMPACT is the outputs, as they are written", () => {
    expect(transformResults(outputs("[1, 2]", '{"a":1.0}', "null"), "COMPACT", "JSON")).toBe('[[1, 2],{"a":1.0},null]');
    expect(transformResults([], "COMPACT", "JSON")).toBe("[]");
  });

  test("FLATTEN splices arrays and keeps the rest", () => {
    const records = outputs('[1,{"of":1}]', "[]", '{"a":[1]}', " [ [20] , 30 ] ", '"[1]"');
    expect(transformResults(records, "FLATTEN", "JSON")).toBe('[1,{"of":1},{"a":[1]},[20],30,"[1]"]');
  });

  test("JSONL is one string that holds the lines", () => {
    const text = transformResults(outputs("1", '{"of":1}'), "COMPACT", "JSONL");
    expect(JSON.parse(text)).toBe('1\n{"of":1}\n');
  });

  test("a child that failed is its record, whatever the transformation", () => {
    for (const transformation of ["NONE", "COMPACT", "FLATTEN"] as const) {
      expect(transformResults([failed], transformation, "JSON")).toBe(`[${formatRecord(failed)}]`);
    }
    expect(transformResults(outputs("1"), "NONE", "JSON")).toBe(`[${formatRecord(childRecord({ output: "1" }))}]`);
  });
});

describe("transformRecord", () => {
  test("an output with line breaks comes on one line", () => {
    const output = '{\n  "a": "x\\ny"\n}';
    expect(transformRecord(childRecord({ output }), "COMPACT")).toEqual(['{"a": "x\\ny"}']);
    expect(transformRecord(childRecord({ output: `[\n${output}\n]` }), "FLATTEN")).toEqual(['{"a": "x\\ny"}']);
  });

  test("FLATTEN gives the elements of any array", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
        const texts = transformRecord(childRecord({ output: JSON.stringify(value, null, indent) }), "FLATTEN");
        expect(texts.map((text) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("FLATTEN does not go round for ever in what is not JSON", () => {
    for (const output of ["[1", "[", "[1 }", "[,]"]) {
      expect(() => transformRecord(childRecord({ output }), "FLATTEN"), output).toThrow(SyntaxError);
    }
  });
});
