import { task } from "fanout/task";
import { BIG_CITIES } from "./big-cities.js";

/** A place as a line of cities.jsonl or, all text, a row of cities.csv. */
export interface City {
  /** Of GeoNames. */
  readonly id: number | string;
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly population: number | string;
  /** Degrees, north and east positive. */
  readonly lat: number | string;
  readonly lon: number | string;
}

/** How far from other people a place is. Distances are in km along the surface of the Earth. */
export interface Isolation {
  readonly name: string;
  readonly country: string;
  /** The nearest city of over a million people, apart from the place itself. */
  readonly nearest: string;
  readonly nearestCountry: string;
  readonly km: number;
  /** The mean distance to everybody who lives in a big city. */
  readonly meanKm: number;
}

/** A unit vector from the centre of the Earth. */
interface Direction {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

interface BigCity extends Direction {
  readonly id: number;
  readonly name: string;
  readonly country: string;
  readonly population: number;
}

const EARTH_RADIUS_KM = 6371.0088;
const MILLION = 1_000_000;

// Made once a worker, as on Lambda once an execution environment, and used by every item that the worker gets.
const bigCities = BIG_CITIES.split("\n").map((line): BigCity => {
  const [id, name = "", country = "", population, lat, lon] = line.split("|");
  return { id: Number(id), name, country, population: Number(population), ...direction(Number(lat), Number(lon)) };
});
const everybody = bigCities.reduce((sum, { population }) => sum + population, 0);

/** Measures a place against every big city of the world. */
export const handler = task(async (city: City): Promise<Isolation> => {
  const here = directionOf(city);
  const id = Number(city.id);
  let nearest: BigCity | undefined;
  let least = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (const big of bigCities) {
    const angle = angleBetween(here, big);
    sum += big.population * angle;
    if (angle < least && big.population > MILLION && big.id !== id) {
      least = angle;
      nearest = big;
    }
  }
  return {
    name: city.name,
    country: city.country,
    nearest: nearest?.name ?? "",
    nearestCountry: nearest?.country ?? "",
    km: kilometres(least),
    meanKm: kilometres(sum / everybody),
  };
});

/** Throws RangeError for a place without coordinates or with impossible ones. */
function directionOf({ id, name, lat, lon }: City): Direction {
  const phi = Number.parseFloat(String(lat));
  const lambda = Number.parseFloat(String(lon));
  if (Math.abs(phi) <= 90 && Math.abs(lambda) <= 180) return direction(phi, lambda);
  throw new RangeError(`${name} (${id}) is nowhere on Earth: lat ${lat}, lon ${lon}`);
}

function direction(lat: number, lon: number): Direction {
  const phi = (lat * Math.PI) / 180;
  const lambda = (lon * Math.PI) / 180;
  return { x: Math.cos(phi) * Math.cos(lambda), y: Math.cos(phi) * Math.sin(lambda), z: Math.sin(phi) };
}

/** In radians, by the chord, which is exact for neighbours too. */
function angleBetween(a: Direction, b: Direction): number {
  const x = a.x - b.x;
  const y = a.y - b.y;
  const z = a.z - b.z;
  return 2 * Math.asin(Math.min(1, Math.sqrt(x * x + y * y + z * z) / 2));
}

/** To 100 m. */
function kilometres(angle: number): number {
  return Math.round(angle * EARTH_RADIUS_KM * 10) / 10;
}
