import type { Json } from "../../json.js";

/** True when arrays and objects are nested deeper than `limit`. Needs no call stack. */
export function isDeeperThan(value: Json, limit: number): boolean {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? (Object.values(item) as Json[]) : []));
  }
  return false;
}
