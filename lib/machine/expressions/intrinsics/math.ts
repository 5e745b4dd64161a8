import type { Json } from "../../../json.js";
import type { Scope } from "../../scope.js";
import { seededRandom } from "../java-random.js";
import { integerArgument } from "./arguments.js";
import { IntrinsicError } from "./intrinsic-error.js";

export function mathAdd([a, b]: readonly Json[]): Json {
  return integerArgument(a, "MathAdd") + integerArgument(b, "MathAdd");
}

/** An integer from the first argument on and below the second. The same seed gives the same number. */
export function mathRandom([first, end, seed]: readonly Json[], scope: Scope): Json {
  const from = integerArgument(first, "MathRandom");
  const span = integerArgument(end, "MathRandom") - from;
  if (span <= 0) throw new IntrinsicError("Invalid arguments in States.MathRandom: the end must be above the start");
  const chance = seed === undefined ? scope.random() : seededRandom(integerArgument(seed, "MathRandom"));
  return from + Math.floor(chance * span);
}
