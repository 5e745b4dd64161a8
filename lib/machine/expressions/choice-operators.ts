import type { Json } from "../../json.js";
import { compilePattern } from "./string-match.js";
import { compareTimestamps, parseTimestamp } from "./timestamp.js";

/** Tests the value that `Variable` leads to. A value of another type than the operator's fails the test. */
type ValueTest = (value: Json) => boolean;

/** A comparing operator, such as `NumericLessThan`. */
export interface Comparison {
  /** What the operator compares with, for people. */
  readonly expects: string;
  /** It can also take its operand from a path. */
  readonly hasPathForm: boolean;
  /** The test against an operand; null when the operand has the wrong type. */
  with(operand: Json): ValueTest | null;
}

/** An order as a sign, and whether it is what the operator wants. */
type OrderTest = (order: number) => boolean;

const ORDERS: Readonly<Record<string, OrderTest>> = {
  Equals: (order) => order === 0,
  LessThan: (order) => order < 0,
  GreaterThan: (order) => order > 0,
  LessThanEquals: (order) => order <= 0,
  GreaterThanEquals: (order) => order >= 0,
};

/** Strings are compared by UTF-16 code units, without folding. */
function stringTest(operand: Json, test: OrderTest): ValueTest | null {
  if (typeof operand !== "string") return null;
  return (value) => typeof value === "string" && test(value < operand ? -1 : value > operand ? 1 : 0);
}

function numericTest(operand: Json, test: OrderTest): ValueTest | null {
  if (typeof operand !== "number") return null;
  return (value) => typeof value === "number" && test(value - operand);
}

function timestampTest(operand: Json, test: OrderTest): ValueTest | null {
  const limit = typeof operand === "string" ? parseTimestamp(operand) : null;
  if (limit === null) return null;
  return (value) => {
    const moment = typeof value === "string" ? parseTimestamp(value) : null;
    return moment !== null && test(compareTimestamps(moment, limit));
  };
}

const FAMILIES = [
  { name: "String", expects: "a string", make: stringTest },
  { name: "Numeric", expects: "a number", make: numericTest },
  { name: "Timestamp", expects: "an RFC 3339 timestamp", make: timestampTest },
] as const;

const BOOLEAN_EQUALS: Comparison = {
  expects: "a boolean",
  hasPathForm: true,
  with: (operand) => (typeof operand === "boolean" ? (value) => value === operand : null),
};

const STRING_MATCHES: Comparison = {
  expects: "a string",
  hasPathForm: false,
  with: (operand) => {
    if (typeof operand !== "string") return null;
    const matches = compilePattern(operand);
    return (value) => typeof value === "string" && matches(value);
  },
};

const COMPARISONS = new Map<string, Comparison>([
  ["BooleanEquals", BOOLEAN_EQUALS],
  ["StringMatches", STRING_MATCHES],
  ...FAMILIES.flatMap(({ name, expects, make }) =>
    Object.entries(ORDERS).map(([order, test]): [string, Comparison] => [
      name + order,
      { expects, hasPathForm: true, with: (operand) => make(operand, test) },
    ]),
  ),
]);

/** The comparing operator of that name, its `Path` form left off; null when there is none. */
export function comparisonOf(name: string): Comparison | null {
  return COMPARISONS.get(name) ?? null;
}

const TYPE_TESTS = new Map<string, ValueTest>([
  ["IsNull", (value) => value === null],
  ["IsString", (value) => typeof value === "string"],
  ["IsNumeric", (value) => typeof value === "number"],
  ["IsBoolean", (value) => typeof value === "boolean"],
  ["IsTimestamp", (value) => typeof value === "string" && parseTimestamp(value) !== null],
]);

/** The test of `IsNull`, `IsString` ...; null for any other name. */
export function typeTestOf(name: string): ValueTest | null {
  return TYPE_TESTS.get(name) ?? null;
}
