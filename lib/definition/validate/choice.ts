import { isObject, type Json } from "../../json.js";
import { assign } from "./assign.js";
import {
  atMostOne,
  type Check,
  error,
  type Field,
  type Fields,
  fields,
  jsonataOnly,
  jsonPathOnly,
  present,
  required,
} from "./check.js";
import { jsonataTemplate, path } from "./expressions.js";
import { boolean, decimal, expressionOr, literal, nonEmptyArrayOf, string, timestamp } from "./values.js";

const COMPARISONS = ["Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals"];

/** Operators that compare `Variable` with a literal, or with what their `...Path` form points to. */
const OPERATORS: Fields = {
  ...comparisons("String", string),
  ...comparisons("Numeric", literal(decimal(Number.NEGATIVE_INFINITY))),
  ...comparisons("Timestamp", timestamp),
  BooleanEquals: jsonPathOnly(boolean),
  BooleanEqualsPath: jsonPathOnly(path),
  StringMatches: jsonPathOnly(string),
  ...Object.fromEntries(
    ["IsNull", "IsPresent", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp"].map((name) => [
      name,
      jsonPathOnly(boolean),
    ]),
  ),
};
const OPERATOR_NAMES = Object.keys(OPERATORS);
const COMBINATIONS = ["And", "Or", "Not"];

function comparisons(kind: string, check: Check): Record<string, Field> {
  return Object.fromEntries(
    COMPARISONS.flatMap((comparison) => [
      [`${kind}${comparison}`, jsonPathOnly(check)],
      [`${kind}${comparison}Path`, jsonPathOnly(path)],
    ]),
  );
}

/** A rule inside And, Or or Not: it has no Next, for only a whole rule leads somewhere. */
const innerRule: Check = (value, spot) => rule(INNER, value, spot);

const INNER: Fields = {
  Comment: { check: string },
  Variable: jsonPathOnly(path),
  And: jsonPathOnly(nonEmptyArrayOf(innerRule)),
  Or: jsonPathOnly(nonEmptyArrayOf(innerRule)),
  Not: jsonPathOnly(innerRule),
  ...OPERATORS,
};

const OUTER: Fields = {
  ...INNER,
  Next: required(string),
  Assign: { check: assign },
  Condition: { check: expressionOr(boolean), language: "JSONata", required: true },
  Output: jsonataOnly(jsonataTemplate),
};

/** A rule of a Choice state. */
export const choiceRule: Check = (value, spot) => rule(OUTER, value, spot);

function rule(known: Fields, value: Json, spot: Parameters<Check>[1]): void {
  fields(known)(value, spot);
  if (!isObject(value) || spot.language === "JSONata") return;
  const operators = present(value, [...OPERATOR_NAMES, ...COMBINATIONS]);
  const [first] = operators;
  if (first === undefined) return error(spot, "A choice rule needs one comparison, or And, Or, Not");
  atMostOne(value, operators, spot);
  if (OPERATOR_NAMES.includes(first) && !Object.hasOwn(value, "Variable")) {
    error(spot, "These fields are required: [Variable]");
  }
}
