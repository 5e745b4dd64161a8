import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import { objectStoreContract, wholeObjectStoreContract } from "../../contracts/object-store.js";

objectStoreContract(async (contents) => memoryStore({ bucket: contents }));
wholeObjectStoreContract(async (contents) => memoryStore({ bucket: contents }));

test("an etag is the MD5 of the content, as for an object put in one part", async () => {
  const { etag } = await memoryStore({ b: { k: "text" } }).head("b", "k");
  expect(etag).toBe(`"${createHash("md5").update("text").digest("hex")}"`);
});

test("times come from the clock that it is given", async () => {
  expect((await memoryStore({ b: { k: "" } }, () => 1234).head("b", "k")).lastModified).toBe(1234);
});

test("a later change of a chunk does not change what was written", async () => {
  const store = memoryStore();
  const chunk = Buffer.from("before");
  const writer = await store.put("b", "k");
  await writer.write(chunk);
  chunk.fill("x");
  await writer.close();
  for await (const part of (await store.get("b", "k")).body) expect(Buffer.from(part).toString()).toBe("before");
});
