import { expect, test } from "vitest";
import { validate } from "../../lib/definition/validate.js";
import { checkExpression } from "../../lib/machine/index.js";

const machine = (state: object, language?: string) => ({
  ...(language === undefined ? {} : { QueryLanguage: language }),
  StartAt: "S",
  States: { S: { Type: "Pass", End: true, ...state } },
});

test.each([
  ["a path", { InputPath: "$.a[" }, undefined, "/States/S/InputPath"],
  ["a reference path", { ResultPath: "$.a[*]" }, undefined, "/States/S/ResultPath"],
  ["an intrinsic function", { Parameters: { "x.$": "States.Nothing(" } }, undefined, "/States/S/Parameters"],
  ["JSONata", { Output: "{% 1 + %}" }, "JSONata", "/States/S/Output"],
])("%s that does not compile is a finding at its place", (_what, state, language, location) => {
  const findings = validate(machine(state, language), { expression: checkExpression });
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({ severity: "ERROR", location: expect.stringContaining(location) });
});

test.each([
  ["$.a[0].b", "path"],
  ["$.a.b", "referencePath"],
  ["States.Array(1, $.x)", "intrinsic"],
  ["$states.input.a[b > 1]", "jsonata"],
] as const)("%s is a good %s", (text, kind) => {
  expect(checkExpression(kind, text, "F")).toBeNull();
});
