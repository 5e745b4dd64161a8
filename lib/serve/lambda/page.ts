import { invalidParameter } from "./api-error.js";
import { Constraints } from "./constraints.js";

/** Entries of an answer; more can be asked for and are not given. */
const MOST = 50;

export interface Page<T> {
  readonly items: readonly T[];
  /** NextMarker. */
  readonly next: string | undefined;
}

/**
 * A part of a list that is in the order of its keys, from MaxItems and Marker of the query. A marker tells the last key
 * of the page before, so that nothing is lost or comes twice when the list changes between two pages.
 */
export function page<T>(list: readonly T[], keyOf: (item: T) => string, query: URLSearchParams): Page<T> {
  const asked = query.get("MaxItems");
  const constraints = new Constraints();
  if (asked !== null) constraints.range("maxItems", /^-?\d+$/.test(asked) ? Number(asked) : Number.NaN, 1, 10000);
  constraints.check();
  const count = Math.min(Number(asked ?? MOST), MOST);
  const marker = query.get("Marker");
  const after = marker === null || marker === "" ? undefined : decode(marker);
  const rest = after === undefined ? list : list.filter((item) => keyOf(item) > after);
  const items = rest.slice(0, count);
  const last = items.at(-1);
  return { items, next: rest.length > count && last !== undefined ? encode(keyOf(last)) : undefined };
}

function encode(key: string): string {
  return Buffer.from(`after:${key}`).toString("base64url");
}

function decode(marker: string): string {
  const text = Buffer.from(marker, "base64url").toString();
  if (!text.startsWith("after:")) throw invalidParameter(`Invalid Marker: ${marker}`);
  return text.slice("after:".length);
}
