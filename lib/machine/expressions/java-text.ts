import { isObject, type Json } from "../../json.js";

/**
 * A value as Java's `toString` writes it: `{a=1, b=[x, y]}`. That is how the service formats objects in texts,
 * `States.Format` included.
 */
export function javaText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => javaText(item)).join(", ")}]`;
  if (!isObject(value)) return String(value);
  const members = Object.entries(value).map(([name, item]) => `${name}=${javaText(item)}`);
  return `{${members.join(", ")}}`;
}
