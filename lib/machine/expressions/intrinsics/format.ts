import type { Json } from "../../../json.js";
import { javaText } from "../java-text.js";
import { textArgument } from "./arguments.js";
import { IntrinsicError } from "./intrinsic-error.js";

const PIECE = /\\(['{}\\])|(\{\})|([{}])/g;

/**
 * Fills the `{}` of a template with the arguments in order. `\{`, `\}`, `\'` and `\\` stand for the character after the
 * backslash. Objects and arrays are written as Java writes them, `{a=1, b=[x]}`.
 */
export function format([template, ...values]: readonly Json[]): Json {
  const text = textArgument(template, "Format");
  let used = 0;
  const out = text.replace(PIECE, (piece: string, escaped: string | undefined, place: string | undefined) => {
    if (escaped !== undefined) return escaped;
    if (place === undefined) throw new IntrinsicError(`Invalid template in States.Format: '${piece}' must be escaped`);
    const value = values[used];
    used += 1;
    return value === undefined ? "" : javaText(value);
  });
  if (used !== values.length) {
    throw new IntrinsicError(
      `Invalid arguments in States.Format: the template has ${used} places to fill in, but there are ${values.length} values`,
    );
  }
  return out;
}
