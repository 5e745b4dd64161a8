import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../lib/json.js";
import { compileTemplate, compileValue } from "../../../lib/machine/expressions/index.js";
import { DefinitionError } from "../../../lib/machine/failure.js";
import { failureOf, json, scopeOf } from "./scopes.js";

const PATH = "/States/X/Parameters";

describe("a payload template", () => {
  test("puts what paths and intrinsics give into members without .$", () => {
    const template = compileTemplate(
      {
        "id.$": "$.id",
        text: "$.id",
        "name.$": "$$.Execution.Name",
        "v.$": "$v",
        nested: { "sum.$": "States.MathAdd($.id, 1)", fixed: [1] },
        list: [{ "id.$": "$.id" }, "$.id", 1],
        "all.$": "$",
      },
      PATH,
    );
    const scope = scopeOf({ id: 7 }, { context: { Execution: { Name: "n" } }, variables: { v: true } });
    expect(template.evaluate(scope)).toEqual({
      id: 7,
      text: "$.id",
      name: "n",
      v: true,
      nested: { sum: 8, fixed: [1] },
      list: [{ id: 7 }, "$.id", 1],
      all: { id: 7 },
    });
    expect(template.constant).toBe(false);
  });

  test("shares what is constant and what paths find", () => {
    const fixed = { a: [1, 2] };
    const data = { big: { b: 1 } };
    const payload = compileTemplate({ fixed, "big.$": "$.big" }, PATH).evaluate(scopeOf(data)) as JsonObject;
    expect(payload.fixed).toBe(fixed);
    expect(payload.big).toBe(data.big);
  });

  test("keeps the order of the template", () => {
    const payload = compileTemplate({ z: 1, "a.$": "$.a", m: 2 }, PATH).evaluate(scopeOf({ a: 0 }));
    expect(Object.keys(payload as JsonObject)).toEqual(["z", "a", "m"]);
  });

  test("takes null that is there for a value", () => {
    expect(compileTemplate({ "a.$": "$.a" }, PATH).evaluate(scopeOf({ a: null }))).toEqual({ a: null });
  });

  test.each(["$.no", "$.no.such", "$$.Execution.no", "$variable"])(
    "names the field of %s, which finds nothing",
    (path) => {
      const { evaluate } = compileTemplate({ deep: { "value.$": path } }, PATH);
      expect(failureOf(() => evaluate(scopeOf({ "int-literal": 0 })))).toEqual([
        "States.Runtime",
        `The JSONPath '${path}' specified for the field 'value.$' could not be found in the input '{"int-literal":0}'`,
      ]);
    },
  );

  test("cannot read from null, not even all of it", () => {
    for (const path of ["$", "$.a"]) {
      expect(failureOf(() => compileTemplate({ "a.$": path }, PATH).evaluate(scopeOf(null)))).toEqual([
        "States.Runtime",
        "Unable to apply Path transformation to null or empty input.",
      ]);
    }
    expect(compileTemplate({ "a.$": "$v" }, PATH).evaluate(scopeOf(null, { variables: { v: null } }))).toEqual({
      a: null,
    });
  });

  test.each<[string, Json]>([
    ["a.$", "text"],
    ["a.$", 1],
    ["a.$", { b: 1 }],
    ["a.$", "$.a["],
    ["a.$", "States.Nope($.a)"],
    ["a.$", "States.Format("],
    ["a.$", ""],
  ])("refuses %s: %j", (name, value) => {
    expect(() => compileTemplate({ outer: { [name]: value } }, PATH)).toThrow(
      new DefinitionError(
        `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call`,
        PATH,
      ),
    );
  });

  test("without paths is the payload itself", () => {
    fc.assert(
      fc.property(json, (value) => {
        const template = compileTemplate(value, PATH);
        expect(template.constant).toBe(true);
        expect(template.evaluate(scopeOf({}))).toBe(value);
      }),
    );
  });

  test("for any constant parts, they come through beside a path", () => {
    fc.assert(
      fc.property(json, json, (fixed, data) => {
        fc.pre(data !== null);
        const { evaluate } = compileTemplate({ fixed, "data.$": "$" }, PATH);
        const payload = evaluate(scopeOf(data)) as JsonObject;
        expect(payload.fixed).toBe(fixed);
        expect(payload.data).toBe(data);
      }),
    );
  });
});

describe("a field that takes a path or an intrinsic", () => {
  test("gives its value", () => {
    expect(compileValue("$.e", "ErrorPath")(scopeOf({ e: "E" }))).toBe("E");
    expect(compileValue("States.Format('no {}', $.e)", "CausePath")(scopeOf({ e: "E" }))).toBe("no E");
  });

  test("is named when its path finds nothing", () => {
    expect(failureOf(() => compileValue("$.x", "ErrorPath")(scopeOf({ Error: "e" })))[1]).toBe(
      `The JSONPath '$.x' specified for the field 'ErrorPath' could not be found in the input '{"Error":"e"}'`,
    );
  });

  test("is refused when it is neither", () => {
    expect(() => compileValue("boom", "CausePath")).toThrow(
      "The value for the field 'CausePath' must be a valid JSONPath or a valid intrinsic function call",
    );
  });
});
