import { expect, test } from "vitest";
import { layeredStore } from "../../../lib/adapters/store/layered.js";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import { objectStoreContract } from "../../contracts/object-store.js";

objectStoreContract(async (contents) => layeredStore({ bucket: memoryStore({ bucket: contents }) }, memoryStore()));

test("a bucket without a route is in the rest", async () => {
  const store = layeredStore({ a: memoryStore({ a: { k: "1" } }) }, memoryStore({ a: { k: "22" }, b: { k: "333" } }));
  expect((await store.head("a", "k")).size).toBe(1);
  expect((await store.head("b", "k")).size).toBe(3);
  await expect(store.head("toString", "k")).rejects.toMatchObject({ code: "NoSuchBucket" });
});
