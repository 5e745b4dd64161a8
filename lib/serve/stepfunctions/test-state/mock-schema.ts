import { isObject, type Json } from "../../../json.js";
import { invalid } from "../api-error.js";
import { RESULTS, type ResultShape } from "./result-shapes.js";

/**
 * Checks a mocked result against what the API of the integration answers with: all members that are there, and, when
 * strict, that those are there which the API always gives. Integrations whose results are not known here, and what the
 * API does not have, are let pass. Throws ValidationException.
 */
export function checkMockedResult(result: Json, integration: string, mode: "STRICT" | "PRESENT" | "NONE"): void {
  const shape = RESULTS[integration];
  if (mode === "NONE" || shape === undefined) return;
  check(result, shape, "result", mode === "STRICT");
}

function check(value: Json, shape: ResultShape, field: string, strict: boolean): void {
  const refuse = (what: string) => invalid(`Mock result schema validation error: ${what}`);
  if (shape === "any") return;
  if (typeof shape === "string") {
    if (typeof value !== shape) throw refuse(`Field '${field}' must be a ${shape}`);
  } else if ("values" in shape) {
    if (typeof value !== "string") throw refuse(`Field '${field}' must be a string`);
    if (!shape.values.includes(value)) throw refuse(`Field '${field}' is not an expected value`);
  } else if ("shortest" in shape) {
    if (typeof value !== "string") throw refuse(`Field '${field}' must be a string`);
    if (value.length < shape.shortest) throw refuse(`Field '${field}' is smaller than the minimum length`);
  } else if ("each" in shape) {
    if (!Array.isArray(value)) throw refuse(`Field '${field}' must be an array`);
    for (const item of value) check(item, shape.each, field, strict);
  } else {
    if (!isObject(value)) throw refuse(`Field '${field}' must be an object`);
    for (const name of strict ? (shape.always ?? []) : []) {
      if (value[name] === undefined) throw refuse(`Required field '${name}' is missing`);
    }
    for (const [name, member] of Object.entries(value)) {
      const known = Object.hasOwn(shape.members, name) ? shape.members[name] : undefined;
      if (known !== undefined) check(member, known, name, strict);
    }
  }
}
