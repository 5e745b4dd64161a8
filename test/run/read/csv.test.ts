import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CsvOptions, readCsv } from "../../../lib/run/read/csv.js";
import { gather, inPieces } from "./pieces.js";

async function rows(text: string, options: Partial<CsvOptions> = {}, size = 1_000_000): Promise<string[]> {
  return (await gather(readCsv(inPieces(text, size), "s3://b/k", { delimiter: "COMMA", ...options }))).items;
}

describe("rows", () => {
  test("become objects of strings, keys sorted", async () => {
    expect(await rows("id,text,blank\n1,true,\n2,  x  ,null\n")).toEqual([
      '{"blank":"","id":"1","text":"true"}',
      '{"blank":"null","id":"2","text":"  x  "}',
    ]);
  });

  test("may lack cells or have too many, which is told once", async () => {
    const told: [number, number][] = [];
    const onRaggedRows = (count: number, line: number) => told.push([count, line]);
    expect(await rows("a,b\n1,2\n3\n4,5,6\n\n", { onRaggedRows })).toEqual([
      '{"a":"1","b":"2"}',
      '{"a":"3","b":""}',
      '{"a":"4","b":"5"}',
    ]);
    expect(told).toEqual([[2, 3]]);
    await rows("a,b\n1,2\n", { onRaggedRows });
    expect(told).toHaveLength(1);
  });

  test("the line of a ragged row counts the line feeds in quoted cells and the texts before", async () => {
    const told: number[] = [];
    const onRaggedRows = (_: number, line: number) => told.push(line);
    await rows('a,b\n"1\n\n1",2\n3\n', { onRaggedRows });
    await rows('a,b\n"1\n\n1",2\n3\n', { onRaggedRows }, 3);
    await rows(`a,b\n${'"x\n",y\n'.repeat(40_000)}3\n`, { onRaggedRows });
    expect(told).toEqual([5, 5, 80_002]);
  });

  test("a line with blanks is a row, an empty one is not", async () => {
    expect(await rows("a\nx\n\n   \n\r\ny")).toEqual(['{"a":"x"}', '{"a":"   "}', '{"a":"y"}']);
  });

  test("a file with nothing or with headers alone has none", async () => {
    expect(await rows("")).toEqual([]);
    expect(await rows("a,b\n")).toEqual([]);
    expect(await rows("a,b")).toEqual([]);
  });
});

describe("headers", () => {
  test("may be given, and then the first row is a row", async () => {
    expect(await rows("1,2\n", { headers: ["x", "w"] })).toEqual(['{"w":"2","x":"1"}']);
  });

  test("may end in an empty one, whose key is empty", async () => {
    expect(await rows("name,\nx,y,z\n,,,\n")).toEqual(['{"":"y","name":"x"}', '{"":"","name":""}']);
  });

  test("with duplicates are an error", async () => {
    const message = "CSV headers cannot contain duplicates.";
    const error = { name: "ItemReaderError", message, source: "s3://b/k" };
    await expect(rows("\na,b,a\n1,2,3\n")).rejects.toMatchObject({ ...error, line: 2 });
    await expect(rows("1,2\n", { headers: ["x", "x"] })).rejects.toMatchObject({ ...error, line: undefined });
  });

  test("lose the byte order mark, and keep what JSON must escape", async () => {
    expect(await rows('\ufeff"a ""q""",\tb\n1,2\n')).toEqual(['{"\\tb":"2","a \\"q\\"":"1"}']);
  });
});

describe("cells", () => {
  test.each([
    ["COMMA", ","],
    ["PIPE", "|"],
    ["SEMICOLON", ";"],
    ["SPACE", " "],
    ["TAB", "\t"],
  ] as const)("%s separates them", async (delimiter, character) => {
    const text = ["a,b", '1,"x,y"', "2,z"].join("\n").replaceAll(",", character);
    const joined = JSON.stringify(`x${character}y`);
    expect(await rows(text, { delimiter })).toEqual([`{"a":"1","b":${joined}}`, '{"a":"2","b":"z"}']);
  });

  test("a backslash escapes itself, a quote and the delimiter, and is dropped before anything else", async () => {
    expect(await rows('a,b\nC:\\\\x\\n,\\"q\\"\n"x\\"y",1\\,2\n')).toEqual([
      '{"a":"C:\\\\xn","b":"\\"q\\""}',
      '{"a":"x\\"y","b":"1,2"}',
    ]);
  });

  test("may hold control characters", async () => {
    expect(await rows("a,b\n\x01,\x1f\n1\t,2\n")).toEqual(['{"a":"\\u0001","b":"\\u001f"}', '{"a":"1\\t","b":"2"}']);
    expect(await rows("a,b\n1\r2,3\n")).toEqual(['{"a":"1\\r2","b":"3"}']);
  });

  test("lines may end in CR LF", async () => {
    expect(await rows('a,b\r\n1,2\r\n"3","4"\r\n5,"6"\r\n')).toEqual([
      '{"a":"1","b":"2"}',
      '{"a":"3","b":"4"}',
      '{"a":"5","b":"6"}',
    ]);
  });

  test("whatever is in them comes back, quoted or not and however the bytes are cut", async () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "é", "😀", " ", ",", '"', "\n", "\t", "1"), maxLength: 5 });
    const table = fc.array(fc.tuple(cell, cell, cell), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(table, fc.boolean(), fc.integer({ min: 1, max: 30 }), async (cells, isEager, size) => {
        const quote = (text: string) => (isEager || /[,"\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
        const text = `z,y,x\n${cells.map((row) => `${row.map(quote).join(",")}\n`).join("")}`;
        expect((await rows(text, {}, size)).map((item) => JSON.parse(item))).toEqual(
          cells.map(([z, y, x]) => ({ x, y, z })),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe("quotes", () => {
  test("that are not closed are an error where they began", async () => {
    await expect(rows('a,b\n1,2\n3,"x\ny,z\n')).rejects.toMatchObject({
      message: "A quoted field in the CSV file is not closed",
      line: 3,
      column: 3,
    });
  });

  test("with text after them are an error", async () => {
    await expect(rows('a,b\n"1"x,2\n')).rejects.toMatchObject({
      message: "A quoted field in the CSV file has text after its closing quote",
      line: 2,
      column: 1,
    });
  });

  test("inside a cell that is not quoted are text", async () => {
    expect(await rows('a,b\n5" pipe,2\n')).toEqual(['{"a":"5\\" pipe","b":"2"}']);
  });

  test("that are not closed do not hold a whole file", async () => {
    let given = 0;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a\n1\n"');
      for (;;) {
        given += 100_000;
        yield Buffer.alloc(100_000, "x\n");
      }
    };
    await expect(gather(readCsv(endless(), "s", { delimiter: "COMMA" }))).rejects.toMatchObject({
      name: "ItemReaderError",
      message: "A row has more than 8 MB, which is the most for an item",
      line: 3,
    });
    expect(given).toBeLessThan(20_000_000);
  });

  test("that hold a long cell do not cost the square of its length", async () => {
    const long = "x\n".repeat(2_000_000);
    expect((await rows(`a\n"${long}"\n`, {}, 65_536))[0]).toHaveLength('{"a":""}'.length + long.length * 1.5);
  });
});
