import { isObject, type Json } from "../../json.js";
import { type Check, element, error, inside, type Spot } from "./check.js";

/** True for a whole JSONata expression, delimiters included. */
export function isJsonata(value: string): boolean {
  return value.length >= 4 && value.startsWith("{%") && value.endsWith("%}");
}

/** Checks one JSONata expression, delimiters included. */
export function jsonataText(text: string, spot: Spot): void {
  const mistake = spot.run.expression?.("jsonata", text.slice(2, -2).trim(), spot.field) ?? null;
  if (mistake === null) return;
  const isUnsupported = mistake.startsWith("Reference to ");
  spot.run.findings.error(spot.at, mistake, `${isUnsupported ? "UNSUPPORTED" : "INVALID"}_JSONATA_EXPRESSION`);
}

/** Any JSON in which strings may be JSONata: Arguments, Output, Assign and their like. */
export const jsonataTemplate: Check = (value, spot) => {
  if (Array.isArray(value)) {
    value.forEach((item: Json, i) => {
      jsonataTemplate(item, element(spot, i));
    });
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) jsonataTemplate(item, inside(spot, key));
  } else if (typeof value === "string") {
    if (isJsonata(value)) jsonataText(value, spot);
    else if (value.startsWith("{%") || value.endsWith("%}")) {
      error(spot, "A JSONata expression must start with '{%' and end with '%}'");
    }
  }
};

/** A JSONPath payload template: fields that end in `.$` hold a path or an intrinsic function. */
export const jsonPathTemplate: Check = (value, spot) => {
  if (Array.isArray(value)) {
    value.forEach((item: Json, i) => {
      jsonPathTemplate(item, element(spot, i));
    });
  }
  if (!isObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    if (key.endsWith(".$")) pathField(key, item, spot);
    else if (looksDynamic(item)) {
      spot.run.findings.warning(
        spot.at,
        `Field '${key}' has the value of a JSONPath or an intrinsic function, but no '.$'`,
        "NO_DOLLAR",
      );
    } else jsonPathTemplate(item, inside(spot, key));
  }
};

/** The payload template of the state's language. */
export const template: Check = (value, spot) =>
  spot.language === "JSONata" ? jsonataTemplate(value, spot) : jsonPathTemplate(value, spot);

function pathField(key: string, value: Json, spot: Spot): void {
  const isValid = typeof value === "string" && isPathOrIntrinsic(value, key, spot);
  if (!isValid)
    error(spot, `The value for the field '${key}' must be a valid JSONPath or a valid intrinsic function call`);
}

function isPathOrIntrinsic(text: string, field: string, { run }: Spot): boolean {
  if (text.startsWith("$")) return (run.expression?.("path", text, field) ?? null) === null;
  return /^[\w.]+\s*\(/.test(text) && (run.expression?.("intrinsic", text, field) ?? null) === null;
}

function looksDynamic(value: Json): boolean {
  return typeof value === "string" && /^(\$$|\$\$?\.|\$\[|States\.\w+\()/.test(value);
}

/** A path that selects: InputPath, ItemsPath, Variable. */
export const path: Check = (value, spot) => {
  if (typeof value !== "string") return error(spot, "Expected value of type String");
  const isValid = value.startsWith("$") && (spot.run.expression?.("path", value, spot.field) ?? null) === null;
  if (!isValid) error(spot, "Value is not a valid JSONPath");
};

/** A path, or null for nothing. */
export const pathOrNull: Check = (value, spot) => {
  if (value !== null) path(value, spot);
};

/** A path into the input, or to a variable, that leads to one value: SecondsPath, MaxItemsPath and their like. */
export const valuePath: Check = (value, spot) => onePlace("path", value, spot);

/** ResultPath: where to put a value in the input; null puts it nowhere. */
export const resultPath: Check = (value, spot) => {
  if (value !== null) onePlace("referencePath", value, spot);
};

function onePlace(kind: "path" | "referencePath", value: Json, spot: Spot): void {
  if (typeof value !== "string") return error(spot, "Expected value of type String");
  const isPath = value.startsWith("$") && !value.startsWith("$$");
  if (!isPath || (spot.run.expression?.(kind, value, spot.field) ?? null) !== null) {
    error(spot, "Value is not a Reference Path");
  }
}

/** ErrorPath and CausePath: a path or an intrinsic function. */
export const pathOrIntrinsic: Check = (value, spot) => {
  if (typeof value === "string" && isPathOrIntrinsic(value, spot.field, spot)) return;
  error(spot, `The value for the field '${spot.field}' must be a valid JSONPath or a valid intrinsic function call`);
};
