import fc from "fast-check";
import { expect, test } from "vitest";
import { page } from "../../../lib/serve/stepfunctions/page.js";

const id = (item: number) => String(item);

/** All that the pages give; `between` changes the list after each page. */
function walk(items: readonly number[], maxResults: number, between: (items: readonly number[]) => readonly number[]) {
  const seen: number[] = [];
  let list = items;
  let nextToken: string | undefined;
  do {
    const { items: some, ...next } = page(list, id, "scope", { maxResults, nextToken });
    expect(some.length).toBeLessThanOrEqual(maxResults === 0 ? 100 : maxResults);
    seen.push(...some);
    nextToken = next.nextToken;
    list = between(list);
  } while (nextToken !== undefined);
  return seen;
}

const lists = fc.uniqueArray(fc.nat(), { maxLength: 250 });
const sizes = fc.integer({ min: 0, max: 120 });

test("pages give everything once and in order, and no token after the last", () => {
  fc.assert(
    fc.property(lists, sizes, (items, size) => {
      expect(walk(items, size, (list) => list)).toEqual(items);
    }),
  );
});

test("what is added before the page that was given moves nothing", () => {
  fc.assert(
    fc.property(lists, sizes, (items, size) => {
      let added = -1;
      expect(walk(items, size, (list) => [added--, ...list])).toEqual(items);
    }),
  );
});

test("tokens are not for other lists, and other texts are no tokens", () => {
  const { nextToken = "" } = page([1, 2], id, "one", { maxResults: 1 });
  expect(() => page([1, 2], id, "other", { nextToken })).toThrow("Invalid token");
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json().map(btoaOf)), (text) => {
      expect(() => page([1, 2], id, "one", { nextToken: text })).toThrow("Invalid token");
    }),
  );
});

function btoaOf(text: string): string {
  return Buffer.from(text).toString("base64");
}
