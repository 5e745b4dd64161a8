import { isObject, type Json } from "../../json.js";
import { assign } from "./assign.js";
import { type Check, element, error, fields, inside, jsonataOnly, jsonPathOnly, required, type Spot } from "./check.js";
import { jsonataTemplate, resultPath } from "./expressions.js";
import { arrayOf, decimal, integer, literal, nonEmptyArrayOf, oneOf, string } from "./values.js";

/** Largest waiting time and largest number of attempts. */
const MAX_COUNT = 99_999_999;
/** A leap year, in seconds. */
const MAX_DELAY_SECONDS = 31_622_400;

const errorEquals = required(nonEmptyArrayOf(string));

const retriers = arrayOf(
  fields({
    ErrorEquals: errorEquals,
    Comment: { check: string },
    IntervalSeconds: { check: literal(integer(1, MAX_COUNT)) },
    MaxAttempts: { check: literal(integer(0, MAX_COUNT)) },
    BackoffRate: { check: literal(decimal(1)) },
    MaxDelaySeconds: { check: literal(integer(1, MAX_DELAY_SECONDS)) },
    JitterStrategy: { check: oneOf("NONE", "FULL") },
  }),
);

const catchers = arrayOf(
  fields({
    ErrorEquals: errorEquals,
    Comment: { check: string },
    Next: required(string),
    ResultPath: jsonPathOnly(resultPath),
    Output: jsonataOnly(jsonataTemplate),
    Assign: { check: assign },
  }),
);

/** The `Retry` of a state. */
export const retry: Check = (value, spot) => {
  retriers(value, spot);
  wildcardLast(value, spot);
};

/** The `Catch` of a state. */
export const catches: Check = (value, spot) => {
  catchers(value, spot);
  wildcardLast(value, spot);
};

/** States.ALL stands alone in its list, and that list is the last. */
function wildcardLast(value: Json, spot: Spot): void {
  if (!Array.isArray(value)) return;
  value.forEach((entry: Json, i) => {
    const names = isObject(entry) && Array.isArray(entry.ErrorEquals) ? (entry.ErrorEquals as readonly Json[]) : [];
    const at = names.indexOf("States.ALL");
    if (at === -1 || (names.length === 1 && i === value.length - 1)) return;
    error(element(inside(element(spot, i), "ErrorEquals"), at), "States.ALL must appear alone and at end of list");
  });
}
