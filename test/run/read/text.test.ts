import fc from "fast-check";
import { expect, test } from "vitest";
import { decode, decodeLines } from "../../../lib/run/read/text.js";
import { inPieces } from "./pieces.js";

const unicode = fc.string({ unit: "binary", maxLength: 60 });
const length = fc.integer({ min: 1, max: 9 });

async function texts(source: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const text of source) all.push(text);
  return all;
}

test("characters survive, wherever the bytes are cut", async () => {
  await fc.assert(
    fc.asyncProperty(unicode, length, async (text, size) => {
      const expected = text.startsWith("\ufeff") ? text.slice(1) : text;
      expect((await texts(decode(inPieces(text, size)))).join("")).toBe(expected);
      expect((await texts(decodeLines(inPieces(text, size)))).join("")).toBe(expected);
    }),
  );
});

test("no line is in two texts", async () => {
  const lines = fc.array(fc.string({ unit: fc.constantFrom("a", "é", "\r", "😀"), maxLength: 8 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(lines, length, async (all, size) => {
      const parts = await texts(decodeLines(inPieces(all.join("\n"), size)));
      for (const part of parts.slice(0, -1)) expect(part.endsWith("\n")).toBe(true);
    }),
  );
});

test("a byte order mark is left out at the start only", async () => {
  expect(await texts(decode(inPieces("\ufeffa\ufeff", 100)))).toEqual(["a\ufeff"]);
  expect((await texts(decode(inPieces("\ufeffab", 1)))).join("")).toBe("ab");
  for (const size of [1, 3]) {
    expect(await texts(decode(inPieces("\ufeff", size)))).toEqual([]);
    expect((await texts(decodeLines(inPieces("\ufeff", size)))).join("")).toBe("");
  }
});

test("bytes that are not UTF-8 do not stop the reading", async () => {
  async function* broken() {
    yield Uint8Array.of(0x61, 0xff, 0x62, 0xe2, 0x82);
  }
  expect((await texts(decode(broken()))).join("")).toMatch(/^a\ufffdb\ufffd+$/);
});

test("a long run of bytes comes as several texts", async () => {
  const parts = await texts(decode(inPieces("x".repeat(1_000_000), 1_000_000)));
  expect(parts.length).toBeGreaterThan(4);
  expect(parts.join("")).toHaveLength(1_000_000);
});
