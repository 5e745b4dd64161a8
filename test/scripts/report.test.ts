import { describe, expect, test } from "vitest";

interface Place {
  readonly name: string;
  readonly country: string;
  readonly population: number;
  readonly lat: number;
  readonly lon: number;
  readonly nearest: string;
  readonly nearestCountry: string;
  readonly km: number;
  readonly meanKm: number;
}

interface Report {
  report(places: readonly Place[], options?: { columns?: number; color?: boolean }): string;
}

const { report } = (await import(new URL("../../scripts/report.mjs", import.meta.url).href)) as Report;

const found = { population: 5_000, nearest: "San Jose", nearestCountry: "US" };
const kailua = { ...found, name: "Kailua", country: "US", lat: 21.4, lon: -157.7, km: 3_870, meanKm: 10_700 };
const hilo = { ...found, name: "Hilo", country: "US", lat: 19.7, lon: -155.1, km: 3_730, meanKm: 10_900 };
const apia = { ...found, name: "Apia", country: "WS", lat: -13.8, lon: -171.8, km: 3_900, meanKm: 12_000 };
const cupertino = { ...found, name: "Cupertino", country: "US", lat: 37.3, lon: -122, km: 12, meanKm: 9_900 };
const hamlet = { ...apia, name: "Hamlet", population: 12, km: 9_000 };
const places = [kailua, hilo, apia, cupertino, hamlet];

function lineWith(text: string, word: string): string | undefined {
  return text.split("\n").find((line) => line.includes(word));
}

describe("report", () => {
  test("names the remotest town of each country, farthest first, and no hamlet", () => {
    const text = report(places);
    expect(lineWith(text, "Apia")).toMatch(/^1 {2}Apia +Samoa +5,000 +3,900 +San Jose, United States$/);
    expect(lineWith(text, "Kailua")).toMatch(/^2 {2}Kailua +United States/);
    expect(text).not.toContain("Hilo");
    expect(text).not.toContain("Hamlet");
  });

  test("counts every place in its class of distance", () => {
    const text = report(places);
    expect(lineWith(text, " 0 to 50 km")).toMatch(/km +1 {2}█+$/);
    expect(lineWith(text, "over 2000 km")).toMatch(/km +4 {2}█+$/);
    expect(lineWith(text, "250 to 500 km")).toMatch(/km +0$/);
  });

  test("tells the ends of the mean distance", () => {
    const text = report(places);
    expect(lineWith(text, "shortest")).toMatch(/Cupertino, United States +9,900 km$/);
    expect(lineWith(text, "longest")).toMatch(/Apia, Samoa +12,000 km$/);
  });

  test.each([60, 80, 120])("keeps every line within %d columns", (columns) => {
    const far = { ...apia, name: "A town whose name is longer than any terminal is wide, or nearly so" };
    for (const line of report([...places, { ...far, km: 4_000 }], { columns }).split("\n")) {
      expect([...line].length).toBeLessThan(columns);
    }
  });

  test("has escape sequences only when colour is asked for, and the same text either way", () => {
    const plain = report(places, { columns: 80 });
    const coloured = report(places, { columns: 80, color: true });
    expect(plain).not.toContain("\x1b");
    expect(coloured).toContain("\x1b[38;5;");
    expect(coloured.replace(/\x1b\[[\d;]+m/g, "")).toBe(plain);
  });

  test("shows no towns when there are none", () => {
    expect(report([hamlet])).not.toContain("shortest");
  });
});
