import type { JsonObject } from "../../json.js";
import type { Scope } from "../scope.js";
import { compilePath } from "./path.js";

export function compileChoiceRule(rule: JsonObject, path: string): (scope: Scope) => boolean {
  if (Array.isArray(rule.And)) {
    const rules = (rule.And as readonly JsonObject[]).map((one, i) => compileChoiceRule(one, `${path}/And[${i}]`));
    return (scope) => rules.every((test) => test(scope));
  }
  const variable = compilePath(String(rule.Variable));
  if ("IsPresent" in rule) return (scope) => variable.find(scope).found === rule.IsPresent;
  const expected = Object.entries(rule).find(([key]) => /Equals$/.test(key))?.[1];
  return (scope) => variable.read(scope) === expected;
}
