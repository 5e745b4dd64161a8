import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatRecord } from "../../../lib/run/write/record.js";
import { type Transformation, transformRecord } from "../../../lib/run/write/transform.js";
import { childRecord } from "./records.js";

const transform = (output: string, transformation: Transformation) =>
  transformRecord(childRecord({ output }), transformation);
const failed = childRecord({ status: "FAILED", output: undefined, error: "E" });

describe("transformRecord", () => {
  test.each(["[1, 2]", '{"a":1.0}', "null"])("COMPACT is the output as it is written: %s", (output) => {
    expect(transform(output, "COMPACT")).toEqual([output]);
  });

  test.each([
    ['[1,{"of":1}]', ["1", '{"of":1}']],
    ["[]", []],
    ['{"a":[1]}', ['{"a":[1]}']],
    [" [ [20] , 30 ] ", ["[20]", "30"]],
    ['"[1]"', ['"[1]"']],
  ])("FLATTEN splices arrays and keeps the rest: %s", (output, texts) => {
    expect(transform(output, "FLATTEN")).toEqual(texts);
  });

  test("NONE is the record of the execution", () => {
    expect(transform("1", "NONE")).toEqual([formatRecord(childRecord({ output: "1" }))]);
  });

  test("a child that failed is its record, whatever the transformation", () => {
    for (const transformation of ["NONE", "COMPACT", "FLATTEN"] as const) {
      expect(transformRecord(failed, transformation)).toEqual([formatRecord(failed)]);
    }
  });

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
