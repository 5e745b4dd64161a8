import fc from "fast-check";
import { expect, test } from "vitest";
import type { ChildRecord } from "../../../lib/run/items.js";
import { type Gathered, Gatherer, type Overflow } from "../../../lib/run/map-run/gatherer.js";
import { type SpilledRecord, sizeOf } from "../../../lib/run/map-run/spilled-runs.js";
import { MemorySpill, type MemorySpillOptions } from "../../support/memory-spill.js";

interface Child extends SpilledRecord {
  hasEnded: boolean;
}

const turn = () => new Promise(setImmediate);

/** A child whose texts nobody else's are. */
function childOf(index: number, length: number): Child {
  const output = `${index}:${"é\ud800\n😀".repeat(length / 4)}`;
  const status = index % 7 === 6 ? "FAILED" : "SUCCEEDED";
  const rest = status === "FAILED" ? { error: "E", cause: output } : { output };
  const numbers = { firstItem: index * 2, itemCount: 2, startDate: index, stopDate: index + 0.5, redriveCount: 1 };
  return { hasEnded: false, index, status, inputText: `"${index}"`, kept: false, ...numbers, ...rest };
}

interface Course {
  /** Length of the text of each child. */
  readonly sizes: readonly number[];
  /** Children that run at once. */
  readonly concurrency: number;
  /** Of those that run, the one with the least ends next. */
  readonly priority: (index: number) => number;
  readonly waitingBytes?: number;
  readonly sink?: (index: number) => void | Promise<void>;
  readonly spill?: MemorySpillOptions;
  /** Whether children end as well while none may start. */
  readonly hasty?: boolean;
}

/** Children that start in order while they may, and end in the order of `priority`. */
async function gather({
  sizes,
  concurrency,
  priority,
  waitingBytes = 200_000,
  sink,
  hasty,
  spill: options = {},
}: Course) {
  const out: Child[] = [];
  /** Those that have ended, and were neither written nor handed on. */
  const inMemory = new Map<number, number>();
  const held = { most: 0, now: 0 };
  const holds = { now: 0 };
  const spill = new MemorySpill({
    ...options,
    onAppended: (text) => {
      for (const { index } of JSON.parse(text) as Child[]) forget(index);
    },
  });
  const forget = (index: number) => {
    held.now -= inMemory.get(index) ?? 0;
    inMemory.delete(index);
  };
  const overflow: Overflow<Gathered> = {
    spill,
    waitingBytes,
    revive: (record) => ({ ...record, hasEnded: true }) as unknown as Gathered,
  };
  const gatherer = new Gatherer<Gathered>(
    (record: ChildRecord) => {
      forget(record.index);
      out.push(record as unknown as Child);
      return sink?.(record.index);
    },
    () => {
      holds.now += 1;
      return () => {
        holds.now -= 1;
      };
    },
    overflow,
  );
  const running: Child[] = [];
  for (let added = 0; added < sizes.length || running.length > 0; ) {
    while (added < sizes.length && running.length < concurrency && !gatherer.blocked) {
      const child = childOf(added, sizes[added] as number);
      running.push(child);
      gatherer.add(child as unknown as Gathered);
      added += 1;
    }
    if (gatherer.blocked && hasty !== true) {
      await turn();
      continue;
    }
    running.sort((a, b) => priority(b.index) - priority(a.index));
    const ended = running.pop();
    if (ended !== undefined) {
      if (ended.index % 64 === 0) expect([...gatherer.running()].length).toBe(running.length + 1);
      ended.hasEnded = true;
      const size = sizeOf(ended as unknown as ChildRecord);
      inMemory.set(ended.index, size);
      held.now += size;
      gatherer.ended(ended as unknown as Gathered);
      held.most = Math.max(held.most, held.now);
    }
    if (ended === undefined || ended.index % 16 === 0) await turn();
  }
  for (let turns = 0; holds.now > 0; turns++) {
    expect(turns).toBeLessThan(100_000);
    await turn();
  }
  await turn();
  return { out, spill, gatherer, held };
}

/** All of them as they have to come out. */
const whole = (sizes: readonly number[]) => sizes.map((size, index) => ({ ...childOf(index, size), hasEnded: true }));

/** Quick to compare. */
const asTexts = (children: readonly Child[]) =>
  children.map(({ hasEnded, index, inputText, output, cause, status, error, ...rest }) =>
    JSON.stringify({ hasEnded, index, inputText, output, cause, status, error, numbers: Object.entries(rest).sort() }),
  );

const mixed = (index: number, seed: number) => Math.imul(index ^ seed, 0x9e3779b1) >>> 0;

/** Orders of ending: by chance, and some that end after all that start in a long time. */
const priorities = fc.record({ seed: fc.integer(), slow: fc.uniqueArray(fc.nat({ max: 800 }), { maxLength: 5 }) }).map(
  ({ seed, slow }) =>
    (index: number) =>
      mixed(index, seed) + (slow.includes(index) ? 2 ** 40 + index : 0),
);

test("whatever ends when, and however large it is, children come out whole, in item order, and memory stays bounded", async () => {
  let spills = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 4000 })), { maxLength: 800, size: "max" }),
      fc.integer({ min: 1, max: 50 }),
      priorities,
      fc.constantFrom(1, 20_000, 200_000, 2_000_000),
      fc.nat({ max: 3 }),
      fc.boolean(),
      async (sizes, concurrency, priority, waitingBytes, patience, hasty) => {
        const sink = (index: number) => (patience > 0 && index % (patience * 10) === 3 ? turn().then() : undefined);
        const { out, spill, gatherer, held } = await gather({
          sizes,
          concurrency,
          priority,
          waitingBytes,
          hasty,
          sink: sink as () => Promise<void>,
        });
        expect(asTexts(out)).toEqual(asTexts(whole(sizes)));
        expect(gatherer.drained).toBe(true);
        expect(gatherer.failure).toBeUndefined();
        expect(spill.files).toBe(0);
        const largest = Math.max(0, ...whole(sizes).map((child) => sizeOf(child as unknown as ChildRecord)));
        expect(held.most).toBeLessThanOrEqual(waitingBytes + (concurrency + 1) * largest);
        spills += spill.appended;
      },
    ),
    { numRuns: 25 },
  );
  expect(spills).toBeGreaterThan(100);
});

test("one slow child lets any number of others end", async () => {
  const sizes = Array<number>(20_000).fill(40);
  const { out, spill, held } = await gather({
    sizes,
    concurrency: 8,
    priority: (index) => (index === 0 ? Number.MAX_SAFE_INTEGER : index),
    waitingBytes: 200_000,
  });
  expect(out.map(({ index }) => index)).toEqual(sizes.map((_, index) => index));
  expect(held.most).toBeLessThan(400_000);
  // One block after the other: none is read twice.
  expect(spill.reads).toBe(spill.appended);
});

test("what never has to wait long is never written", async () => {
  const sizes = Array<number>(5000).fill(40);
  const { spill, out } = await gather({ sizes, concurrency: 8, priority: (index) => index + (mixed(index, 1) % 16) });
  expect(out).toHaveLength(5000);
  expect(spill.appended).toBe(0);
});

test("more overlapping runs than blocks may be in memory are merged all the same", async () => {
  // Each child ends in another run than its neighbours.
  const sizes = Array<number>(5000).fill(400);
  const priority = (index: number) => (index === 0 ? Number.MAX_SAFE_INTEGER : (index % 40) * 10_000 + index);
  const { out, spill } = await gather({ sizes, concurrency: 5000, priority, waitingBytes: 500_000 });
  expect(asTexts(out)).toEqual(asTexts(whole(sizes)));
  expect(spill.reads).toBeGreaterThan(spill.appended);
});

test("a file that is full is the failure, told once; what comes later is dropped and nothing is left", async () => {
  const sizes = Array<number>(3000).fill(400);
  const { out, spill, gatherer } = await gather({
    sizes,
    concurrency: 8,
    priority: (index) => (index % 500 === 0 ? 1e9 + index : index),
    spill: { capacity: 100_000 },
  });
  expect(gatherer.failure).toMatchObject({ error: { name: "SpillError", message: "no room" } });
  expect(gatherer.drained).toBe(true);
  expect(out).toEqual([]);
  expect(spill.files).toBe(0);
});

test("a sink that fails in the middle drops what is in the file", async () => {
  const sizes = Array<number>(3000).fill(400);
  const { out, spill, gatherer } = await gather({
    sizes,
    concurrency: 8,
    priority: (index) => (index % 1000 === 0 ? 1e9 + index : index),
    sink: (index) => {
      if (index === 500) throw new Error("full");
    },
  });
  expect(gatherer.failure).toMatchObject({ error: { message: "full" } });
  expect(gatherer.drained).toBe(true);
  expect(out).toHaveLength(501);
  expect(spill.files).toBe(0);
});

test("room is given back while others wait, however long that goes on", async () => {
  // Whenever a slow child ends another one is slow already.
  const priority = (index: number) => (index % 50 === 0 ? index + 99.5 : index);
  const sizes = Array<number>(10_000).fill(40);
  const { out, spill } = await gather({ sizes, concurrency: 8, priority, waitingBytes: 20_000 });
  expect(out).toHaveLength(10_000);
  const whole = asTexts(out).join("").length;
  expect(spill.appended).toBeGreaterThan(5000);
  expect(spill.bytes.most).toBeLessThan(whole / 4);
});

test("nothing is started while what was written is read back", async () => {
  const spill = new MemorySpill();
  const out: number[] = [];
  const overflow: Overflow<Gathered> = {
    spill,
    waitingBytes: 100_000,
    revive: (record) => ({ ...record, hasEnded: true }) as unknown as Gathered,
  };
  const gatherer = new Gatherer<Gathered>(
    ({ index }) => void out.push(index),
    () => () => {},
    overflow,
  );
  const slow = childOf(0, 8);
  gatherer.add(slow as unknown as Gathered);
  for (let index = 1; index < 500; index++) {
    gatherer.add({ ...childOf(index, 8), hasEnded: true } as unknown as Gathered);
    await turn();
  }
  expect(gatherer.blocked).toBe(false);
  slow.hasEnded = true;
  gatherer.ended(slow as unknown as Gathered);
  for (; !gatherer.drained; await turn()) if (out.length < 400) expect(gatherer.blocked).toBe(true);
  expect(spill.reads).toBeGreaterThan(1);
  expect(gatherer.blocked).toBe(false);
  expect(out).toEqual(Array.from({ length: 500 }, (_, index) => index));
});
