import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pace } from "../../../lib/adapters/invoke/pace.js";

/** A pace that has seen many full messages of calls that take `perCallMs`. */
function settled(perCallMs: number): Pace {
  const pace = new Pace();
  for (let message = 0; message < 40; message++) pace.measured(pace.full, pace.full * perCallMs);
  return pace;
}

describe("a message", () => {
  it("carries one call until something is known", () => {
    expect(new Pace()).toMatchObject({ full: 1, least: 1, messages: 1 });
  });

  it.each([
    [0.001, 1024, 2],
    [0.01, 200, 2],
    [0.3, 6, 2],
    [1.5, 1, 2],
    [40, 1, 2],
    [60, 1, 1],
  ])("of calls that take %d ms has %i of them, and a thread gets %i", (perCallMs, full, messages) => {
    const pace = settled(perCallMs);
    expect(Math.abs(pace.full - full)).toBeLessThanOrEqual(full * 0.02);
    expect(pace.messages).toBe(messages);
  });

  it("grows by two at most from one to the next", () => {
    const pace = new Pace();
    const sizes = Array.from({ length: 12 }, () => {
      const size = pace.full;
      pace.measured(size, size * 0.0001);
      return size;
    });
    expect(sizes).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024]);
  });

  it("becomes small at once when calls become long", () => {
    const pace = settled(0.001);
    pace.measured(100, 50_000);
    expect(pace).toMatchObject({ full: 1, messages: 1 });
  });

  it("tells nothing when it came back empty", () => {
    const pace = settled(0.01);
    const before = pace.full;
    pace.measured(0, 3);
    expect(pace.full).toBe(before);
  });
});

it("there is always capacity for every worker, and little more when calls are long", () => {
  const measurements = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 600 }), fc.double({ min: 0, max: 1e4, noNaN: true })),
  );
  fc.assert(
    fc.property(measurements, fc.integer({ min: 1, max: 64 }), (samples, workers) => {
      const pace = new Pace();
      for (const [calls, busyMs] of samples) pace.measured(calls, busyMs);
      const capacity = pace.capacity(workers);
      expect(capacity).toBeGreaterThanOrEqual(workers);
      expect(pace.least).toBeLessThanOrEqual(pace.full);
      if (pace.messages === 1) expect(capacity).toBeLessThanOrEqual(workers * 1.5 + 1);
      else expect(capacity).toBeLessThanOrEqual(workers * 2 * 1024);
    }),
  );
});
