import { isObject, type Json, type JsonObject } from "../../json.js";

/** Step Functions writes all members with a capital letter, whatever the service itself does. */
export function pascalKeys(value: Json): Json {
  return mapKeys(value, (key) => key.charAt(0).toUpperCase() + key.slice(1));
}

/** The way back, for a service whose members begin with a small letter. */
export function camelKeys(value: Json): Json {
  return mapKeys(value, (key) => key.charAt(0).toLowerCase() + key.slice(1));
}

function mapKeys(value: Json, name: (key: string) => string): Json {
  if (Array.isArray(value)) return value.map((item) => mapKeys(item, name));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value as JsonObject).map(([key, item]) => [name(key), mapKeys(item, name)]));
}
