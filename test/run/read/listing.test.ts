import { expect, test } from "vitest";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import { formatDouble, readListing } from "../../../lib/run/read/listing.js";
import { gather } from "./pieces.js";

test("an object is an item in the spelling that map runs get", async () => {
  const store = memoryStore({ b: { 'p/"1".txt': "12345", "q/2.txt": "" } }, () => 1_712_345_678_901);
  const chunks = [];
  for await (const chunk of readListing(store, "b", "p/")) chunks.push(chunk);
  const etag = (await store.head("b", 'p/"1".txt')).etag.slice(1, -1);
  expect(chunks).toEqual([
    {
      source: "s3://b",
      items: [
        `{"Etag":"\\"${etag}\\"","Key":"p/\\"1\\".txt","LastModified":1.712345678E9,"Size":5,"StorageClass":"STANDARD"}`,
      ],
    },
  ]);
});

test("a long listing comes in chunks of a page", async () => {
  const store = memoryStore({ b: Object.fromEntries(Array.from({ length: 2500 }, (_, index) => [`k${index}`, ""])) });
  const sizes = [];
  for await (const { items } of readListing(store, "b", "")) sizes.push(items.length);
  expect(sizes).toEqual([1000, 1000, 500]);
  expect((await gather(readListing(store, "b", "none"))).items).toEqual([]);
});

test.each([
  [0, "0.0"],
  [9_999_999, "9999999.0"],
  [10_000_000, "1.0E7"],
  [1_712_345_678, "1.712345678E9"],
  [2_000_000_000, "2.0E9"],
  [1_710_000_000, "1.71E9"],
])("%d is %s as a Java double", (value, text) => {
  expect(formatDouble(value)).toBe(text);
});
