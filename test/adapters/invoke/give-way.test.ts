import { getPriority } from "node:os";
import { describe, expect, it } from "vitest";
import { threadInvoker } from "../../../lib/adapters/invoke/threads.js";
import { callAll, fixture, invokerMaker } from "../../contracts/invoker.js";

const open = invokerMaker((options) => threadInvoker({ ...options, workers: 1 }));

/** The niceness that a thread had in each of so many calls that take so long, over that of this process. */
async function niceness(count: number, microseconds: number): Promise<number[]> {
  const calls = Array.from({ length: count }, () => ({ functionName: "niceness", payload: `${microseconds}` }));
  const outcomes = await callAll(open([fixture("niceness")]), calls);
  return outcomes.map((outcome) =>
    outcome.kind === "returned" ? Number(outcome.payload) - getPriority() : Number.NaN,
  );
}

describe.runIf(process.platform === "linux")("a thread", () => {
  it("gives way to the one that feeds it when it has run many short calls", async () => {
    const before = getPriority();
    const seen = await niceness(25_000, 0);
    expect(seen[0]).toBe(0);
    expect(seen[9_999]).toBe(0);
    expect(seen.at(-1)).toBe(Math.min(10, 19 - before));
    expect(getPriority()).toBe(before);
  });

  it("does not for longer ones", async () => {
    expect(new Set(await niceness(11_000, 100))).toEqual(new Set([0]));
  });
});
