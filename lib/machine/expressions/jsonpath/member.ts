import type { Json, JsonObject } from "../../../json.js";

/** The member of an object by its name; undefined for anything that is not an object, and for what it does not have. */
export function member(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const found = (value as { readonly [key: string]: Json })[name];
  // What every object inherits is a function or, for __proto__, the common prototype: neither is data.
  return typeof found === "function" || found === PROTOTYPE ? undefined : found;
}

const PROTOTYPE: unknown = Object.prototype;

/** Sets a member of an object that is still being made; `__proto__` is a name like any other. */
export function setMember(object: Record<string, Json>, name: string, value: Json): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[name] = value;
  }
}

/** A copy of one level of an object. Object.assign is some ten times as fast as spread where names are not known. */
export function copyObject(object: JsonObject | undefined): Record<string, Json> {
  // Object.assign would take a member that is called __proto__ for a prototype.
  if (object !== undefined && Object.hasOwn(object, "__proto__")) return Object.fromEntries(Object.entries(object));
  return Object.assign({}, object);
}
