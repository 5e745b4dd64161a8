import { expect, test } from "vitest";
import { itemsOf } from "../../../lib/run/read/state-data.js";
import { gather } from "./pieces.js";

test("the elements of an array, as JSON text in order", async () => {
  expect(await gather(itemsOf([1, "a\n", { b: [null] }]))).toEqual({
    items: ["1", '"a\\n"', '{"b":[null]}'],
    keys: [],
  });
});

test("the pairs of an object, keys beside values", async () => {
  expect(await gather(itemsOf({ a: 1, b: { c: 2 } }))).toEqual({ items: ["1", '{"c":2}'], keys: ["a", "b"] });
});

test("many items come in several chunks whose source is the state data", async () => {
  let count = 0;
  for await (const { items, keys, source } of itemsOf(Object.fromEntries(new Array(5000).fill(0).entries()))) {
    expect(source).toBe("STATE_DATA");
    expect(keys).toHaveLength(items.length);
    expect(keys?.[0]).toBe(String(count));
    count += items.length;
  }
  expect(count).toBe(5000);
});

test("nothing from nothing, and an error from what cannot be iterated", async () => {
  expect((await gather(itemsOf([]))).items).toEqual([]);
  expect((await gather(itemsOf({}))).items).toEqual([]);
  for (const value of [1, "text", true, null]) {
    await expect(gather(itemsOf(value))).rejects.toThrow("Attempting to map over non-iterable node.");
  }
});
