import fc from "fast-check";
import { expect } from "vitest";
import type { Clock } from "../../lib/run/ports.js";
import { contractTest, type Skips } from "./contract.js";

/** A clock and the way to let its time pass. */
export interface ClockUnderTest {
  readonly clock: Clock;
  /** Resolves once `isDone` holds. */
  pass(isDone: () => boolean): Promise<void>;
}

/** What every Clock keeps to. */
export function clockContract(make: () => ClockUnderTest, skips: Skips = {}): void {
  const { it, end } = contractTest(skips);

  it("wakes once, at or after the time, and never inside the call that asks", async () => {
    const { clock, pass } = make();
    const woken: number[] = [];
    const at = clock.now() + 5;
    clock.schedule(at, () => woken.push(clock.now()));
    expect(woken).toEqual([]);
    let isLater = false;
    clock.schedule(at + 5, () => {
      isLater = true;
    });
    await pass(() => isLater);
    expect(woken).toHaveLength(1);
    expect(woken[0]).toBeGreaterThanOrEqual(at);
  });

  it("wakes for a time that has passed, later all the same", async () => {
    const { clock, pass } = make();
    let isWoken = false;
    const before = clock.now();
    clock.schedule(before - 1000, () => {
      isWoken = true;
    });
    expect(isWoken).toBe(false);
    await pass(() => isWoken);
    expect(clock.now()).toBeGreaterThanOrEqual(before);
  });

  it("wakes by time, equal times as they were asked for, and not what was cancelled", async () => {
    const calls = fc.array(fc.record({ after: fc.integer({ min: 0, max: 6 }), isCancelled: fc.boolean() }));
    await fc.assert(
      fc.asyncProperty(calls, async (asked) => {
        const { clock, pass } = make();
        const start = clock.now() + 1;
        const woken: number[] = [];
        const timers = asked.map(({ after }, index) => clock.schedule(start + after, () => woken.push(index)));
        for (const [index, timer] of timers.entries()) if (asked[index]?.isCancelled) timer.cancel();
        let isOver = false;
        clock.schedule(start + 7, () => {
          isOver = true;
        });
        await pass(() => isOver);
        const kept = [...asked.entries()].filter(([, { isCancelled }]) => !isCancelled);
        expect(woken).toEqual(kept.sort(([, a], [, b]) => a.after - b.after).map(([index]) => index));
      }),
      { numRuns: 30 },
    );
  });

  it("takes calls and cancellations while it wakes", async () => {
    const { clock, pass } = make();
    const woken: string[] = [];
    const start = clock.now();
    const second = clock.schedule(start + 2, () => woken.push("second"));
    clock.schedule(start + 1, () => {
      woken.push("first");
      second.cancel();
      clock.schedule(start, () => woken.push("third"));
    });
    await pass(() => woken.length === 2);
    expect(woken).toEqual(["first", "third"]);
  });

  it("bears a timer that is cancelled twice, or after it has gone off", async () => {
    const { clock, pass } = make();
    const woken: string[] = [];
    const gone = clock.schedule(clock.now(), () => woken.push("gone"));
    await pass(() => woken.length === 1);
    clock.schedule(clock.now() + 1, () => woken.push("next"));
    gone.cancel();
    gone.cancel();
    await pass(() => woken.length === 2);
    expect(woken).toEqual(["gone", "next"]);
  });

  it("bears a hundred thousand timers", async () => {
    const { clock, pass } = make();
    const start = clock.now();
    let woken = 0;
    let last = 0;
    let isOrdered = true;
    for (let index = 0; index < 100_000; index++) {
      const at = start + ((index * 7919) % 101);
      clock.schedule(at, () => {
        isOrdered &&= at >= last;
        last = at;
        woken++;
      });
    }
    await pass(() => woken === 100_000);
    expect(isOrdered).toBe(true);
  });
  end();
}
