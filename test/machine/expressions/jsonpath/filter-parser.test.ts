import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../../../lib/json.js";
import { compilePath } from "../../../../lib/machine/expressions/index.js";
import { json, scopeOf } from "../scopes.js";

const items = [
  { n: 1, name: "Receipt", tags: ["x"], ok: true },
  { n: 2, name: "invoice", tags: [], ok: false },
  { n: 3, name: null, nested: { n: 1 } },
  { n: "2", date: "2020-01-01" },
];

function keep(filter: string, data: Json = { items, limit: 2, allowed: ["Receipt"] }): Json {
  return compilePath(`$.items[?(${filter})].n`).read(scopeOf(data));
}

test.each<[string, Json]>([
  ["@.n == 1", [1]],
  ["@.n == 2", [2, "2"]],
  ["@.n === 2", [2]],
  ["@.n !== 2", [1, 3, "2"]],
  ["@.n == '2'", [2, "2"]],
  ["@.n != 1", [2, 3, "2"]],
  ["@.n > 1", [2, 3]],
  ["@.n>=2 && @.n<3", [2]],
  ["@.n < 2 || @.n > 2", [1, 3]],
  ["!(@.n == 1)", [2, 3, "2"]],
  ["!@.name", ["2"]],
  ["@.name", [1, 2, 3]],
  ["@.name == null", [3]],
  ["@.name != null", [1, 2, "2"]],
  ["@.ok == true", [1]],
  ["@.ok", [1, 2]],
  ["@.name==Receipt", [1]],
  ['@.name == "Receipt"', [1]],
  ["@['name'] == 'Receipt'", [1]],
  ["@.nested.n == 1", [3]],
  ["@.n == $.limit", [2, "2"]],
  ["@.name in $.allowed", [1]],
  ["@.name in ['invoice', 'x']", [2]],
  ["@.name nin ['invoice', 'Receipt']", [3, "2"]],
  ["@.name =~ /re.*/i", [1]],
  ["@.name =~ /Rec/", []],
  ["@.tags contains 'x'", [1]],
  ["@.name contains 'voice'", [2]],
  ["@.tags empty true", [2]],
  ["@.tags empty false", [1]],
  ["@.tags size 1", [1]],
  ["@.tags subsetof ['x', 'y']", [1, 2]],
  ["@.tags anyof ['x', 'y']", [1]],
  ["@.tags noneof ['x', 'y']", [2]],
  ["@.tags[0] == 'x'", [1]],
  ["@.tags[?(@ == 'x')] empty false", [1]],
  ["1 == 1", [1, 2, 3, "2"]],
  ["true", [1, 2, 3, "2"]],
  ["@.date < '2021-01-01'", ["2"]],
  ["(@.n == 1 || @.n == 3) && @.name", [1, 3]],
])("%s keeps %j", (filter, kept) => {
  expect(keep(filter)).toEqual(kept);
});

test("&& binds closer than ||", () => {
  expect(keep("@.n == 1 || @.n == 3 && @.name == 'no'")).toEqual([1]);
});

test("an object is itself kept or dropped", () => {
  expect(compilePath("$.a[?(@.b)].b").read(scopeOf({ a: { b: 1 } }))).toEqual([1]);
  expect(compilePath("$.a[?(@.c)].b").read(scopeOf({ a: { b: 1 } }))).toEqual([]);
});

test("values of different kinds have no order", () => {
  for (const operator of ["<", "<=", ">", ">="]) expect(keep(`@.name ${operator} 1`)).toEqual([]);
});

test("for any items a filter and its negation part them", () => {
  const has = compilePath("$[?(@.a)]");
  const hasNot = compilePath("$[?(!(@.a))]");
  const or = compilePath("$[?(@.a || @.b)]");
  const deMorgan = compilePath("$[?(!(!(@.a) && !(@.b)))]");
  fc.assert(
    fc.property(fc.array(json), (data) => {
      const [kept, dropped] = [has.read(scopeOf(data)) as Json[], hasNot.read(scopeOf(data)) as Json[]];
      expect(kept.length + dropped.length).toBe(data.length);
      expect(or.read(scopeOf(data))).toEqual(deMorgan.read(scopeOf(data)));
    }),
  );
});
