import { task } from "fanout/task";

/** A city as a line of cities.jsonl. */
export interface City {
  readonly name: string;
  /** Degrees. */
  readonly lat: number;
  readonly lon: number;
}

export const handler = task(async (city: City) => ({ name: city.name, distance: Math.hypot(city.lat, city.lon) }));
