import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../../lib/json.js";
import { compileJsonataTemplate } from "../../../../lib/machine/expressions/index.js";
import { DefinitionError } from "../../../../lib/machine/failure.js";
import { bindingsOf, json, rejectionOf } from "../scopes.js";

const bindings = bindingsOf({ input: { a: 1, b: null } }, { v: [1, 2] });

describe("a template", () => {
  test("evaluates every expression in it, at any depth", async () => {
    const template = compileJsonataTemplate(
      { a: "{% $states.input.a + 1 %}", list: ["{% $v %}", { deep: "{%$sum($v)%}" }], same: " {% $v %} ", n: null },
      "Output",
    );
    expect(template.constant).toBe(false);
    expect(template.now).toBeNull();
    expect(await template.evaluate(bindings)).toEqual({
      a: 2,
      list: [[1, 2], { deep: 3 }],
      same: " {% $v %} ",
      n: null,
    });
  });

  test("can be one expression", async () => {
    const template = compileJsonataTemplate("{% $states.input.b %}", "Output");
    expect(template.now?.(bindings)).toBeNull();
    expect(await template.evaluate(bindings)).toBeNull();
  });

  test("gives its value at once when all its expressions do", async () => {
    const fixed = { f: [1] };
    const template = compileJsonataTemplate({ z: "{% $v %}", b: "{% $states.input.b %}", fixed }, "Output");
    const value = template.now?.(bindings) as JsonObject;
    expect(value).toEqual({ z: [1, 2], b: null, fixed });
    expect(Object.keys(value)).toEqual(["z", "b", "fixed"]);
    expect(value.fixed).toBe(fixed);
    expect(await template.evaluate(bindings)).toEqual(value);
  });

  test.each<[Json, string]>([
    ["{% $nope %}", "Output"],
    [{ a: "{% $nope %}" }, "Output/a"],
    [{ a: { b: ["x", "{% $nope %}"] } }, "Output/a/b[1]"],
    [{ a: "{% $v %}", b: [{ c: "{% $nope %}" }] }, "Output/b[0]/c"],
  ])("%j fails for the field %s", async (value, field) => {
    expect(await rejectionOf(compileJsonataTemplate(value, "Output").evaluate(bindings))).toEqual([
      "States.QueryEvaluationError",
      `The JSONata expression '$nope' specified for the field '${field}' returned nothing (undefined).`,
    ]);
  });

  test.each<{ readonly value: Json }>([
    { value: "{% $v" },
    { value: "$v %}" },
    { value: "{%}" },
    { value: { a: ["{% 1 %} "] } },
  ])("$value is half an expression", ({ value }) => {
    expect(() => compileJsonataTemplate(value, "Output")).toThrow(DefinitionError);
  });

  test("without expressions is the value itself", async () => {
    await fc.assert(
      fc.asyncProperty(json, async (value) => {
        const template = compileJsonataTemplate(value, "Output");
        expect(template.constant).toBe(true);
        expect(template.now?.(bindings)).toBe(value);
        expect(await template.evaluate(bindings)).toBe(value);
      }),
    );
  });
});
