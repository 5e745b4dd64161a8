import { expect, test, vi } from "vitest";
import { memoryStore } from "../../lib/adapters/store/memory.js";
import { StoreWatch } from "../../lib/local/store-watch.js";
import type { ObjectStore } from "../../lib/run/ports.js";

/** A store of one object that comes in pieces of 100 bytes. */
const pieces = (count: number): ObjectStore => ({
  ...memoryStore(),
  get: async (_bucket, key) => ({
    key,
    size: count * 100,
    etag: '"x"',
    lastModified: 0,
    body: (async function* () {
      for (let at = 0; at < count; at++) yield new Uint8Array(100);
    })(),
  }),
});

async function drain(watch: StoreWatch): Promise<void> {
  for await (const _ of (await watch.get("b", "k")).body);
}

test("the part that was made use of is told when more is asked for", async () => {
  const onRead = vi.fn();
  await drain(new StoreWatch(pieces(4), onRead));
  expect(onRead.mock.calls).toEqual([[0.25], [0.5], [0.75]]);
});

test("several objects have no part in common", async () => {
  const onRead = vi.fn();
  const watch = new StoreWatch(pieces(2), onRead);
  await drain(watch);
  onRead.mockClear();
  await drain(watch);
  expect(onRead).not.toHaveBeenCalled();
});

test("what was written is noted when it is whole, by name for the first ones", async () => {
  const watch = new StoreWatch(memoryStore(), () => {});
  await (await watch.put("b", "abandoned")).abort();
  for (let at = 0; at < 102; at++) await (await watch.put("b", `k${at}`)).close();
  expect(watch.writtenCount).toBe(102);
  expect(watch.written).toHaveLength(100);
  expect(watch.written[0]).toEqual({ bucket: "b", key: "k0" });
});
