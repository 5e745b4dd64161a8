import { isObject, type Json, type JsonObject } from "../../json.js";
import { own, setOwn } from "./own.js";

/** `${Name}`, blanks allowed around the name. */
const PLACEHOLDER = /\$\{\s*([^}\s]+)\s*\}/g;

/** DefinitionSubstitutions in a definition that is text; a name without a value stays as it is. */
export function substituteText(text: string, substitutions: JsonObject): string {
  return text.replace(PLACEHOLDER, (placeholder, name: string) => {
    const value = own(substitutions, name);
    if (value === undefined) return placeholder;
    return typeof value === "string" ? value : JSON.stringify(value);
  });
}

/** The same in a definition that is an object: in its strings and in its keys. */
export function substituteValue(value: Json, substitutions: JsonObject): Json {
  if (typeof value === "string") return substituteText(value, substitutions);
  if (Array.isArray(value)) return value.map((item: Json) => substituteValue(item, substitutions));
  if (!isObject(value)) return value;
  const replaced: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    setOwn(replaced, substituteText(key, substitutions), substituteValue(item, substitutions));
  }
  return replaced;
}
