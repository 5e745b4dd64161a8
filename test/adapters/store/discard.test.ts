import { expect, test } from "vitest";
import { discardStore } from "../../../lib/adapters/store/discard.js";

test("takes an object, tells its size in bytes and forgets it", async () => {
  const store = discardStore(() => 5);
  const writer = await store.put("b", "k");
  await writer.write("é");
  await writer.write(new Uint8Array(3));
  expect(await writer.close()).toMatchObject({ key: "k", size: 5, lastModified: 5 });
  await expect(store.head("b", "k")).rejects.toMatchObject({ code: "NoSuchKey" });
  await expect(store.get("b", "k")).rejects.toMatchObject({ code: "NoSuchKey" });
  for await (const object of store.list("b", "")) expect.fail(object.key);
});
