import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../lib/json.js";
import { compilePath, compileReferencePath } from "../../../lib/machine/expressions/index.js";
import { DefinitionError } from "../../../lib/machine/failure.js";
import { bracket, failureOf, json, memberName, scopeOf } from "./scopes.js";

describe("writing", () => {
  test.each<[string, Json, Json]>([
    ["$", { a: 1 }, "new"],
    ["$.b", { a: 1 }, { a: 1, b: "new" }],
    ["$.a", { a: 1 }, { a: "new" }],
    ["$.a.b.c", {}, { a: { b: { c: "new" } } }],
    ["$.a.c", { a: { b: 1 } }, { a: { b: 1, c: "new" } }],
    ["$['a b']", {}, { "a b": "new" }],
    ["$.a[1]", { a: [1, 2, 3] }, { a: [1, "new", 3] }],
    ["$.a[0].b", { a: [{ c: 1 }] }, { a: [{ c: 1, b: "new" }] }],
    ["$", null, "new"],
  ])("%s into %j", (path, target, written) => {
    expect(compileReferencePath(path).write(target, "new")).toEqual(written);
  });

  test("keeps the order of members and shares what is not on the way", () => {
    const target = { a: { deep: 1 }, b: { c: 1 }, d: [1] };
    const written = compileReferencePath("$.b.c").write(target, 2) as JsonObject;
    expect(Object.keys(written)).toEqual(["a", "b", "d"]);
    expect(written.a).toBe(target.a);
    expect(written.d).toBe(target.d);
    expect(target.b.c).toBe(1);
  });

  test.each<[string, Json]>([
    ["$.a", null],
    ["$.a", "text"],
    ["$.a", [1]],
    ["$.a.b", { a: 1 }],
    ["$.a.b", { a: null }],
    ["$.a[0]", { a: {} }],
    ["$.a[1]", { a: [1] }],
    ["$.a[0]", {}],
  ])("%s does not fit into %j", (path, target) => {
    expect(failureOf(() => compileReferencePath(path).write(target, 1))).toEqual([
      "States.ResultPathMatchFailure",
      `Unable to apply ReferencePath ${path} to input ${JSON.stringify(target)}`,
    ]);
  });
});

test.each([
  "$$",
  "$$.a",
  "$v",
  "$.a[*]",
  "$..a",
  "$.a[0:1]",
  "$['a','b']",
  "$.a[-1]",
  "$.a[?(@.b)]",
  "a",
  "$.a.length()",
])("%s is not a reference path", (path) => {
  expect(() => compileReferencePath(path)).toThrow(new DefinitionError("Value is not a Reference Path"));
});

test("says whether it is the root", () => {
  expect(compileReferencePath("$")).toMatchObject({ isRoot: true, text: "$" });
  expect(compileReferencePath("$.a")).toMatchObject({ isRoot: false, text: "$.a" });
});

describe("for any object, place and value", () => {
  const object = json.filter(
    (value): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value),
  );

  test("what was written is read again, and the rest stays", () => {
    fc.assert(
      fc.property(object, fc.array(memberName, { minLength: 1, maxLength: 3 }), json, (target, names, value) => {
        const before = JSON.stringify(target);
        const text = `$${names.map(bracket).join("")}`;
        let written: Json;
        try {
          written = compileReferencePath(text).write(target, value);
        } catch {
          fc.pre(false);
          return;
        }
        expect(compilePath(text).read(scopeOf(written))).toEqual(value);
        expect(JSON.stringify(target)).toBe(before);
        for (const name of Object.keys(target)) {
          if (name !== names[0]) expect(compilePath(`$${bracket(name)}`).get(scopeOf(written))).toBe(target[name]);
        }
      }),
    );
  });

  test("writing twice leaves the second value", () => {
    fc.assert(
      fc.property(object, memberName, json, json, (target, name, first, second) => {
        const path = compileReferencePath(`$${bracket(name)}`);
        expect(path.write(path.write(target, first), second)).toEqual(path.write(target, second));
      }),
    );
  });
});
