import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { InputOf, ItemOutcome, LambdaContext, OutputOf, TaskContext } from "../../lib/task/index.js";
import { task } from "../../lib/task/index.js";

/** A context with so much time left, of which every look takes `costMs`. */
function context(remainingMs = 60_000, costMs = 0): LambdaContext {
  let left = remainingMs + costMs;
  return {
    awsRequestId: "id",
    functionName: "f",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:f",
    memoryLimitInMB: "128",
    logGroupName: "/aws/lambda/f",
    logStreamName: "stream",
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => {
      left -= costMs;
      return left;
    },
  };
}

const echo = task(async (item: unknown) => item);

describe("what is a batch", () => {
  it.each([
    [{ Items: [] }, []],
    [{ Items: [1] }, [{ status: "succeeded", output: 1 }]],
    [{ Items: [1], BatchInput: { a: 1 } }, [{ status: "succeeded", output: 1 }]],
    [{ BatchInput: null, Items: [1] }, [{ status: "succeeded", output: 1 }]],
  ])("%j is one", async (event, outcomes) => {
    expect(await echo(event, context())).toEqual(outcomes);
  });

  it.each([
    [{ Items: [1], more: 1 }],
    [{ Items: { 0: 1 } }],
    [{ Items: "ab" }],
    [{ items: [1] }],
    [{ BatchInput: 1 }],
    [[{ Items: [1] }]],
    [null],
    ["Items"],
    [0],
  ])("%j is an item", async (event) => {
    expect(await echo(event, context())).toEqual(event);
  });
});

describe("one item", () => {
  it("fails as the task fails", async () => {
    const failing = task(async () => {
      throw new RangeError("no");
    });
    await expect(failing({}, context())).rejects.toThrow(new RangeError("no"));
  });

  it("comes with the context of the invocation, without batch input", async () => {
    const given = context();
    const seen = await task(async (_item: number, itemContext: TaskContext) => [itemContext === given])(1, given);
    expect(seen).toEqual([true]);
    expect(await task(async (_item: number, { batchInput }) => batchInput ?? "none")(1, given)).toBe("none");
  });
});

describe("a batch", () => {
  it("gives every item the batch input and the rest of the context", async () => {
    const handler = task(async (item: number, { batchInput, functionName }) => [item, batchInput, functionName]);
    expect(await handler({ Items: [1, 2], BatchInput: { rate: 2 } }, context())).toEqual([
      { status: "succeeded", output: [1, { rate: 2 }, "f"] },
      { status: "succeeded", output: [2, { rate: 2 }, "f"] },
    ]);
  });

  it.each<[string, () => unknown, ItemOutcome]>([
    ["an output", () => ({ a: 1 }), { status: "succeeded", output: { a: 1 } }],
    ["no output", () => undefined, { status: "succeeded", output: null }],
    ["a function as output", () => () => 1, { status: "succeeded", output: null }],
    [
      "an error",
      () => fail(new RangeError("no")),
      failed("RangeError", "no", expect.stringContaining("RangeError: no")),
    ],
    ["an error that is no instance", () => fail({ name: "N", message: "m" }), failed("N", "m", "")],
    ["a text that is thrown", () => fail("text"), failed("string", "text", "")],
    ["an object that is thrown", () => fail({ a: 1 }), failed("object", '{"a":1}', "")],
    ["undefined that is thrown", () => fail(undefined), failed("undefined", "undefined", "")],
    ["a symbol that is thrown", () => fail(Symbol("s")), failed("symbol", "Symbol(s)", "")],
    ["an unreadable error", () => fail(unreadable()), failed("object", "the thrown value cannot be shown", "")],
    ["a BigInt", () => ({ n: 1n }), failed("TypeError", expect.stringContaining("BigInt"), expect.any(String))],
    ["a cycle", () => cycle(), failed("TypeError", expect.stringContaining("circular"), expect.any(String))],
  ])("keeps the neighbours of %s", async (_name, run, outcome) => {
    const handler = task((item: number) => (item === 1 ? run() : item));
    const outcomes = await handler({ Items: [0, 1, 2] }, context());
    expect(outcomes).toEqual([{ status: "succeeded", output: 0 }, outcome, { status: "succeeded", output: 2 }]);
    expect(() => JSON.stringify(outcomes)).not.toThrow();
  });

  it("answers every item once, in order, with `concurrency` at once, whatever takes how long", async () => {
    const delays = fc.array(fc.record({ ticks: fc.integer({ min: 1, max: 5 }), fails: fc.boolean() }), {
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(delays, fc.integer({ min: 1, max: 6 }), async (items, concurrency) => {
        let running = 0;
        let most = 0;
        const run = async (item: { index: number; ticks: number; fails: boolean }) => {
          most = Math.max(most, ++running);
          for (let tick = 0; tick < item.ticks; tick++) await Promise.resolve();
          running--;
          if (item.fails) throw new Error(String(item.index));
          return item.index;
        };
        const Items = items.map((item, index) => ({ ...item, index }));
        const outcomes = await task(run, { concurrency })({ Items }, context());
        const short = outcomes.map((each) => (each.status === "failed" ? each.error.message : each));
        expect(short).toEqual(
          Items.map(({ fails, index }) => (fails ? String(index) : { status: "succeeded", output: index })),
        );
        expect(most).toBe(Math.min(concurrency, items.length));
      }),
    );
  });
});

describe("an invocation that is about to time out", () => {
  it("leaves what it cannot begin unprocessed", async () => {
    // Two looks at the clock before the first item: the deadline's and the first margin check.
    const handler = task(async (item: number) => item, { marginMs: 100 });
    const outcomes = await handler({ Items: [1, 2, 3, 4] }, context(400, 100));
    expect(outcomes).toEqual([
      { status: "succeeded", output: 1 },
      { status: "succeeded", output: 2 },
      { status: "unprocessed" },
      { status: "unprocessed" },
    ]);
  });

  it("begins nothing when no time is left", async () => {
    expect(await echo({ Items: [1, 2] }, context(0))).toEqual([{ status: "unprocessed" }, { status: "unprocessed" }]);
  });

  it("gives up what still runs, and keeps what is done", async () => {
    const run = (item: number) => (item === 1 ? new Promise<number>(() => {}) : item);
    const outcomes = await task(run, { concurrency: 2, marginMs: 20 })({ Items: [0, 1, 2] }, context(60));
    expect(outcomes.map((each) => each.status)).toEqual(["succeeded", "failed", "succeeded"]);
    expect(outcomes[1]).toMatchObject({ error: { name: "TimeoutError" } });
  });
});

describe("options", () => {
  it.each([
    [{ concurrency: 0 }, "concurrency must be an integer of at least 1, got: 0"],
    [{ concurrency: 1.5 }, "concurrency must be an integer of at least 1, got: 1.5"],
    [{ marginMs: -1 }, "marginMs must be a number of at least 0, got: -1"],
    [{ marginMs: Number.NaN }, "marginMs must be a number of at least 0, got: NaN"],
  ])("%j is refused", (options, message) => {
    expect(() => task(async () => {}, options)).toThrow(new RangeError(`task(): ${message}`));
  });
});

it("carries the types of item and output, as a plain handler does", () => {
  const typed = task(async (item: { id: number }) => ({ name: String(item.id) }));
  const plain = async (event: { id: number }) => ({ name: String(event.id) });
  expectTypeOf<InputOf<typeof typed>>().toEqualTypeOf<{ id: number }>();
  expectTypeOf<OutputOf<typeof typed>>().toEqualTypeOf<{ name: string }>();
  expectTypeOf<InputOf<typeof plain>>().toEqualTypeOf<{ id: number }>();
  expectTypeOf<OutputOf<typeof plain>>().toEqualTypeOf<{ name: string }>();
  expectTypeOf(typed({ Items: [{ id: 1 }] }, context())).resolves.toEqualTypeOf<ItemOutcome<{ name: string }>[]>();
  expect(typed).toBeTypeOf("function");
});

function fail(value: unknown): never {
  throw value;
}

function failed(name: string, message: string, stack: string): ItemOutcome {
  return { status: "failed", error: { name, message, stack } };
}

function unreadable(): unknown {
  return Object.defineProperty({}, "name", {
    get() {
      throw new Error("locked");
    },
  });
}

function cycle(): unknown {
  const value: { self?: unknown } = {};
  value.self = value;
  return value;
}
