import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BIG_CITIES } from "../../functions/big-cities.js";
import { type City, handler } from "../../functions/nearest.js";
import type { LambdaContext } from "../../lib/task/index.js";

const context = { getRemainingTimeInMillis: () => 60_000 } as LambdaContext;
const honolulu = { id: 5856195, name: "Honolulu", country: "US", population: 371657, lat: 21.30694, lon: -157.85833 };

const big = BIG_CITIES.split("\n").map((line) => {
  const [id, name, country, population, lat, lon] = line.split("|");
  return { id: Number(id), name, country, population: Number(population), lat: Number(lat), lon: Number(lon) };
});
const millions = big.filter(({ population }) => population > 1_000_000);

/** Great-circle distance in km by the haversine formula. */
function haversine(a: { lat: number; lon: number }, b: { lat: number; lon: number }): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (angle: number) => Math.sin(radians(angle) / 2) ** 2;
  const h = half(b.lat - a.lat) + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * half(b.lon - a.lon);
  return 2 * 6371.0088 * Math.asin(Math.min(1, Math.sqrt(h)));
}

const anywhere = fc.record({
  lat: fc.double({ min: -90, max: 90, noNaN: true }),
  lon: fc.double({ min: -180, max: 180, noNaN: true }),
});

describe("nearest", () => {
  test("finds the nearest city of over a million people", async () => {
    const found = await handler(honolulu, context);
    expect(found).toMatchObject({ name: "Honolulu", country: "US", nearest: "San Jose", nearestCountry: "US" });
    expect(Math.abs(found.km - 3_880)).toBeLessThan(10);
  });

  test("does not count a city as its own neighbour", async () => {
    const moscow = big.find(({ name }) => name === "Moscow");
    const found = await handler(moscow as City, context);
    expect(found).toMatchObject({ nearest: "Nizhniy Novgorod", nearestCountry: "RU" });
  });

  test("agrees with the haversine formula anywhere on Earth", async () => {
    await fc.assert(
      fc.asyncProperty(anywhere, async (place) => {
        const found = await handler({ ...honolulu, ...place, id: 0 }, context);
        const nearest = Math.min(...millions.map((city) => haversine(place, city)));
        const people = big.reduce((sum, city) => sum + city.population, 0);
        const mean = big.reduce((sum, city) => sum + city.population * haversine(place, city), 0) / people;
        expect(Math.abs(found.km - nearest)).toBeLessThan(0.1);
        expect(Math.abs(found.meanKm - mean)).toBeLessThan(0.1);
      }),
      { numRuns: 50 },
    );
  });

  test("takes the text of a CSV row for the numbers of a JSON line", async () => {
    const row = { ...honolulu, id: "5856195", population: "371657", lat: "21.30694", lon: "-157.85833" };
    expect(await handler(row, context)).toEqual(await handler(honolulu, context));
  });

  test.each([
    ["no latitude", { lat: "" }, "lat , lon"],
    ["a latitude beyond the pole", { lat: 91 }, "lat 91, lon"],
    ["a longitude beyond the date line", { lon: -180.5 }, "lon -180.5"],
    ["text for a longitude", { lon: "east" }, "lon east"],
  ])("refuses a place with %s", async (_, change, message) => {
    await expect(handler({ ...honolulu, ...change }, context)).rejects.toThrow(RangeError);
    await expect(handler({ ...honolulu, ...change }, context)).rejects.toThrow(message);
  });

  test("keeps the results of a batch when one place is nowhere", async () => {
    const outcomes = await handler({ Items: [honolulu, { ...honolulu, lat: 200 }, honolulu] }, context);
    expect(outcomes.map(({ status }) => status)).toEqual(["succeeded", "failed", "succeeded"]);
    expect(outcomes[1]).toMatchObject({ error: { name: "RangeError" } });
  });
});
