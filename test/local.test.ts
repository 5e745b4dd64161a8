import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { type LocalRun, type Outcome, runLocal } from "../lib/index.js";
import { task } from "../lib/task/index.js";

let folder: string;
let file: (name: string, content: string) => string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fanout-"));
  file = (name, content) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
});
afterAll(() => rmSync(folder, { recursive: true }));

const double = task(async (item: { n: number }) => {
  if (item.n === 13) throw new RangeError("thirteen");
  return { twice: item.n * 2 };
});
const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

describe("a handler at hand", () => {
  test("runs on the event loop, and the results are in item order", async () => {
    const run = await runLocal({ task: double, items: numbers(10) });
    expect(await run.results()).toEqual(
      numbers(10).map(({ n }) => ({ index: n, status: "SUCCEEDED", output: { twice: n * 2 } })),
    );
  });

  test("a failed item is an outcome with its error, and too many fail the run", async () => {
    const run = await runLocal({ task: double, items: numbers(20) });
    const summary = await run.summary;
    expect(summary.status).toBe("FAILED");
    expect(summary.error?.name).toBe("States.ExceedToleratedFailureThreshold");
    expect(summary.failures).toMatchObject([
      { name: "RangeError", count: 1, example: { index: 13, message: "thirteen" } },
    ]);
  });

  test("within tolerance the run succeeds and says what failed", async () => {
    const run = await runLocal({ task: double, items: numbers(20), toleratedFailurePercentage: 5 });
    const { status, items } = await run.summary;
    expect([status, items.succeeded, items.failed]).toEqual(["SUCCEEDED", 19, 1]);
    expect((await run.results())[13]).toMatchObject({ status: "FAILED", error: { name: "RangeError" } });
  });

  test("batches: one bad item costs no other its result", async () => {
    const run = await runLocal({ task: double, items: numbers(20), batch: { items: 6 } });
    const { status, items } = await run.summary;
    expect([status, items.succeeded, items.failed]).toEqual(["SUCCEEDED", 19, 1]);
  });

  test("items of a batch that fail are tried again, alone", async () => {
    const tries = new Map<number, number>();
    const flaky = task(async ({ n }: { n: number }) => {
      tries.set(n, (tries.get(n) ?? 0) + 1);
      if (n % 3 === 0 && tries.get(n) === 1) throw new Error("not yet");
      return n;
    });
    const itemRetry = { attempts: 2, intervalSeconds: 1 };
    const run = await runLocal({ task: flaky, items: numbers(6), batch: { items: 6 }, itemRetry, seed: 1 });
    expect((await run.results()).map((each) => each.status === "SUCCEEDED" && each.output)).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...tries.values()].sort()).toEqual([1, 1, 1, 1, 2, 2]);
  });
});

describe("a module", () => {
  const source = "export const handler = async ({ n }: { n: number }) => n + 1;";

  test("runs on worker threads, given by its path or its URL", async () => {
    const path = file("plus.ts", source);
    for (const where of [path, pathToFileURL(path)]) {
      const run = await runLocal<(event: { n: number }) => Promise<number>>({
        task: where,
        items: numbers(3),
        workers: 2,
      });
      expect((await run.results()).map((each) => each.status === "SUCCEEDED" && each.output)).toEqual([1, 2, 3]);
    }
  });

  test("one that never ends loses its thread with its time, and keeps no other item waiting", async () => {
    const hangs = "export const handler = async (n) => (n < 2 ? new Promise(() => {}) : n);";
    const run = await runLocal<(event: number) => Promise<number>>({
      task: file("hangs.mjs", hangs),
      items: [0, 1, 2],
      workers: 1,
      taskTimeoutSeconds: 1,
      retry: { attempts: 1, intervalSeconds: 1 },
      toleratedFailureCount: 2,
    });
    const outcomes = await run.results();
    expect(outcomes.map((each) => (each.status === "SUCCEEDED" ? each.output : each.error.name))).toEqual([
      "States.Timeout",
      "States.Timeout",
      2,
    ]);
  });

  test("without such an export the run does not begin", async () => {
    const path = file("other.ts", source);
    await expect(runLocal({ task: path, handler: "none", items: [] })).rejects.toMatchObject({
      code: "FANOUT_TASK_NOT_FOUND",
    });
  });
});

describe("items", () => {
  test("from an async iterable", async () => {
    async function* items() {
      yield* numbers(4);
    }
    const run = await runLocal({ task: double, items: items() });
    expect((await run.summary).items.succeeded).toBe(4);
  });

  test("from a file", async () => {
    const run = await runLocal({ task: double, items: file("items.jsonl", '{"n":1}\n{"n":2}\n') });
    expect((await run.results()).map((each) => each.status === "SUCCEEDED" && each.output)).toEqual([
      { twice: 2 },
      { twice: 4 },
    ]);
  });

  test("none at all is a run that succeeds", async () => {
    const run = await runLocal({ task: double, items: [] });
    expect(await run.results()).toEqual([]);
    expect((await run.summary).status).toBe("SUCCEEDED");
  });

  test("that cannot be read reject the summary, the results and the iteration", async () => {
    const run = await runLocal({ task: double, items: file("bad.jsonl", '{"n":1}\n{"n":\n') });
    await expect(run.summary).rejects.toMatchObject({ code: "FANOUT_ITEMS_INVALID" });
    await expect(run.results()).rejects.toMatchObject({ code: "FANOUT_ITEMS_INVALID" });
    const iterate = async () => {
      for await (const _ of run);
    };
    await expect(iterate()).rejects.toMatchObject({ code: "FANOUT_ITEMS_INVALID" });
  });

  test("an option out of range rejects at once", async () => {
    await expect(runLocal({ task: double, items: [], maxConcurrency: -1 })).rejects.toMatchObject({
      code: "FANOUT_OPTION_INVALID",
    });
  });
});

describe("iterating", () => {
  test("gives every outcome once, while the run goes on", async () => {
    const run = await runLocal({ task: double, items: numbers(3_000).filter(({ n }) => n !== 13) });
    const seen = new Set<number>();
    for await (const { index } of run) seen.add(index);
    expect(seen.size).toBe(2_999);
  });

  test("without keeping results: each outcome is given once, and results() refuses", async () => {
    const items = numbers(30_000).filter(({ n }) => n !== 13);
    const run = await runLocal({ task: double, items, keepResults: false });
    let count = 0;
    for await (const _ of run) count += 1;
    expect(count).toBe(29_999);
    await expect(run.results()).rejects.toMatchObject({ code: "FANOUT_USAGE" });
  });
});

test("an abort stops starting, finishes what runs and ends as ABORTED", async () => {
  const control = new AbortController();
  const slow = async ({ n }: { n: number }) => {
    if (n === 5) control.abort();
    await new Promise((resolve) => setTimeout(resolve, 5));
    return n;
  };
  const run = await runLocal({ task: slow, items: numbers(1_000), workers: 10, signal: control.signal });
  const { status, items } = await run.summary;
  expect(status).toBe("ABORTED");
  expect(items.succeeded).toBeGreaterThanOrEqual(6);
  expect(items.succeeded).toBeLessThan(1_000);
  expect(await run.results()).toHaveLength(items.succeeded);
});

describe("types flow from the task to the results", () => {
  test("from a handler", async () => {
    const run = await runLocal({ task: double, items: [{ n: 1 }] });
    expectTypeOf(run).toEqualTypeOf<LocalRun<{ twice: number }>>();
    // @ts-expect-error: the items are not what the task takes
    await runLocal({ task: double, items: [{ m: "1" }] });
  });

  test("from the type of a module, or of its handler", () => {
    type Module = { handler: typeof double };
    expectTypeOf(runLocal<Module>).returns.resolves.toEqualTypeOf<LocalRun<{ twice: number }>>();
    expectTypeOf(runLocal<typeof double>).returns.resolves.toEqualTypeOf<LocalRun<{ twice: number }>>();
  });

  test("an output is there only for an item that succeeded", () => {
    const nameOf = (outcome: Outcome<string>) => (outcome.status === "SUCCEEDED" ? outcome.output : outcome.error.name);
    expectTypeOf(nameOf).returns.toEqualTypeOf<string>();
    // @ts-expect-error: whoever has not looked at the status cannot read the output
    const outputOf = (outcome: Outcome<string>) => outcome.output;
    expectTypeOf(outputOf).toBeFunction();
  });
});
