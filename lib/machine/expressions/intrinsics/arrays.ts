import type { Json } from "../../../json.js";
import { equalJson } from "../equal.js";
import { arrayArgument, integerArgument } from "./arguments.js";
import { IntrinsicError } from "./intrinsic-error.js";

const MAX_RANGE = 1000;

export function arrayPartition([array, size]: readonly Json[]): Json {
  const items = arrayArgument(array, "ArrayPartition");
  const length = integerArgument(size, "ArrayPartition");
  if (length <= 0) throw new IntrinsicError("Invalid arguments in States.ArrayPartition: the size must be positive");
  const chunks: Json[] = [];
  for (let at = 0; at < items.length; at += length) chunks.push(items.slice(at, at + length));
  return chunks;
}

export function arrayContains([array, wanted]: readonly Json[]): Json {
  return arrayArgument(array, "ArrayContains").some((item) => equalJson(item, wanted ?? null));
}

/** Both ends are in the range. */
export function arrayRange([first, last, by]: readonly Json[]): Json {
  const [from, to, step] = [first, last, by].map((one) => integerArgument(one, "ArrayRange")) as [
    number,
    number,
    number,
  ];
  if (step === 0) throw new IntrinsicError("Invalid arguments in States.ArrayRange: the step must not be 0");
  const count = Math.floor((to - from) / step) + 1;
  if (count > MAX_RANGE) {
    throw new IntrinsicError(`Invalid arguments in States.ArrayRange: more than ${MAX_RANGE} items`);
  }
  return Array.from({ length: Math.max(0, count) }, (_, i) => from + i * step);
}

export function arrayGetItem([array, at]: readonly Json[]): Json {
  const item = arrayArgument(array, "ArrayGetItem")[integerArgument(at, "ArrayGetItem")];
  if (item === undefined) throw new IntrinsicError("Invalid arguments in States.ArrayGetItem: no item at that index");
  return item;
}

export function arrayLength([array]: readonly Json[]): Json {
  return arrayArgument(array, "ArrayLength").length;
}

/** The first of equal items stays. */
export function arrayUnique([array]: readonly Json[]): Json {
  const unique: Json[] = [];
  const seen = new Set<Json>();
  for (const item of arrayArgument(array, "ArrayUnique")) {
    const isNew =
      typeof item === "object" && item !== null ? !unique.some((one) => equalJson(one, item)) : !seen.has(item);
    if (isNew) unique.push(item);
    seen.add(item);
  }
  return unique;
}
