import { isObject, type Json } from "../../json.js";
import { type Check, element, error, type Spot } from "./check.js";
import { isJsonata, jsonataText } from "./expressions.js";

export const anything: Check = () => {};

export const string: Check = (value, spot) => {
  if (typeof value !== "string") error(spot, "Expected value of type String");
};

export const nonEmptyString: Check = (value, spot) => {
  string(value, spot);
  if (value === "") error(spot, "Value cannot be empty");
};

export const boolean: Check = (value, spot) => {
  if (typeof value !== "boolean") error(spot, "Expected value of type Boolean");
};

/** `End` is either true or not there. */
export const isTrue: Check = (value, spot) => {
  boolean(value, spot);
  if (value === false) error(spot, "The field 'End' should have one of these values: [true]");
};

/** A whole number, or in a JSONata state an expression. */
export function integer(minimum: number, maximum = Number.POSITIVE_INFINITY): Check {
  return expressionOr((value, spot) => {
    if (typeof value !== "number" || !Number.isInteger(value)) return error(spot, "Expected value of type Integer");
    range(value, minimum, maximum, String, spot);
  });
}

/** A number, or in a JSONata state an expression. */
export function decimal(minimum: number, maximum = Number.POSITIVE_INFINITY): Check {
  return expressionOr((value, spot) => {
    if (typeof value !== "number") return error(spot, "Expected value of type Number");
    range(value, minimum, maximum, (limit) => limit.toFixed(1), spot);
  });
}

/** Numbers that take no expression, such as those of a Retrier. */
export function literal(check: Check): Check {
  return (value, spot) =>
    typeof value === "string" ? error(spot, "Expected value of type Number") : check(value, spot);
}

function range(value: number, minimum: number, maximum: number, format: (limit: number) => string, spot: Spot): void {
  if (value < minimum) error(spot, `Minimum value is ${format(minimum)}`);
  if (value > maximum) error(spot, `Maximum value is ${format(maximum)}`);
}

/** In a JSONata state the value may be an expression instead. */
export function expressionOr(check: Check): Check {
  return (value, spot) => {
    if (spot.language === "JSONata" && typeof value === "string" && isJsonata(value)) jsonataText(value, spot);
    else check(value, spot);
  };
}

export function oneOf(...values: readonly string[]): Check {
  return (value, spot) => {
    if (typeof value === "string" && values.includes(value)) return;
    error(spot, `The field '${spot.field}' should have one of these values: [${values.join(", ")}]`);
  };
}

export function arrayOf(check: Check): Check {
  return (value, spot) => {
    if (!Array.isArray(value)) return error(spot, "Expected value of type Array");
    value.forEach((item: Json, i) => {
      check(item, element(spot, i));
    });
  };
}

export function nonEmptyArrayOf(check: Check): Check {
  const all = arrayOf(check);
  return (value, spot) => {
    if (Array.isArray(value) && value.length === 0) return error(spot, "Value cannot be empty");
    all(value, spot);
  };
}

export const object: Check = (value, spot) => {
  if (!isObject(value)) error(spot, "Expected value of type Object");
};

const RFC3339 = /^\d{4}-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-](\d\d):(\d\d))$/;

/** A literal point in time. */
export const timestamp: Check = (value, spot) => {
  if (!isTimestamp(value)) error(spot, "String does not match RFC3339 timestamp");
};

function isTimestamp(value: Json): boolean {
  const match = typeof value === "string" ? RFC3339.exec(value) : null;
  if (match === null || typeof value !== "string") return false;
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0, zoneHour = 0, zoneMinute = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const lastDay = new Date(Date.UTC(Number(value.slice(0, 4)), month, 0)).getUTCDate();
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= lastDay;
  return isDate && hour <= 23 && minute <= 59 && second <= 59 && zoneHour <= 23 && zoneMinute <= 59;
}
