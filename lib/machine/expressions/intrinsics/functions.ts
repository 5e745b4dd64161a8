import type { Json } from "../../../json.js";
import type { Scope } from "../../scope.js";
import { arrayContains, arrayGetItem, arrayLength, arrayPartition, arrayRange, arrayUnique } from "./arrays.js";
import { format } from "./format.js";
import { hash } from "./hash.js";
import { jsonMerge, jsonToString, stringToJson } from "./json.js";
import { mathAdd, mathRandom } from "./math.js";
import { base64Decode, base64Encode, stringSplit } from "./strings.js";

/** A function of the States language. */
export interface IntrinsicFunction {
  /** The least and the greatest number of arguments. */
  readonly arity: readonly [least: number, most: number];
  /** The first argument is a template, whose escapes the function reads itself. */
  readonly template?: boolean;
  /** Throws IntrinsicError. */
  run(args: readonly Json[], scope: Scope): Json;
}

/** All intrinsic functions by their name after `States.`. */
export const FUNCTIONS = {
  Array: { arity: [0, Number.POSITIVE_INFINITY], run: (args) => args },
  ArrayContains: { arity: [2, 2], run: arrayContains },
  ArrayGetItem: { arity: [2, 2], run: arrayGetItem },
  ArrayLength: { arity: [1, 1], run: arrayLength },
  ArrayPartition: { arity: [2, 2], run: arrayPartition },
  ArrayRange: { arity: [3, 3], run: arrayRange },
  ArrayUnique: { arity: [1, 1], run: arrayUnique },
  Base64Decode: { arity: [1, 1], run: base64Decode },
  Base64Encode: { arity: [1, 1], run: base64Encode },
  Format: { arity: [1, Number.POSITIVE_INFINITY], template: true, run: format },
  Hash: { arity: [2, 2], run: hash },
  JsonMerge: { arity: [3, 3], run: jsonMerge },
  JsonToString: { arity: [1, 1], run: jsonToString },
  MathAdd: { arity: [2, 2], run: mathAdd },
  MathRandom: { arity: [2, 3], run: mathRandom },
  StringSplit: { arity: [2, 2], run: stringSplit },
  StringToJson: { arity: [1, 1], run: stringToJson },
  UUID: { arity: [0, 0], run: (_args, scope) => scope.uuid() },
} satisfies Record<string, IntrinsicFunction>;
