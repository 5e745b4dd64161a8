import fc from "fast-check";
import { expect, test } from "vitest";
import type { ChildRecord } from "../../../lib/run/items.js";
import { type Gathered, Gatherer } from "../../../lib/run/map-run/gatherer.js";

interface Child extends Gathered {
  hasEnded: boolean;
}

const child = (index: number): Child => ({ index, hasEnded: false }) as Child;

function gathererOf(sink: (record: ChildRecord) => void | Promise<void>) {
  const held = { now: 0, times: 0 };
  const gatherer = new Gatherer<Child>(sink, () => {
    held.now += 1;
    held.times += 1;
    return () => {
      held.now -= 1;
    };
  });
  return { gatherer, held };
}

test("children that end in any order come out in item order, each once", () => {
  fc.assert(
    fc.property(fc.nat({ max: 5000 }), fc.integer(), (size, seed) => {
      const out: number[] = [];
      const { gatherer } = gathererOf(({ index }) => {
        out.push(index);
      });
      const children = Array.from({ length: size }, (_, index) => child(index));
      for (const one of children) gatherer.add(one);
      // Some order that depends on the seed.
      const order = [...children].sort((a, b) => mixed(a.index, seed) - mixed(b.index, seed));
      for (const one of order) {
        one.hasEnded = true;
        gatherer.ended(one);
      }
      expect(out).toEqual(children.map(({ index }) => index));
      expect(gatherer.drained).toBe(true);
    }),
    { numRuns: 30 },
  );
});

function mixed(index: number, seed: number): number {
  return Math.imul(index ^ seed, 0x9e3779b1) >>> 0;
}

test("too many that wait for the slowest child block until it has ended", () => {
  const out: number[] = [];
  const sink = ({ index }: ChildRecord) => {
    out.push(index);
  };
  const gatherer = new Gatherer<Child>(sink, () => () => {}, undefined, 3);
  const slow = child(0);
  gatherer.add(slow);
  for (const index of [1, 2]) {
    expect(gatherer.blocked).toBe(false);
    gatherer.add({ ...child(index), hasEnded: true });
  }
  expect(gatherer.blocked).toBe(true);
  slow.hasEnded = true;
  gatherer.ended(slow);
  expect(gatherer.blocked).toBe(false);
  expect(out).toEqual([0, 1, 2]);
});

test("the ring grows with the distance between the slowest and the newest child, with none lost", () => {
  const out: number[] = [];
  const { gatherer } = gathererOf(({ index }) => {
    out.push(index);
  });
  const slow = child(0);
  gatherer.add(slow);
  for (let index = 1; index < 10_000; index++) gatherer.add({ ...child(index), hasEnded: true });
  expect(out).toEqual([]);
  expect([...gatherer.running()]).toEqual([slow]);
  slow.hasEnded = true;
  gatherer.ended(slow);
  expect(out.length).toBe(10_000);
  expect(out.every((index, at) => index === at)).toBe(true);
});

test("a sink that asks for patience holds the flow, and what has ended meanwhile follows", async () => {
  const out: number[] = [];
  let open = () => {};
  const { gatherer, held } = gathererOf(({ index }) => {
    out.push(index);
    if (index !== 0) return;
    return new Promise((resolve) => {
      open = resolve;
    });
  });
  for (let index = 0; index < 3; index++) gatherer.add({ ...child(index), hasEnded: true });
  expect(out).toEqual([0]);
  expect(gatherer.blocked).toBe(true);
  expect(gatherer.drained).toBe(false);
  expect(held.now).toBe(1);
  open();
  await new Promise((resolve) => setImmediate(resolve));
  expect(out).toEqual([0, 1, 2]);
  expect(gatherer.drained).toBe(true);
  expect(held).toEqual({ now: 0, times: 1 });
});

test.each([
  [
    "throws",
    () => {
      throw new Error("full");
    },
  ],
  ["rejects", () => Promise.reject(new Error("full"))],
])("a sink that %s is remembered, and what comes later is dropped", async (_, sink) => {
  const seen: number[] = [];
  const { gatherer, held } = gathererOf(({ index }) => {
    seen.push(index);
    return sink();
  });
  for (let index = 0; index < 3; index++) gatherer.add({ ...child(index), hasEnded: true });
  await new Promise((resolve) => setImmediate(resolve));
  expect(gatherer.failure).toMatchObject({ error: { message: "full" } });
  expect(seen).toEqual([0]);
  expect(gatherer.drained).toBe(true);
  expect(held.now).toBe(0);
});
