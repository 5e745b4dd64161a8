import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../lib/json.js";
import { itemKey } from "../../lib/results/expected.js";

/** The same value with the keys of all its objects the other way round. */
function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, each]) => [key, turned(each as Json)]));
}

test("an item is recognised whatever the order of its keys and the blanks, and by its whole value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (one) => {
      const [text, again] = [JSON.stringify(one), JSON.stringify(turned(JSON.parse(JSON.stringify(one))), null, 2)];
      const key = itemKey({ status: "SUCCEEDED", input: text });
      expect(itemKey({ status: "SUCCEEDED", input: again })).toBe(key);
      expect(JSON.parse(key as string)).toEqual(JSON.parse(text));
    }),
  );
});
