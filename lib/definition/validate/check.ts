import { isObject, type Json, type JsonObject } from "../../json.js";
import type { QueryLanguage } from "../asl.js";
import type { Findings } from "./diagnostic.js";

/** What kinds of text a definition holds besides names and numbers. */
type ExpressionKind = "path" | "referencePath" | "intrinsic" | "jsonata";

/**
 * Checks the syntax of one expression: what is wrong with it, or null. `text` of a JSONata expression is what stands
 * between the delimiters; `field` is the name of the field it stands in.
 */
export type ExpressionCheck = (kind: ExpressionKind, text: string, field: string) => string | null;

/** What all checks of one validation share. */
interface Run {
  readonly findings: Findings;
  readonly expression: ExpressionCheck | undefined;
  /** The language of states that name none. */
  readonly language: QueryLanguage;
}

/** Where a value stands. */
export interface Spot {
  readonly run: Run;
  /** Location of the value. */
  readonly at: string;
  /** Name of the field that holds it. */
  readonly field: string;
  /** Query language of the state around it. */
  readonly language: QueryLanguage;
  /** True inside an EXPRESS state machine, or an EXPRESS child of a distributed Map. */
  readonly express: boolean;
}

/** Reports what is wrong with a value. */
export type Check = (value: Json, spot: Spot) => void;

export interface Field {
  readonly check: Check;
  /** The only language in which the field exists. */
  readonly language?: QueryLanguage;
  readonly required?: boolean;
}

export type Fields = Readonly<Record<string, Field>>;

export function required(check: Check): Field {
  return { check, required: true };
}

/** A field that only JSONPath states have. */
export function jsonPathOnly(check: Check): Field {
  return { check, language: "JSONPath" };
}

/** A field that only JSONata states have. */
export function jsonataOnly(check: Check): Field {
  return { check, language: "JSONata" };
}

/** The spot of a member of the value at a spot. */
export function inside(spot: Spot, field: string): Spot {
  return { ...spot, at: `${spot.at}/${field}`, field };
}

/** The spot of an element of the array at a spot. */
export function element(spot: Spot, index: number): Spot {
  return { ...spot, at: `${spot.at}[${index}]` };
}

export function error(spot: Spot, message: string): void {
  spot.run.findings.error(spot.at, message);
}

/** An object with these fields and no others. */
export function fields(known: Fields, extra?: (value: JsonObject, spot: Spot) => void): Check {
  return (value, spot) => {
    if (!isObject(value)) return error(spot, "Expected value of type Object");
    checkRequired(value, known, spot);
    for (const [name, item] of Object.entries(value)) {
      const field = Object.hasOwn(known, name) ? known[name] : undefined;
      if (field === undefined) error(spot, `Field '${name}' is not supported`);
      else if (field.language !== undefined && field.language !== spot.language)
        wrongLanguage(name, field.language, spot);
      else field.check(item, inside(spot, name));
    }
    extra?.(value, spot);
  };
}

function checkRequired(value: JsonObject, known: Fields, spot: Spot): void {
  const missing = Object.entries(known)
    .filter(([, { required, language }]) => required && (language === undefined || language === spot.language))
    .map(([name]) => name)
    .filter((name) => !Object.hasOwn(value, name));
  if (missing.length > 0) error(spot, `These fields are required: [${missing.join(", ")}]`);
}

function wrongLanguage(name: string, language: QueryLanguage, spot: Spot): void {
  error(
    spot,
    `The QueryLanguage is set to '${spot.language}', but field '${name}' is only supported for the '${language}' QueryLanguage`,
  );
}

/** Reports when more than one of the fields is there. */
export function atMostOne(value: JsonObject, names: readonly string[], spot: Spot): void {
  if (present(value, names).length > 1) {
    error(spot, `There should only be one of the following fields: [${names.join(", ")}]`);
  }
}

/** Reports when none or more than one of the fields is there. */
export function exactlyOne(value: JsonObject, names: readonly string[], spot: Spot): void {
  if (present(value, names).length === 0) error(spot, `One of these fields is required: [${names.join(", ")}]`);
  atMostOne(value, names, spot);
}

/** A value may be written down or pointed to, not both. */
export function literalOrPath(value: JsonObject, name: string, spot: Spot): void {
  atMostOne(value, [name, `${name}Path`], spot);
}

export function present(value: JsonObject, names: readonly string[]): string[] {
  return names.filter((name) => Object.hasOwn(value, name));
}
