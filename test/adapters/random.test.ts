import { describe, expect, test } from "vitest";
import { seededRandom, systemRandom } from "../../lib/adapters/random.js";
import { randomContract } from "../contracts/random.js";

describe("systemRandom", () => randomContract(systemRandom));

describe("seededRandom", () => {
  randomContract(() => seededRandom(7));

  const draw = (seed: number | string) => {
    const random = seededRandom(seed);
    return [random.uuid(), random.next(), random.uuid(), random.next()];
  };

  test("the same seed gives the same sequence, today and in later versions", () => {
    expect(draw("seed")).toEqual(draw("seed"));
    expect(draw(1)[0]).toBe("760ef597-3424-4804-b10b-98548252d2d4");
  });

  test("a number and its digits are the same seed, as a flag of a command has to be", () => {
    expect(draw(42)).toEqual(draw("42"));
  });

  test("neighbouring seeds share nothing", () => {
    const seen = new Set(Array.from({ length: 1000 }, (_, seed) => draw(seed)).flat());
    expect(seen.size).toBe(4000);
  });

  test("numbers are spread evenly", () => {
    const random = seededRandom(3);
    const counts = new Array<number>(16).fill(0);
    for (let round = 0; round < 160_000; round++) {
      const bin = Math.floor(random.next() * 16);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    // Chi-square with 15 degrees of freedom: 37.7 is passed once in a thousand seeds, and this seed is fixed.
    expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(37.7);
  });
});
