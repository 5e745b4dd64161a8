import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../../lib/json.js";
import { compilePath } from "../../../lib/machine/expressions/index.js";
import { DefinitionError } from "../../../lib/machine/failure.js";
import { bracket, failureOf, json, memberName, scopeOf, variablesOf } from "./scopes.js";

const store = {
  books: [
    { title: "A", price: 8, tags: ["x", "y"], author: { name: "Ann" } },
    { title: "B", price: 12, isbn: "1" },
    { title: "C", price: 20, isbn: null },
  ],
  "detail-type": "Order",
  "a b": { "c.d": 1 },
  nothing: null,
  many: { one: 1, two: 2 },
};

function read(path: string, data: Json = store): Json {
  return compilePath(path).read(scopeOf(data));
}

describe("what a path finds", () => {
  test.each<[string, Json]>([
    ["$", store],
    ["$.detail-type", "Order"],
    ["$['a b']['c.d']", 1],
    [`$["a b"]["c.d"]`, 1],
    ["$.books[0].title", "A"],
    ["$.books[-1].title", "C"],
    ["$.books.[1].title", "B"],
    ["$.nothing", null],
    ["$.many['one','two']", { one: 1, two: 2 }],
    ["$.many['one','three']", { one: 1 }],
    ["$.books.length()", 3],
    ["$.many.length()", 2],
    [" $.nothing ", null],
  ])("%s is one value", (path, value) => {
    expect(compilePath(path).definite).toBe(true);
    expect(read(path)).toEqual(value);
  });

  test.each<[string, Json]>([
    ["$.books[*].title", ["A", "B", "C"]],
    ["$.many.*", [1, 2]],
    ["$.books[0,2].title", ["A", "C"]],
    ["$.books[-1,0].title", ["C", "A"]],
    ["$.books[1:].title", ["B", "C"]],
    ["$.books[:-1].title", ["A", "B"]],
    ["$.books[-2:].title", ["B", "C"]],
    ["$.books[0:2].title", ["A", "B"]],
    ["$.books[5:]", []],
    ["$.books[*].isbn", ["1", null]],
    ["$.[*].['one','two']", [{}, { one: 1, two: 2 }]],
    ["$..name", ["Ann"]],
    ["$..price", [8, 12, 20]],
    ["$..tags[0]", ["x"]],
    ["$.books[0]..*", ["A", 8, ["x", "y"], { name: "Ann" }, "x", "y", "Ann"]],
    ["$..[?(@.isbn)].title", ["B", "C"]],
    ["$.title[*]", []],
  ])("%s is a list", (path, values) => {
    expect(compilePath(path).definite).toBe(false);
    expect(read(path, { ...store, title: "no list" })).toEqual(values);
  });

  test("deep scan goes on with every item of an array, as Jayway does", () => {
    expect(read("$..[0].a", [{ a: 1 }, { a: 2 }])).toEqual([1, 2]);
  });

  test("a slice with two bounds looks each index up by itself, as Jayway does", () => {
    expect(read("$[1:-1]", [1, 2, 3])).toEqual([]);
    expect(read("$[-3:-1]", [1, 2, 3])).toEqual([1, 2]);
    expect(read("$[-1:1]", [1, 2, 3])).toEqual([3, 1]);
  });

  test("names that objects inherit are no data", () => {
    for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
      expect(compilePath(`$.${name}`).find(scopeOf({ a: 1 }))).toEqual({ found: false, value: null });
      expect(compilePath(`$..${name}`).read(scopeOf({ a: { b: 1 } }))).toEqual([]);
    }
    expect(read("$.__proto__", JSON.parse('{"__proto__":1}'))).toBe(1);
  });

  test("texts and lists have no members", () => {
    for (const path of ["$.a.length", "$.a[0]"]) expect(compilePath(path).find(scopeOf({ a: "xy" })).found).toBe(false);
    expect(compilePath("$.a.length").find(scopeOf({ a: [1] })).found).toBe(false);
  });
});

describe("where a path begins", () => {
  test("$$ is the context, which is made only when it is asked for", () => {
    let made = 0;
    const scope = {
      ...scopeOf({}),
      context: () => {
        made += 1;
        return { Execution: { Name: "n" } };
      },
    };
    expect(compilePath("$.a").find(scope).found).toBe(false);
    expect(made).toBe(0);
    expect(compilePath("$$.Execution.Name ").read(scope)).toBe("n");
    expect(compilePath("$$").read(scope)).toEqual({ Execution: { Name: "n" } });
    expect(made).toBe(2);
  });

  test("$name is a variable, found from the inside out", () => {
    const outer = variablesOf({ a: { b: [1, 2] }, c: 1 });
    const scope = { ...scopeOf({}), variables: variablesOf({ c: 2 }, outer) };
    expect(compilePath("$a.b[1]").read(scope)).toBe(2);
    expect(compilePath("$c").read(scope)).toBe(2);
    expect(compilePath("$größe").root).toEqual({ variable: "größe" });
  });

  test("says what kind of path it is", () => {
    expect(compilePath("$")).toMatchObject({ isRoot: true, root: "data", keys: [], definite: true, text: "$" });
    expect(compilePath("$$")).toMatchObject({ isRoot: false, root: "context", keys: [] });
    expect(compilePath("$v.a[0]['b c']")).toMatchObject({ root: { variable: "v" }, keys: ["a", "0", "b c"] });
    for (const path of ["$.a[-1]", "$.a[*]", "$['a','b']", "$[0,1]", "$..a", "$.a.length()"]) {
      expect(compilePath(path).keys).toBeNull();
    }
  });
});

describe("a path that finds nothing", () => {
  test.each<[string, string]>([
    ["$.X", "No results for path: $['X']"],
    ["$.no.such", "Missing property in path $['no']"],
    ["$.books[9]", "No results for path: $['books'][9]"],
    ["$.books[9].title", "No results for path: $['books'][9]['title']"],
    ["$.no[*]", "Missing property in path $['no']"],
    ["$.many[0]", "Filter: [0] can only be applied to arrays. Current context is: {one=1, two=2}"],
    ["$.many[1:]", "Filter: [1:] can only be applied to arrays. Current context is: {one=1, two=2}"],
    ["$.nothing[0]", "The path $['nothing'] is null"],
    ["$.detail-type[?(@.a)]", "Filter: [?] can not be applied to primitives. Current context is: Order"],
    ["$.many['one','two'].x", "Multi properties can only be used as path leafs: $['one', 'two']"],
    ["$.books.sum()", "No results for path: $['books'].sum()"],
  ])("%s says: %s", (path, why) => {
    expect(failureOf(() => read(path))).toEqual(["States.Runtime", `Invalid path '${path}' : ${why}`]);
    expect(compilePath(path).get(scopeOf(store))).toBeUndefined();
  });

  test("names the kind of what is no object", () => {
    const [, reason] = failureOf(() => read("$.books.title"));
    expect(reason).toContain("Expected to find an object with property ['title'] in path $['books'] but found");
  });

  test("cannot read from null", () => {
    expect(failureOf(() => read("$.a", null))[1]).toBe("Unable to apply Path transformation to null or empty input.");
    expect(read("$", null)).toBeNull();
  });

  test("names a variable that has no value", () => {
    expect(failureOf(() => read("$v.a"))[1]).toBe("Invalid path '$v.a' : The variable has not been assigned");
  });
});

test.each([
  "",
  "a.b",
  "$a b",
  "$.",
  "$..",
  "$.a.",
  "$.a[",
  "$.a[]",
  "$.a['b",
  "$.a[b]",
  "$.a['b'",
  "$.a[0",
  "$.a[:]",
  "$.a[1,]",
  "$.a b",
  "$.a(1)",
  "$.a[?(@.b",
  "$.a[?(@.b ==)]",
  "$.a[?(@.b =~ 'x')]",
  "$.a[?(@.b =~ /[/)]",
  "$.a[?(@.b < /x/)]",
  "$.a[?@.b]",
  "$.a[?(@.b in ['x')]",
  "$.length().a",
])("%j is not a path", (path) => {
  expect(() => compilePath(path)).toThrow(DefinitionError);
});

describe("properties", () => {
  test("names in brackets find what member access finds", () => {
    fc.assert(
      fc.property(json, fc.array(memberName, { maxLength: 4 }), (data, names) => {
        let expected: Json | undefined = data;
        for (const name of names) {
          const isMap: boolean = typeof expected === "object" && expected !== null && !Array.isArray(expected);
          expected =
            isMap && Object.hasOwn(expected as object, name) ? (expected as { [k: string]: Json })[name] : undefined;
        }
        const path = compilePath(`$${names.map(bracket).join("")}`);
        expect(path.get(scopeOf(data))).toEqual(expected);
      }),
    );
  });

  test("slices are Array.prototype.slice where both bounds have one sign", () => {
    const bounds = fc.oneof(
      fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 })),
      fc.tuple(fc.integer({ min: -8, max: -1 }), fc.integer({ min: -8, max: -1 })),
      fc.tuple(fc.integer({ min: -8, max: 8 }), fc.constant(undefined)),
      fc.tuple(fc.constant(undefined), fc.integer({ min: -8, max: 8 })),
    );
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 6 }), bounds, (items, [from, to]) => {
        expect(read(`$[${from ?? ""}:${to ?? ""}]`, items)).toEqual(items.slice(from, to));
      }),
    );
  });

  test("a deep wildcard visits every value once", () => {
    const count = (value: Json): number =>
      typeof value === "object" && value !== null
        ? Object.values(value).reduce<number>((sum, one) => sum + 1 + count(one), 0)
        : 0;
    fc.assert(
      fc.property(json, (data) => {
        expect(read("$..*", [data])).toHaveLength(count([data]));
      }),
    );
  });

  test("reading changes nothing", () => {
    const paths = ["$..a", "$[*]", "$.a['b','c']", "$..[?(@.a)]", "$[0:2]"].map(compilePath);
    fc.assert(
      fc.property(json, (data) => {
        const before = JSON.stringify(data);
        for (const path of paths) path.get(scopeOf(data));
        expect(JSON.stringify(data)).toBe(before);
      }),
    );
  });
});
