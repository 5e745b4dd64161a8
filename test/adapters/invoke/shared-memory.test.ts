import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SharedMemory } from "../../../lib/adapters/invoke/shared-memory.js";

/** The same memory from both sides. */
function sides() {
  const owner = new SharedMemory();
  return { owner, thread: new SharedMemory(owner.buffer) };
}

describe("claims", () => {
  it("begin each call once, on one side or the other", () => {
    const { owner, thread } = sides();
    owner.open(1);
    expect([thread.claim(1, 100), thread.claim(1, 101)]).toEqual([0, 1]);
    expect(owner.claimed(1, 5)).toBe(2);
    expect(owner.begunAt).toBe(101);
    expect(owner.seal(1, 5)).toBe(2);
    expect(thread.claim(1, 102)).toBeGreaterThanOrEqual(5);
  });

  it("of a message that was claimed to its end are its calls", () => {
    const { owner, thread } = sides();
    owner.open(0);
    for (let call = 0; call < 4; call++) thread.claim(0, 1);
    expect([owner.claimed(0, 3), owner.seal(0, 3)]).toEqual([3, 3]);
  });

  it("start anew with every message", () => {
    const { owner, thread } = sides();
    owner.open(2);
    thread.claim(2, 1);
    owner.seal(2, 9);
    owner.open(2);
    expect(owner.claimed(2, 9)).toBe(0);
    expect(thread.claim(2, 2)).toBe(0);
  });

  it("rest when nothing runs", () => {
    const { owner, thread } = sides();
    thread.claim(0, 5);
    thread.rest();
    expect(owner.begunAt).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("the journal", () => {
  it("keeps outcomes until they are sent", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }).map((each) => JSON.stringify(each))), (lines) => {
        const { owner, thread } = sides();
        thread.keep(3, 0, "sent before");
        thread.forget();
        lines.forEach((line, index) => {
          expect(thread.keep(1, 7 + index, line)).toBe(true);
        });
        const kept = owner.kept();
        expect(kept.lines).toEqual(lines);
        if (lines.length > 0) expect(kept).toMatchObject({ cell: 1, first: 7 });
      }),
    );
  });

  it("says when it is full, and keeps what it has", () => {
    const { owner, thread } = sides();
    const line = "x".repeat(10_000);
    const fits = Array.from({ length: 8 }, (_, index) => thread.keep(0, index, line));
    expect(fits.indexOf(false)).toBeGreaterThan(1);
    expect(owner.kept().lines).toEqual(Array(fits.filter(Boolean).length).fill(line));
  });
});
