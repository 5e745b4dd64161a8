import { isObject, type Json } from "../../../json.js";

/** A value that is no JSON: a function, or a number without a JSON form. */
export class UnsupportedResult extends Error {}

/** Characters that all texts and names of a result may have, far above the 256 KiB that a state may pass on. */
const MAX_CHARACTERS = 10 * 1024 * 1024;

/**
 * The result of an expression as plain JSON. The evaluator marks arrays it has made with properties of its own; those
 * are copied, everything else is shared. Throws UnsupportedResult.
 */
export function plainResult(value: unknown): Json {
  return plain(value, { characters: MAX_CHARACTERS });
}

interface Room {
  characters: number;
}

function plain(value: unknown, room: Room): Json {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return spend(value, room);
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return plainArray(value, room);
  if (typeof value === "object" && isObject(value) && !isLambda(value)) return plainObject(value, room);
  throw new UnsupportedResult();
}

/** Functions that are written in an expression are records of the evaluator. */
function isLambda(value: { readonly [key: string]: unknown }): boolean {
  return value._jsonata_lambda === true || value._jsonata_function === true;
}

function spend(text: string, room: Room): string {
  room.characters -= text.length + 1;
  if (room.characters < 0) throw new Error("Expression makes a result that is too large");
  return text;
}

function plainArray(array: readonly unknown[], room: Room): Json {
  spend("", room);
  let copy: Json[] | null = isMarked(array) ? [] : null;
  for (let index = 0; index < array.length; index += 1) {
    const item = plain(array[index], room);
    if (copy === null && item !== array[index]) copy = array.slice(0, index) as Json[];
    copy?.push(item);
  }
  return copy ?? (array as readonly Json[]);
}

function isMarked(array: readonly unknown[]): boolean {
  return "sequence" in array || "cons" in array || "keepSingleton" in array;
}

function plainObject(object: { readonly [key: string]: unknown }, room: Room): Json {
  const entries = Object.entries(object);
  let changed = false;
  const plainEntries = entries.map(([name, value]): [string, Json] => {
    const member = plain(value, room);
    if (member !== value) changed = true;
    return [spend(name, room), member];
  });
  return changed || isLazy(object) ? Object.fromEntries(plainEntries) : (object as Json & object);
}

/** `$states` itself has its context behind a getter. */
function isLazy(object: object): boolean {
  return Object.getOwnPropertyDescriptor(object, "context")?.get !== undefined;
}
