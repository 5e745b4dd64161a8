import fc from "fast-check";
import { expect, test } from "vitest";
import { IndexTable } from "../../../../lib/adapters/journal/disk/index-table.js";

test("has the last number of each index that is not forgotten, and 0 for all others", () => {
  const index = fc.nat({ max: 5000 });
  const step = fc.oneof(fc.tuple(index, fc.nat()), fc.tuple(index));
  const steps = fc.property(fc.array(step), fc.array(index), (taken, others) => {
    const table = new IndexTable();
    const known = new Map<number, number>();
    let forgotten = 0;
    for (const [at, value] of taken) {
      if (value === undefined) {
        forgotten = Math.max(forgotten, at);
        table.forget(at);
      } else {
        known.set(at, value);
        table.set(at, value);
      }
    }
    for (const at of [...known.keys(), ...others]) {
      if (at >= forgotten) expect(table.get(at)).toBe(known.get(at) ?? 0);
    }
  });
  fc.assert(steps);
});

test("keeps nothing of what is forgotten", () => {
  const table = new IndexTable();
  for (const at of [0, 1023, 1024, 5000]) table.set(at, at + 1);
  table.forget(2048);
  expect([0, 1023, 1024, 5000].map((at) => table.get(at))).toEqual([0, 0, 0, 5001]);
});
