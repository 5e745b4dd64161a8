import { isObject, type Json, type JsonObject } from "../../../json.js";
import { IntrinsicError } from "./intrinsic-error.js";

/** Arguments longer than this are refused by Base64 and hash functions, in characters. */
const MAX_TEXT = 10_000;

export function arrayArgument(value: Json | undefined, name: string): readonly Json[] {
  if (!Array.isArray(value)) throw new IntrinsicError(`Invalid arguments in States.${name}: an array is expected`);
  return value;
}

export function textArgument(value: Json | undefined, name: string): string {
  if (typeof value !== "string") throw new IntrinsicError(`Invalid arguments in States.${name}: a string is expected`);
  return value;
}

export function objectArgument(value: Json | undefined, name: string): JsonObject {
  if (!isObject(value)) throw new IntrinsicError(`Invalid arguments in States.${name}: an object is expected`);
  return value;
}

/** A number as an integer: halves are rounded towards positive infinity, as Java's Math.round does. */
export function integerArgument(value: Json | undefined, name: string): number {
  if (typeof value !== "number") throw new IntrinsicError(`Invalid arguments in States.${name}: a number is expected`);
  return Math.round(value) + 0;
}

export function limitText(text: string, name: string): string {
  if (text.length > MAX_TEXT) {
    throw new IntrinsicError(`Invalid arguments in States.${name}: longer than ${MAX_TEXT} characters`);
  }
  return text;
}
