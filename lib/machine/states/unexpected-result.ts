import type { Json } from "../../json.js";
import { StateFailure } from "../failure.js";

/** The text between the delimiters of a JSONata string, without blanks around; undefined for anything else. */
export function expressionOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? /^\{%([\s\S]*)%\}$/.exec(value)?.[1]?.trim() : undefined;
}

/** The failure of a JSONata field whose value is not of the type the field wants. `field` holds the expression. */
export function unexpectedResult(field: Json | undefined, path: string, expected: string, value: Json): StateFailure {
  const type = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return new StateFailure(
    "States.QueryEvaluationError",
    `The JSONata expression '${expressionOf(field) ?? ""}' specified for the field '${path}' returned an unexpected result type. Expected '${expected}', but was '${type}' for value: ${JSON.stringify(value)}`,
  );
}
