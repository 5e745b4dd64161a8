import type { Json } from "../../../json.js";
import { limitText, textArgument } from "./arguments.js";
import { IntrinsicError } from "./intrinsic-error.js";

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** Of UTF-8. */
export function base64Encode([text]: readonly Json[]): Json {
  return Buffer.from(limitText(textArgument(text, "Base64Encode"), "Base64Encode"), "utf8").toString("base64");
}

export function base64Decode([text]: readonly Json[]): Json {
  const encoded = limitText(textArgument(text, "Base64Decode"), "Base64Decode");
  if (!BASE64.test(encoded))
    throw new IntrinsicError("Invalid arguments in States.Base64Decode: the string is not Base64");
  return Buffer.from(encoded, "base64").toString("utf8");
}

/** Every character of the second argument parts the text; empty pieces are dropped. */
export function stringSplit([text, delimiters]: readonly Json[]): Json {
  const source = textArgument(text, "StringSplit");
  const parts = new Set(textArgument(delimiters, "StringSplit"));
  const pieces: string[] = [];
  let piece = "";
  for (const char of source) {
    if (!parts.has(char)) {
      piece += char;
      continue;
    }
    if (piece !== "") pieces.push(piece);
    piece = "";
  }
  if (piece !== "") pieces.push(piece);
  return pieces;
}
