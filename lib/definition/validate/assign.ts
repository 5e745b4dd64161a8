import { isObject } from "../../json.js";
import { type Check, error } from "./check.js";
import { template } from "./expressions.js";

const NAME = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;
const MAX_NAME = 80;

/** The name that a field of `Assign` sets. */
export function variableName(field: string): string {
  return field.endsWith(".$") ? field.slice(0, -2) : field;
}

/** `Assign`: variable names and templates of their values. */
export const assign: Check = (value, spot) => {
  if (!isObject(value)) return error(spot, "Expected value of type Object");
  for (const field of Object.keys(value)) {
    const name = spot.language === "JSONPath" ? variableName(field) : field;
    if (!NAME.test(name) || name.length > MAX_NAME) error(spot, `'${name}' is not a valid variable name`);
    if (name === "states") error(spot, "The variable name 'states' is reserved");
  }
  template(value, spot);
};
