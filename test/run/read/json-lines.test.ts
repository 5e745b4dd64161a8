import fc from "fast-check";
import { expect, test } from "vitest";
import { readJsonLines } from "../../../lib/run/read/json-lines.js";
import { gather, inPieces } from "./pieces.js";

const items = async (text: string, size = 1_000_000) => (await gather(readJsonLines(inPieces(text, size), "s"))).items;

test("every line is an item, whatever values and however the bytes are cut", async () => {
  const values = fc.array(fc.jsonValue(), { maxLength: 20 });
  const ending = fc.constantFrom("\n", "\r\n", "\n\n", "\n \t\r\n");
  await fc.assert(
    fc.asyncProperty(values, ending, fc.boolean(), fc.integer({ min: 1, max: 50 }), async (all, end, isEnded, size) => {
      const lines = all.map((value) => JSON.stringify(value));
      const text = lines.join(end) + (isEnded ? end : "");
      expect(await items(text, size)).toEqual(lines);
    }),
  );
});

test("where the items begin in their text is told", async () => {
  const long = Array.from({ length: 5000 }, (_, index) => index).join("\n");
  for (const text of ["\ufeff1\r\n\n 22 \n[3]", long]) {
    for await (const { items, lines } of readJsonLines(inPieces(text, 7000), "s")) {
      expect(
        items.map((item, at) => lines?.text.slice(lines.starts[at], (lines.starts[at] ?? 0) + item.length)),
      ).toEqual(items);
    }
  }
});

test("a byte order mark and blank lines are no items", async () => {
  expect(await items("\ufeff\n\n{}\n\n")).toEqual(["{}"]);
  expect(await items("")).toEqual([]);
  expect(await items(" \r\n")).toEqual([]);
});

test("a line is kept as it is, JSON or not", async () => {
  expect(await items('{"a": 1.0} \nnonsense\n')).toEqual(['{"a": 1.0} ', "nonsense"]);
});

test("a line of more than 8 MB is told of, before all of it has been read", async () => {
  let given = 0;
  const endless = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from("1\n\n2\n");
    for (;;) {
      given += 100_000;
      yield Buffer.alloc(100_000, "x");
    }
  };
  await expect(gather(readJsonLines(endless(), "s"))).rejects.toMatchObject({
    name: "ItemReaderError",
    message: "A line has more than 8 MB, which is the most for an item",
    line: 4,
  });
  expect(given).toBeLessThan(9_000_000);
});

test("a line longer than any chunk is one item", async () => {
  const long = JSON.stringify("é".repeat(500_000));
  expect(await items(`1\n${long}\n2`, 65_536)).toEqual(["1", long, "2"]);
});

test("chunks have at most a few thousand items, each with the source", async () => {
  let total = 0;
  for await (const chunk of readJsonLines(inPieces("1\n".repeat(50_000), 1_000_000), "s3://b/k")) {
    expect(chunk.items.length).toBeLessThanOrEqual(4096);
    expect(chunk).toMatchObject({ source: "s3://b/k", keys: undefined });
    total += chunk.items.length;
  }
  expect(total).toBe(50_000);
});
