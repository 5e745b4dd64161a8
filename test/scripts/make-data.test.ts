import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Papa from "papaparse";
import { afterAll, describe, expect, test } from "vitest";

interface MakeData {
  makeData(folder: string): { readonly jsonl: string; readonly csv: string; readonly written: boolean };
  bigCitiesModule(): string;
}

const script = new URL("../../scripts/make-data.mjs", import.meta.url);
const { makeData, bigCitiesModule } = (await import(script.href)) as MakeData;
const folder = mkdtempSync(join(tmpdir(), "fanout-data-"));
afterAll(() => rmSync(folder, { recursive: true }));

const made = makeData(folder);

describe("make-data", () => {
  test("writes the same places as JSON lines and as CSV, over 100,000 of them", () => {
    const lines = readFileSync(made.jsonl, "utf8").trimEnd().split("\n");
    const { data, errors } = Papa.parse(readFileSync(made.csv, "utf8"), { header: true, skipEmptyLines: true });
    expect(lines.length).toBeGreaterThan(100_000);
    expect(errors).toEqual([]);
    const asText = (line: string) =>
      Object.fromEntries(Object.entries(JSON.parse(line) as object).map(([name, value]) => [name, String(value)]));
    expect(data).toEqual(lines.map(asText));
  });

  test("leaves files alone that are up to date, and no other file behind", () => {
    const before = statSync(made.jsonl).mtimeMs;
    expect(makeData(folder)).toMatchObject({ written: false });
    expect(statSync(made.jsonl).mtimeMs).toBe(before);
    expect(readdirSync(folder).toSorted()).toEqual(["cities.csv", "cities.jsonl"]);
  });

  test("writes the same bytes again when a file is older than the package", () => {
    const other = mkdtempSync(join(tmpdir(), "fanout-data-"));
    try {
      const first = makeData(other);
      const bytes = readFileSync(first.jsonl);
      utimesSync(first.csv, 0, 0);
      expect(makeData(other)).toMatchObject({ written: true });
      expect(readFileSync(first.jsonl).equals(bytes)).toBe(true);
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  test("has made the module of big cities that is in the repository", () => {
    const file = new URL("../../functions/big-cities.ts", import.meta.url);
    expect(readFileSync(file, "utf8")).toBe(bigCitiesModule());
  });
});
