import fc from "fast-check";
import { expect, test } from "vitest";
import { type Json, JsonText } from "../../../lib/json.js";
import { Batcher } from "../../../lib/run/map-run/batcher.js";

/** All batches of some items, given in chunks. */
function batches(
  request: { maxItems?: number; maxInputBytes?: number; batchInput?: Json },
  chunks: readonly (readonly string[])[],
) {
  const { maxItems, maxInputBytes, batchInput } = request;
  const shared = batchInput === undefined ? undefined : JsonText.of(batchInput);
  const batcher = new Batcher({ maxItems, maxInputBytes, batchInput: shared });
  const blocks = [...chunks.map((chunk) => batcher.add(chunk)), batcher.rest()];
  return { texts: blocks.flatMap(({ texts }) => texts), counts: blocks.flatMap(({ counts }) => counts ?? []) };
}

const items = fc.array(
  fc.string({ unit: "binary", maxLength: 20 }).map((text) => JSON.stringify(text)),
  { maxLength: 60 },
);

test("no item is lost, doubled or moved, and no batch has more items or bytes than may be", () => {
  fc.assert(
    fc.property(
      fc.array(items, { maxLength: 4 }),
      fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
      fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
      fc.option(fc.constant({ shared: "é" }), { nil: undefined }),
      (chunks, maxItems, maxInputBytes, batchInput) => {
        const { texts, counts } = batches(
          Object.fromEntries(
            Object.entries({ maxItems, maxInputBytes, batchInput }).filter(([, value]) => value !== undefined),
          ),
          chunks,
        );
        const parsed = texts.map((text) => JSON.parse(text) as { BatchInput?: Json; Items: Json[] });
        expect(parsed.flatMap(({ Items }) => Items)).toEqual(chunks.flat().map((text) => JSON.parse(text)));
        expect(parsed.map(({ Items }) => Items.length)).toEqual(counts);
        for (const [index, { Items, BatchInput }] of parsed.entries()) {
          expect(BatchInput).toEqual(batchInput);
          expect(Items.length).toBeLessThanOrEqual(maxItems ?? Number.POSITIVE_INFINITY);
          const fits = Buffer.byteLength(texts[index] ?? "") <= (maxInputBytes ?? Number.POSITIVE_INFINITY);
          expect(fits || Items.length === 1).toBe(true);
        }
      },
    ),
  );
});

test("a batch is closed only when the next item would not fit: never earlier", () => {
  const item = JSON.stringify("a".repeat(8));
  const two = Buffer.byteLength(`{"Items":[${item},${item}]}`);
  expect(batches({ maxInputBytes: two }, [[item, item, item]]).counts).toEqual([2, 1]);
  expect(batches({ maxInputBytes: two - 1 }, [[item, item, item]]).counts).toEqual([1, 1, 1]);
});

test("without a byte limit a batch ends at 256 KiB", () => {
  const item = JSON.stringify("a".repeat(100_000));
  expect(batches({ maxItems: 100 }, [[item, item, item, item, item]]).counts).toEqual([2, 2, 1]);
});

test("the shared input comes first, and even one item is in a list", () => {
  expect(batches({ maxItems: 5, batchInput: { a: 1 } }, [["1"]]).texts).toEqual(['{"BatchInput":{"a":1},"Items":[1]}']);
});

test("no items make no batch", () => {
  expect(batches({ maxItems: 5 }, [[], []])).toEqual({ texts: [], counts: [] });
});
