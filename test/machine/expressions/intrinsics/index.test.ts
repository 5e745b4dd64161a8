import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../../../lib/json.js";
import { compileIntrinsic } from "../../../../lib/machine/expressions/index.js";
import { DefinitionError } from "../../../../lib/machine/failure.js";
import { failureOf, json, scopeOf } from "../scopes.js";

function run(text: string, data: Json = {}): Json {
  return compileIntrinsic(text)(scopeOf(data, { context: { Execution: { Name: "n-1" } }, variables: { v: { x: 2 } } }));
}

describe("what the functions give", () => {
  test.each<[string, Json, Json]>([
    ["States.Array()", {}, []],
    ["States.Array(1, 'a', null, true, $.a)", { a: { b: 1 } }, [1, "a", null, true, { b: 1 }]],
    ["States.ArrayPartition($.a, 2)", { a: [1, 2, 3] }, [[1, 2], [3]]],
    ["States.ArrayPartition($.a, 1.5)", { a: [1, 2, 3] }, [[1, 2], [3]]],
    ["States.ArrayPartition($.a, 4)", { a: [] }, []],
    ["States.ArrayContains($.a, 2)", { a: [1, 2] }, true],
    ["States.ArrayContains($.a, $.b)", { a: [{ x: 1, y: [2] }], b: { y: [2], x: 1 } }, true],
    ["States.ArrayContains($.a, '1')", { a: [1, null] }, false],
    ["States.ArrayContains($.a, null)", { a: [1, null] }, true],
    ["States.ArrayRange(1, 9, 2)", {}, [1, 3, 5, 7, 9]],
    ["States.ArrayRange(3, 0, -1)", {}, [3, 2, 1, 0]],
    ["States.ArrayRange(1, 0, 1)", {}, []],
    ["States.ArrayRange(0.5, 2.4, 1)", {}, [1, 2]],
    ["States.ArrayGetItem($.a, 1)", { a: [1, null] }, null],
    ["States.ArrayLength($.a)", { a: [1, [2, 3]] }, 2],
    [
      "States.ArrayUnique($.a)",
      { a: [1, 1, "1", null, null, { a: 1, b: 2 }, { b: 2, a: 1 }, [1], [1]] },
      [1, "1", null, { a: 1, b: 2 }, [1]],
    ],
    ["States.Base64Encode('Grüße')", {}, "R3LDvMOfZQ=="],
    ["States.Base64Decode('R3LDvMOfZQ==')", {}, "Grüße"],
    ["States.Hash('a', 'MD5')", {}, createHash("md5").update("a").digest("hex")],
    ["States.Hash($.a, 'SHA-256')", { a: { b: 1 } }, createHash("sha256").update('{"b":1}').digest("hex")],
    ["States.JsonMerge($.a, $.b, false)", { a: { x: { p: 1 }, y: 1 }, b: { x: { q: 1 } } }, { x: { q: 1 }, y: 1 }],
    ["States.StringToJson($.a)", { a: '{"b":[1]}' }, { b: [1] }],
    ["States.StringToJson('')", {}, null],
    ["States.JsonToString($.a)", { a: { b: [1, "x"] } }, '{"b":[1,"x"]}'],
    ["States.MathAdd(1.5, 1.51)", {}, 4],
    ["States.MathAdd(-1.5, -1.51)", {}, -3],
    ["States.MathAdd(-1.49, -1.5)", {}, -2],
    ["States.MathRandom(10, 20)", {}, 15],
    ["States.MathRandom(0.5, 3.5)", {}, 2],
    ["States.StringSplit('This.is+a,test=string', '.+,=')", {}, ["This", "is", "a", "test", "string"]],
    ["States.StringSplit(',,a,,', ',')", {}, ["a"]],
    ["States.StringSplit('ab', '')", {}, ["ab"]],
    ["States.UUID()", {}, "8a6f2f0e-6e0f-4a62-9d0c-3f6f3d6f0a11"],
    ["States.Format('x')", {}, "x"],
    ["States.Format('{}-{}', 1, 'b')", {}, "1-b"],
    ["States.Format('{}{}{}{}', null, true, 1.5, '')", {}, "nulltrue1.5"],
    ["States.Format('{}', $.a)", { a: { b: [1, "x", null], c: {} } }, "{b=[1, x, null], c={}}"],
    ["States.Format('\\{\\} {} \\'q\\' \\\\', 1)", {}, "{} 1 'q' \\"],
    ["States.Format($.t, '{}')", { t: "a {} \\{b\\}" }, "a {} {b}"],
    ["States.Format('{}', 'it\\'s')", {}, "it's"],
    ["States.Format('{}, {}', $$.Execution.Name, $v.x)", {}, "n-1, 2"],
    ["States.ArrayGetItem(States.StringSplit($$.Execution.Name, '-'), States.MathAdd(0, 1))", {}, "1"],
    ["  States.Array( $.a[0,1] ,$['b, c)'] , $.a[?(@ == ')')] )  ", { a: [1, ")"], "b, c)": 3 }, [[1, ")"], 3, [")"]]],
    ["States.Array('line\nbreak')", {}, ["line\nbreak"]],
  ])("%s", (text, data, expected) => {
    expect(run(text, data)).toEqual(expected);
  });

  test("the same seed gives the same number, that of java.util.Random", () => {
    // new java.util.Random(42).nextDouble() is 0.7275636800328681.
    expect(run("States.MathRandom(0, 10000, 42)")).toBe(7275);
    expect(run("States.MathRandom(0, 10000, $.s)", { s: 42 })).toBe(7275);
    expect(run("States.MathRandom(0, 10000, 43)")).not.toBe(7275);
  });
});

describe("arguments that a function cannot take", () => {
  test.each<[string, Json, string]>([
    ["States.ArrayPartition($.a, 0)", { a: [] }, "must be positive"],
    ["States.ArrayPartition($.a, 2)", { a: {} }, "an array is expected"],
    ["States.ArrayLength('x')", {}, "an array is expected"],
    ["States.ArrayRange(1, 2, 0)", {}, "must not be 0"],
    ["States.ArrayRange(1, 2, 0.4)", {}, "must not be 0"],
    ["States.ArrayRange(0, 1000, 1)", {}, "more than 1000 items"],
    ["States.ArrayRange('0', 1, 1)", {}, "a number is expected"],
    ["States.ArrayGetItem($.a, 1)", { a: [1] }, "no item at that index"],
    ["States.ArrayGetItem($.a, -1)", { a: [1] }, "no item at that index"],
    ["States.Base64Encode(1)", {}, "a string is expected"],
    ["States.Base64Encode($.a)", { a: "x".repeat(10_001) }, "longer than 10000 characters"],
    ["States.Base64Decode('*')", {}, "not Base64"],
    ["States.Base64Decode('abcde')", {}, "not Base64"],
    ["States.Hash('a', 'CRC32')", {}, "must be one of MD5, SHA-1"],
    ["States.Hash($.a, 'MD5')", { a: "x".repeat(10_001) }, "longer than 10000 characters"],
    ["States.JsonMerge($.a, $.a, true)", { a: {} }, "deep merge is not supported"],
    ["States.JsonMerge($.a, $.b, false)", { a: {}, b: [] }, "an object is expected"],
    ["States.StringToJson('{')", {}, "not JSON"],
    ["States.StringToJson(1)", {}, "a string is expected"],
    ["States.MathAdd('1', 2)", {}, "a number is expected"],
    ["States.MathRandom(2, 2)", {}, "must be above the start"],
    ["States.StringSplit(1, ',')", {}, "a string is expected"],
    ["States.Format('{}')", {}, "has 1 places to fill in, but there are 0 values"],
    ["States.Format('x', 1)", {}, "has 0 places to fill in, but there are 1 values"],
    ["States.Format('{a}', 1)", {}, "'{' must be escaped"],
    ["States.Format(1)", {}, "a string is expected"],
  ])("%s", (text, data, message) => {
    const [error, reason] = failureOf(() => run(text, data));
    expect(error).toBe("States.IntrinsicFailure");
    expect(reason).toContain(`The function '${text}' had the following error: `);
    expect(reason).toContain(message);
  });

  test("a path that finds nothing is a runtime error, and names the whole expression", () => {
    const text = "States.Array(1, States.Format('{}', $.no))";
    expect(failureOf(() => run(text, { a: 1 }))).toEqual([
      "States.Runtime",
      `The function '${text}' had the following error: The JsonPath argument for the field '$.no' could not be found in the input '{"a":1}'`,
    ]);
  });
});

test.each([
  "",
  "States.UUID",
  "States.UUID(",
  "States.UUID() x",
  "States.Nope()",
  "States.constructor()",
  "States.UUID(1)",
  "States.MathAdd(1)",
  "States.MathAdd(1, 2, 3)",
  "States.Format()",
  "States.Array(1,)",
  "States.Array(,1)",
  "States.Array('a)",
  "States.Array('a\\q')",
  'States.Array("a")',
  "States.Array(1a)",
  "States.Array(truex)",
  "States.Array($.a[)",
  "States.Array(UUID())",
  `${"States.Array(".repeat(11)}${")".repeat(11)}`,
])("%j is not a call", (text) => {
  expect(() => compileIntrinsic(text)).toThrow(DefinitionError);
});

describe("for any data", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 50 });

  test("decoding undoes encoding", () => {
    fc.assert(
      fc.property(text, (a) => {
        expect(run("States.Base64Decode(States.Base64Encode($.a))", { a })).toBe(a);
      }),
    );
  });

  test("parsing undoes stringifying", () => {
    fc.assert(
      fc.property(json, (a) => {
        expect(run("States.StringToJson(States.JsonToString($.a))", { a })).toEqual(a);
      }),
    );
  });

  test("partitions together are the array, and all but the last are full", () => {
    fc.assert(
      fc.property(fc.array(json), fc.integer({ min: 1, max: 5 }), (a, n) => {
        const parts = run("States.ArrayPartition($.a, $.n)", { a, n }) as Json[][];
        expect(parts.flat(1)).toEqual(a);
        for (const part of parts.slice(0, -1)) expect(part).toHaveLength(n);
      }),
    );
  });

  test("unique items are all there, once", () => {
    fc.assert(
      fc.property(fc.array(json), (a) => {
        const unique = run("States.ArrayUnique($.a)", { a }) as Json[];
        for (const item of a) expect(run("States.ArrayContains($.a, $.b)", { a: unique, b: item })).toBe(true);
        expect(run("States.ArrayUnique($.a)", { a: unique })).toEqual(unique);
        expect(unique.length).toBeLessThanOrEqual(a.length);
      }),
    );
  });

  test("pieces of a split hold no delimiter and join to the text without any", () => {
    fc.assert(
      fc.property(text, fc.string({ minLength: 1, maxLength: 3 }), (a, b) => {
        const pieces = run("States.StringSplit($.a, $.b)", { a, b }) as string[];
        const delimiters = new Set(b);
        expect(pieces.join("")).toBe([...a].filter((char) => !delimiters.has(char)).join(""));
        for (const piece of pieces) expect(piece).not.toBe("");
      }),
    );
  });

  test("adding integers is adding, in either order", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (a, b) => {
        expect(run("States.MathAdd($.a, $.b)", { a, b })).toBe(a + b);
        expect(run("States.MathAdd($.b, $.a)", { a, b })).toBe(a + b);
      }),
    );
  });

  test("merging with nothing changes nothing, and the second object wins", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), fc.dictionary(fc.string(), json), (a, b) => {
        expect(run("States.JsonMerge($.a, $.e, false)", { a, e: {} })).toEqual(a);
        const merged = run("States.JsonMerge($.a, $.b, false)", { a, b }) as { [key: string]: Json };
        for (const [name, value] of Object.entries(b)) expect(Object.entries(merged)).toContainEqual([name, value]);
        expect(new Set(Object.keys(merged))).toEqual(new Set([...Object.keys(a), ...Object.keys(b)]));
      }),
    );
  });

  test("random numbers stay in their range", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 100 }), fc.integer(), (a, n, s) => {
        const value = run("States.MathRandom($.a, $.b, $.s)", { a, b: a + n, s }) as number;
        expect(Number.isInteger(value) && value >= a && value < a + n).toBe(true);
      }),
    );
  });
});
