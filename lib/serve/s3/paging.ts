import type { ListCursor } from "../../adapters/store/file-listing.js";
import type { ObjectInfo } from "../../run/ports.js";

/** One page of a listing: objects and, between them, what stands for all that begin alike. */
export interface Page {
  readonly objects: readonly ObjectInfo[];
  readonly prefixes: readonly string[];
  /** First key of the next page, if there is one. */
  readonly next: string | undefined;
  /** The last object or prefix on the page. */
  readonly last: string | undefined;
}

export interface PageRequest {
  readonly prefix: string;
  /** `""`: none. */
  readonly delimiter: string;
  readonly size: number;
  /** First key that may be on the page. */
  readonly from: string;
}

/**
 * Takes a page off a listing that begins at `cursor`.
 *
 * @param cursor Moved over the keys that one prefix stands for, which are never looked at.
 */
export async function takePage(
  listing: AsyncIterable<ObjectInfo>,
  cursor: ListCursor,
  { prefix, delimiter, size }: PageRequest,
): Promise<Page> {
  const objects: ObjectInfo[] = [];
  const prefixes: string[] = [];
  if (size === 0) return { objects, prefixes, next: undefined, last: undefined };
  let last: string | undefined;
  for await (const info of listing) {
    if (objects.length + prefixes.length === size) return { objects, prefixes, next: info.key, last };
    const end = delimiter === "" ? -1 : info.key.indexOf(delimiter, prefix.length);
    if (end < 0) {
      objects.push(info);
      last = info.key;
      continue;
    }
    last = info.key.slice(0, end + delimiter.length);
    prefixes.push(last);
    const beyond = keyBeyond(last);
    if (beyond === undefined) break;
    cursor.from = beyond;
  }
  return { objects, prefixes, next: undefined, last };
}

/** The first key after `key`. */
export function keyAfter(key: string): string {
  return `${key}\0`;
}

/** The first key after all that begin with `prefix`; undefined when none can come after them. */
export function keyBeyond(prefix: string): string | undefined {
  const points = [...prefix].map((character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  // Surrogates are no characters: the one after U+D7FF is U+E000.
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
}
