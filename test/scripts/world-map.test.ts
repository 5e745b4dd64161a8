import fc from "fast-check";
import { describe, expect, test } from "vitest";

interface Position {
  readonly lat: number;
  readonly lon: number;
}

interface WorldMap {
  worldMap(
    places: Iterable<Position & { km: number }>,
    options: {
      columns: number;
      marks?: readonly (Position & { mark: string })[];
      paint?: (text: string, km: number) => string;
    },
  ): string[];
}

const { worldMap } = (await import(new URL("../../scripts/world-map.mjs", import.meta.url).href)) as WorldMap;

const dots = (lines: readonly string[]) =>
  [...lines.join("")].reduce((sum, char) => {
    const bits = (char.codePointAt(0) ?? 0) - 0x2800;
    return sum + (bits > 0 ? bits.toString(2).replaceAll("0", "").length : 0);
  }, 0);
const london = { lat: 51.5, lon: -0.1, km: 100 };

describe("worldMap", () => {
  test("is empty, and of the shape of the world, without places", () => {
    const lines = worldMap([], { columns: 80 });
    expect(lines).toHaveLength(15);
    expect(lines.join("")).toBe("");
  });

  test("puts west to the left of east, north above south, the date line at the right", () => {
    const column = (lon: number) => (worldMap([{ lat: 0, lon, km: 0 }], { columns: 80 }).find(Boolean) ?? "").length;
    const row = (lat: number) => worldMap([{ lat, lon: 0, km: 0 }], { columns: 80 }).findIndex(Boolean);
    expect([-157, -74, 0, 77, 151, 180].map(column)).toEqual([3, 22, 38, 55, 72, 78]);
    expect([70, 51, 0, -34].map(row)).toEqual([0, 3, 8, 12]);
  });

  test("has one dot for a place between its ends and none for one beyond them", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -90, max: 90, noNaN: true }),
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.integer({ min: 40, max: 140 }),
        (lat, lon, columns) => {
          const lines = worldMap([{ lat, lon, km: 0 }], { columns });
          expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
          if (lat > -56 && lat <= 78) expect(dots(lines)).toBe(1);
          // The last row reaches a little beyond the southern end.
          if (lat > 78 || lat < -65) expect(dots(lines)).toBe(0);
        },
      ),
    );
  });

  test("puts marks in the place of dots, side by side where they would cover each other", () => {
    const lines = worldMap([london], {
      columns: 80,
      marks: [
        { ...london, mark: "1" },
        { ...london, mark: "2" },
        { ...london, mark: "3" },
      ],
    });
    expect(lines.join("").trim()).toBe("213");
    expect(dots(lines)).toBe(0);
  });

  test("paints a cell by the mean of its places", () => {
    const painted: number[] = [];
    const paint = (text: string, km: number) => {
      painted.push(km);
      return `<${text}>`;
    };
    const lines = worldMap([london, { ...london, km: 300 }], { columns: 80, paint });
    expect(painted).toEqual([200]);
    expect(lines.join("").trim()).toMatch(/^<.>$/u);
  });
});
