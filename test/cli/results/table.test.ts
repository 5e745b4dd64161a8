import fc from "fast-check";
import { parquetReadObjects } from "hyparquet";
import Papa from "papaparse";
import { describe, expect, test } from "vitest";
import { type Column, Columns } from "../../../lib/cli/results/columns.js";
import { csv } from "../../../lib/cli/results/csv.js";
import { parquet } from "../../../lib/cli/results/parquet.js";
import { table } from "../../../lib/cli/results/table.js";
import type { Target } from "../../../lib/cli/results/writer.js";
import type { Result } from "../../../lib/results/result.js";

const of = (output: unknown): Result => ({ status: "SUCCEEDED", output: JSON.stringify(output), count: 1 });

function columnsOf(...outputs: unknown[]): readonly Column[] {
  const columns = new Columns();
  for (const output of outputs) columns.rowOf(of(output));
  return columns.all.filter(({ name }) => name !== "status");
}

/** A target that keeps what it gets. */
function memory(): Target & { bytes: () => Buffer } {
  const chunks: Uint8Array[] = [];
  return {
    write: (text) => void chunks.push(Buffer.from(text)),
    append: (bytes) => void chunks.push(bytes),
    bytes: () => Buffer.concat(chunks),
  };
}

describe("columns", () => {
  test.each([
    [[1, 2], "integer"],
    [[1, 2.5], "number"],
    [[2 ** 60], "number"],
    [[true, false], "boolean"],
    [["a"], "text"],
    [[null], "text"],
    [[null, 3], "integer"],
    [[1, "a"], "json"],
    [[true, 1], "json"],
    [[[1]], "json"],
    [[{}], "json"],
  ])("of %j are %s", (outputs, type) => {
    expect(columnsOf(...outputs)).toEqual([{ name: "output", type }]);
  });

  test("are the members of objects, however deep, also where others have none", () => {
    expect(columnsOf({ a: { b: 1 } }, 7, { a: { c: "x" } })).toEqual([
      { name: "output.a.b", type: "integer" },
      { name: "output", type: "integer" },
      { name: "output.a.c", type: "text" },
    ]);
  });

  test("are not as many as an object may have members", () => {
    const wide = (from: number) => Object.fromEntries(Array.from({ length: 1500 }, (_, at) => [`k${from + at}`, at]));
    const columns = columnsOf(wide(0), wide(1500), wide(3000));
    expect(columns.length).toBeLessThan(3100);
    expect(columns.at(-1)).toEqual({ name: "output", type: "json" });
  });
});

const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.record({
    a: fc.string(),
    b: fc.oneof(fc.integer(), fc.constant(null)),
    c: fc.double({ noNaN: true, noDefaultInfinity: true }),
  }),
);
const outputs = fc.array(value, { minLength: 1, maxLength: 20 });

test("CSV has every row and every value, spilled or not", async () => {
  await fc.assert(
    fc.asyncProperty(outputs, fc.constantFrom(1, undefined), async (given, limit) => {
      const target = memory();
      const writer = table(csv(target), limit);
      for (const output of given) await writer.add(of(output));
      await writer.end();
      await writer.close();
      const { data } = Papa.parse<string[]>(target.bytes().toString(), { newline: "\r\n", skipEmptyLines: "greedy" });
      expect(data).toHaveLength(given.length + 1);
      const [names = [], ...rows] = data;
      const columns = new Columns();
      for (const [at, output] of given.entries()) {
        for (const [name, cell] of columns.rowOf(of(output))) {
          const text = cell === null ? "" : typeof cell === "object" ? cell.json : String(cell);
          expect(rows[at]?.[names.indexOf(name)]).toBe(text);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("Parquet has every row and every value, in groups of rows", async () => {
  const target = memory();
  const writer = table(await parquet(target), 100_000);
  const count = 25_000;
  for (let at = 0; at < count; at++) {
    await writer.add({
      ...of({ at, half: at / 2, even: at % 2 === 0, text: `é${at}`, mixed: at % 3 === 0 ? "[x" : at }),
      index: at,
    });
  }
  await writer.end();
  await writer.close();
  const bytes = target.bytes();
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const rows = await parquetReadObjects({ file });
  expect(rows).toHaveLength(count);
  for (const at of [0, 1, 9_999, 10_000, count - 1]) {
    expect(rows[at]).toEqual({
      index: BigInt(at),
      status: "SUCCEEDED",
      "output.at": BigInt(at),
      "output.half": at / 2,
      "output.even": at % 2 === 0,
      "output.text": `é${at}`,
      "output.mixed": at % 3 === 0 ? '"[x"' : String(at),
    });
  }
});
