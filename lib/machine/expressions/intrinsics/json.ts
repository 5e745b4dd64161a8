import type { Json } from "../../../json.js";
import { copyObject, setMember } from "../jsonpath/member.js";
import { objectArgument, textArgument } from "./arguments.js";
import { IntrinsicError } from "./intrinsic-error.js";

/** Empty text gives null. */
export function stringToJson([text]: readonly Json[]): Json {
  const source = textArgument(text, "StringToJson");
  if (source.trim() === "") return null;
  try {
    return JSON.parse(source) as Json;
  } catch {
    throw new IntrinsicError("Invalid arguments in States.StringToJson: the string is not JSON");
  }
}

export function jsonToString([value]: readonly Json[]): Json {
  return JSON.stringify(value);
}

/** Only the shallow merge exists; members of the second object win. */
export function jsonMerge([left, right, deep]: readonly Json[]): Json {
  if (deep !== false) {
    throw new IntrinsicError(
      "Invalid arguments in States.JsonMerge: the third one must be false, deep merge is not supported",
    );
  }
  const merged = copyObject(objectArgument(left, "JsonMerge"));
  for (const [name, value] of Object.entries(objectArgument(right, "JsonMerge"))) setMember(merged, name, value);
  return merged;
}
