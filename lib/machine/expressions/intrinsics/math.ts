import type { Json } from "../../../json.js";
import type { Scope } from "../../scope.js";
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
  const chance = seed === undefined ? scope.random() : seeded(integerArgument(seed, "MathRandom"));
  return from + Math.floor(chance * span);
}

const MASK = (1n << 48n) - 1n;
const MULTIPLIER = 0x5deece66dn;

/** The first double of java.util.Random with this seed, in [0, 1). */
function seeded(seed: number): number {
  const first = ((((BigInt(seed) ^ MULTIPLIER) & MASK) * MULTIPLIER) + 0xbn) & MASK;
  const second = (first * MULTIPLIER + 0xbn) & MASK;
  return Number(((first >> 22n) << 27n) + (second >> 21n)) / 2 ** 53;
}
