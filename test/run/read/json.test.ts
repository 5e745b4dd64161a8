import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ItemReaderError } from "../../../lib/run/items.js";
import { readJson } from "../../../lib/run/read/json.js";
import { gather, inPieces } from "./pieces.js";

const read = (text: string, pointer = "", size = 1_000_000) =>
  gather(readJson(inPieces(text, size), "s3://b/k", pointer));

/** More than is checked before the first item, so that what follows is read as it streams. */
/** A value of a million characters, and more blanks before it than a document has that is read whole. */
const VALUE = JSON.stringify("x".repeat(1_000_000));
const LARGE = " ".repeat(9 * 1024 * 1024) + VALUE;

async function failure(reading: Promise<unknown>): Promise<ItemReaderError> {
  return reading.then(
    () => expect.fail("expected an error"),
    (error: ItemReaderError) => error,
  );
}

describe("an array", () => {
  test("gives its elements, however it is laid out and cut", async () => {
    const layout = fc.constantFrom(undefined, 2, "\t", "\r");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue()),
        layout,
        fc.integer({ min: 1, max: 40 }),
        async (values, indent, size) => {
          const { items, keys } = await read(`\ufeff ${JSON.stringify(values, null, indent)}\n`, "", size);
          expect(items.map((item) => JSON.parse(item))).toEqual(JSON.parse(JSON.stringify(values)));
          expect(keys).toEqual([]);
          for (const item of items) expect(item).not.toMatch(/[\r\n]/);
        },
      ),
    );
  });

  test("keeps the text of an element: numbers and blanks as they were written", async () => {
    const text = '[1.0, 12345678901234567890 ,{"a" : 1e2},"\\u00e9"]';
    expect((await read(text)).items).toEqual(["1.0", "12345678901234567890", '{"a" : 1e2}', '"\\u00e9"']);
  });

  test("may be empty", async () => {
    expect((await read(" [ \n ] ")).items).toEqual([]);
  });

  test("streams when it is large: elements across texts, none lost", async () => {
    const values = Array.from({ length: 120_000 }, (_, index) => ({ index, text: `${"é".repeat(index % 50)}"],[\\` }));
    const { items } = await read(JSON.stringify(values, null, 1), "", 100_003);
    expect(items).toHaveLength(values.length);
    expect(items.every((item, index) => JSON.parse(item).text === values[index]?.text)).toBe(true);
    expect((await read(`[${LARGE},1]`, "", 65_536)).items.map((item) => item.length)).toEqual([VALUE.length, 1]);
  });
});

describe("an object", () => {
  test("gives its pairs, keys beside values", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.integer({ min: 1, max: 40 }),
        async (value, size) => {
          const entries = Object.entries(JSON.parse(JSON.stringify(value)));
          const { items, keys } = await read(JSON.stringify(value, null, 1), "", size);
          expect(keys).toEqual(entries.map(([key]) => key));
          expect(items.map((item) => JSON.parse(item))).toEqual(entries.map(([, item]) => item));
        },
      ),
    );
  });

  test("streams when it is large", async () => {
    const { items, keys } = await read(`{"a":${LARGE} , "b\\"" : {"c":[]}}`, "", 65_536);
    expect(keys).toEqual(["a", 'b"']);
    expect(items[1]).toBe('{"c":[]}');
  });
});

describe("ItemsPointer", () => {
  const document = { a: { "b/c": [{}, { "~x": { items: [1, 2] } }], "": [3] }, z: [4] };
  test.each([
    ["/a/b~1c/1/~0x/items", ["1", "2"]],
    ["/a/", ["3"]],
    ["/z", ["4"]],
    ["", [JSON.stringify(document.a), "[4]"]],
    ["/a/b~1c", ["{}", JSON.stringify(document.a["b/c"][1])]],
  ])("%s", async (pointer, expected) => {
    expect((await read(JSON.stringify(document), pointer)).items).toEqual(expected);
    expect(
      (await read(JSON.stringify(document, null, 2), pointer, 3)).items.map((item) => item.replaceAll(": ", ":")),
    ).toEqual(expected);
  });

  test("has to lead into the first 16 MB of a file, as with Step Functions", async () => {
    const text = `{"skip":[${LARGE},${LARGE}],"items":[1]}`;
    expect((await failure(read(text, "/items", 65_536))).message).toBe(
      "What is at the ItemsPointer /items does not begin in the first 16 MB of the file",
    );
  });

  test("finds its array behind megabytes of other things, keeping none of them", async () => {
    const text = `{"skip":[${LARGE}],"data":{"n":1,"items":[1,2]},"rest":${LARGE}}`;
    expect((await read(text, "/data/items", 65_536)).items).toEqual(["1", "2"]);
  });

  test.each(["/nothing", "/a/b~1c/2", "/a/b~1c/01", "/a/b~1c/-", "/z/0/x"])("%s leads nowhere", async (pointer) => {
    const { message } = await failure(read(JSON.stringify(document), pointer));
    expect(message).toContain("Attempting to map over non-iterable node.");
    expect(message).toContain(pointer);
  });

  test("must be a JSON Pointer", async () => {
    expect((await failure(read("[]", "$.items"))).message).toBe(
      'ItemsPointer must be empty or begin with "/": $.items',
    );
  });
});

describe("mistakes", () => {
  test.each(["1", '"text"', "null", "true"])("%s cannot be iterated", async (text) => {
    expect((await failure(read(text))).message).toBe("Attempting to map over non-iterable node.");
  });

  test.each([
    ['[{"a":1},\n {"a":', 2, 7, "Unexpected end of JSON input inside an object"],
    ["", 1, 1, "Unexpected end of JSON input"],
    ["[1,\n2\n}", 3, 1, 'Expected "," or "]" in JSON, got "}"'],
    ["[1]\n[2]", 2, 1, 'Expected nothing more in JSON, got "["'],
  ])("a small document that is broken gives no item: %j", async (text, line, column, message) => {
    const reading = readJson(inPieces(text, 4), "s3://b/k", "");
    await expect(reading.next()).rejects.toMatchObject({
      name: "ItemReaderError",
      message,
      line,
      column,
      source: "s3://b/k",
    });
  });

  test.each([
    [`[${LARGE},\n1,\n  {"a":`, 3, 8, "Unexpected end of JSON input"],
    [`[${LARGE},\n1 2]`, 2, 3, 'Expected "," or "]" in JSON, got "2"'],
    [`[${LARGE},\n]`, 2, 1, 'Expected a value in JSON, got "]"'],
    [`[${LARGE},\n01]`, 2, 1, 'Expected a value in JSON, got "0"'],
    [`[${LARGE}]\n\n x`, 3, 2, 'Expected nothing more in JSON, got "x"'],
    [`{"a":${LARGE},\n b:1}`, 2, 2, 'Expected a key in JSON, got "b"'],
    [`{"a":${LARGE}\n,"b" 1}`, 2, 6, 'Expected ":" in JSON, got "1"'],
    [`{"a":${LARGE}`, 1, LARGE.length + 6, "Unexpected end of JSON input"],
    ["[".padEnd(9 * 1024 * 1024), 1, 9 * 1024 * 1024 + 1, "Unexpected end of JSON input"],
  ])("a large document that is broken says where (%#)", async (text, line, column, message) => {
    expect(await failure(read(text, "", 65_536))).toMatchObject({ message, line, column });
  });

  test("an item of more than 8 MB is told of where it is, in a file of any size", async () => {
    const huge = JSON.stringify("x".repeat(8 * 1024 * 1024));
    expect(await failure(read(`[1,\n ${huge}]`, "", 65_536))).toMatchObject({
      message: "An item has more than 8 MB, which is the most",
      line: 2,
    });
    const largest = JSON.stringify("x".repeat(8 * 1024 * 1024 - 2));
    expect((await read(`[${largest}]`, "", 65_536)).items).toEqual([largest]);
  });

  test("a large document cut off after the items is still an error", async () => {
    expect((await failure(read(`{"a":[1],"b":${LARGE}`, "/a", 65_536))).message).toBe("Unexpected end of JSON input");
  });
});
