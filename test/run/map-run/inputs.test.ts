import { expect, test } from "vitest";
import type { ItemChunk } from "../../../lib/run/items.js";
import { type InputRules, Inputs } from "../../../lib/run/map-run/inputs.js";

const plain: InputRules = { select: null, batch: undefined };

async function* chunks(...parts: readonly (readonly string[])[]): AsyncGenerator<ItemChunk> {
  for (const items of parts) yield { items, source: "STATE_DATA" };
}

async function all(inputs: Inputs): Promise<{ text: string; count: number }[]> {
  const taken: { text: string; count: number }[] = [];
  while (!inputs.exhausted || inputs.ready) {
    if (inputs.hungry) await inputs.load();
    while (inputs.ready) taken.push(inputs.take());
  }
  return taken;
}

test("items that are only handed on keep their text, blanks and numbers as they came", async () => {
  const texts = ["1.0", '{ "a" : 1e2 }', '"\\u00e9"'];
  expect(await all(new Inputs(chunks(texts.slice(0, 2), [], texts.slice(2)), plain))).toMatchObject(
    texts.map((text) => ({ text, count: 1 })),
  );
});

test("the selector is told index, value, key and source of each item", async () => {
  const seen: unknown[] = [];
  const select: InputRules["select"] = (item) => {
    seen.push(item);
    return item.index;
  };
  async function* source(): AsyncGenerator<ItemChunk> {
    yield { items: ['{"x":1}'], keys: ["k"], source: "s3://b/k" };
    yield { items: ["2"], source: "STATE_DATA" };
  }
  expect((await all(new Inputs(source(), { select, batch: undefined }))).map(({ text }) => text)).toEqual(["0", "1"]);
  expect(seen).toEqual([
    { index: 0, value: { x: 1 }, key: "k", source: "s3://b/k" },
    { index: 1, value: 2, key: undefined, source: "STATE_DATA" },
  ]);
});

test("batches go across chunks, and the rest comes last", async () => {
  const batch = { maxItems: 2, maxInputBytes: undefined, batchInput: undefined };
  const inputs = new Inputs(chunks(["1"], ["2", "3"], ["4", "5"]), { select: null, batch });
  expect(await all(inputs)).toMatchObject([
    { text: '{"Items":[1,2]}', count: 2 },
    { text: '{"Items":[3,4]}', count: 2 },
    { text: '{"Items":[5]}', count: 1 },
  ]);
  expect(inputs.itemsRead).toBe(5);
});

test("no more than two blocks are read ahead", async () => {
  let read = 0;
  async function* endless(): AsyncGenerator<ItemChunk> {
    for (;;) {
      read += 1;
      yield { items: ["1"], source: "STATE_DATA" };
    }
  }
  const inputs = new Inputs(endless(), plain);
  await inputs.load();
  await inputs.load();
  expect(read).toBe(1);
  inputs.take();
  await inputs.load();
  expect(read).toBe(2);
  await inputs.close();
  expect(inputs.hungry).toBe(false);
});

test("an item of a batch that is no JSON is named by its position and source", async () => {
  const batch = { maxItems: 2, maxInputBytes: undefined, batchInput: undefined };
  await expect(all(new Inputs(chunks(["1"], ["{"]), { select: null, batch }))).rejects.toMatchObject({
    name: "ItemReaderError",
    message: expect.stringMatching(/^Item 1 of STATE_DATA is not valid JSON: /),
    item: 1,
  });
});

test("a source that fails when it is given up does no harm", async () => {
  async function* stubborn(): AsyncGenerator<ItemChunk> {
    try {
      yield { items: ["1"], source: "STATE_DATA" };
    } finally {
      // biome-ignore lint/correctness/noUnsafeFinally: a source whose cleaning up fails is what is tested.
      throw new Error("cannot close");
    }
  }
  const inputs = new Inputs(stubborn(), plain);
  await inputs.load();
  await expect(inputs.close()).resolves.toBeUndefined();
});
