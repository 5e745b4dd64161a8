import { expect, test } from "vitest";
import { checkFlags } from "../../../lib/cli/results/flags.js";

test.each([
  [{}, "jsonl"],
  [{ out: "a.CSV" }, "csv"],
  [{ out: "a.parquet" }, "parquet"],
  [{ out: "a.ndjson" }, "jsonl"],
  [{ out: "a.txt" }, "jsonl"],
  [{ out: "a.csv", format: "json" }, "json"],
] as const)("%j is written as %s", (flags, format) => {
  expect(checkFlags(flags, false)).toBe(format);
});

test("Parquet goes to a file or a pipe, not to a terminal", () => {
  expect(() => checkFlags({ format: "parquet" }, true)).toThrow(/not for a terminal: give --out FILE/);
  expect(checkFlags({ format: "parquet" }, false)).toBe("parquet");
  expect(checkFlags({ out: "a.parquet" }, true)).toBe("parquet");
});

test.each([
  [{ quiet: true, verbose: true }, /exclude each other/],
  [{ endpointUrl: "localhost:4566" }, /must begin with http/],
  [{ out: "./a.jsonl", items: "a.jsonl" }, /would write over the items/],
])("%j do not go together", (flags, why) => {
  expect(() => checkFlags(flags, false)).toThrow(why);
});
