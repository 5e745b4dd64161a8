import { expect, test } from "vitest";
import { generatedObjects } from "../../../lib/adapters/store/virtual.js";
import { objectStoreContract } from "../../contracts/object-store.js";

const READ_ONLY = "read only";
objectStoreContract(
  async (contents) =>
    generatedObjects(
      Object.fromEntries(
        Object.entries(contents).map(([key, content]) => [
          key,
          async function* () {
            for (let at = 0; at < content.length; at += 1000) yield content.subarray(at, at + 1000);
          },
        ]),
      ),
    ),
  {
    "knows size, etag and time of an object, the same from head, get and list":
      "a size is not known before the content",
    "says which bucket is missing": "it answers for every bucket",
    "shows an object when it is closed, whole": READ_ONLY,
    "keeps the old object until the new one is closed": READ_ONLY,
    "leaves nothing of an object that is given up": READ_ONLY,
    "writes several objects at once, one of them empty": READ_ONLY,
    "makes the bucket that is written to": READ_ONLY,
  },
);

test("content is made anew for each reader, and only when it is read", async () => {
  let made = 0;
  const store = generatedObjects({
    async *k() {
      made++;
      yield Buffer.from("x");
    },
  });
  await store.head("b", "k");
  expect(made).toBe(0);
  for (let round = 1; round <= 2; round++) {
    for await (const _ of (await store.get("b", "k")).body) expect(made).toBe(round);
  }
});

test("a range ends the making of what is not needed", async () => {
  let yielded = 0;
  const store = generatedObjects({
    async *k() {
      for (;;) {
        yielded++;
        yield Buffer.from("0123456789");
      }
    },
  });
  let text = "";
  for await (const chunk of (await store.get("b", "k", { start: 8, end: 22 })).body) text += Buffer.from(chunk);
  expect(text).toBe("89012345678901");
  expect(yielded).toBe(3);
});

test("nothing can be put", async () => {
  await expect(generatedObjects({}).put("b", "k")).rejects.toMatchObject({ code: "AccessDenied" });
});
