import { isObject, type Json } from "../../../json.js";
import { equalJson } from "../equal.js";

type Compare = (left: Json | undefined, right: Json | undefined) => boolean;

/** Numbers and texts are compared across, `1 == '1'`, in the type of the left side, as Jayway does it. */
function equal(left: Json | undefined, right: Json | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  if (typeof left === "number" && typeof right === "string") return right.trim() !== "" && left === Number(right);
  if (typeof left === "string" && typeof right === "number") return left === String(right);
  return equalJson(left, right);
}

/** Only two numbers or two texts have an order. */
function ordered(test: (order: number) => boolean): Compare {
  return (left, right) => {
    if (typeof left === "number" && typeof right === "number") return test(left - right);
    if (typeof left === "string" && typeof right === "string") return test(left < right ? -1 : left > right ? 1 : 0);
    return false;
  };
}

function isIn(item: Json | undefined, list: Json | undefined): boolean {
  return Array.isArray(list) && item !== undefined && list.some((one: Json) => equal(item, one));
}

function size(value: Json | undefined): number | undefined {
  if (typeof value === "string" || Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : undefined;
}

function contains(left: Json | undefined, right: Json | undefined): boolean {
  if (typeof left === "string") return typeof right === "string" && left.includes(right);
  return isIn(right, left);
}

function all(test: (item: Json, right: Json | undefined) => boolean): Compare {
  return (left, right) => Array.isArray(left) && left.every((item: Json) => test(item, right));
}

const OPERATORS = {
  "==": equal,
  "!=": (left, right) => !equal(left, right),
  "===": (left, right) => typeof left === typeof right && equal(left, right),
  "!==": (left, right) => typeof left !== typeof right || !equal(left, right),
  "<": ordered((order) => order < 0),
  "<=": ordered((order) => order <= 0),
  ">": ordered((order) => order > 0),
  ">=": ordered((order) => order >= 0),
  in: isIn,
  nin: (left, right) => !isIn(left, right),
  contains,
  size: (left, right) => size(left) !== undefined && size(left) === right,
  empty: (left, right) => size(left) !== undefined && (size(left) === 0) === right,
  subsetof: all(isIn),
  noneof: all((item, right) => !isIn(item, right)),
  anyof: (left, right) => Array.isArray(left) && left.some((item: Json) => isIn(item, right)),
} satisfies Record<string, Compare>;

type Operator = keyof typeof OPERATORS;

export function isOperator(text: string): text is Operator {
  return Object.hasOwn(OPERATORS, text);
}

/** The comparison of an operator. A path that found nothing is undefined, which only `!=`, `!==` and `nin` accept. */
export function compareBy(operator: Operator): Compare {
  return OPERATORS[operator];
}

/** `=~`: numbers and booleans are matched as text. */
export function matches(value: Json | undefined, regex: RegExp): boolean {
  return value !== undefined && value !== null && typeof value !== "object" && regex.test(String(value));
}
