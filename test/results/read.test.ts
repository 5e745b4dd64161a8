import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryStore } from "../../lib/adapters/store/memory.js";
import type { Transformation } from "../../lib/run/write/transform.js";
import { child, openFiles, plain, read, source, written } from "./written.js";

const ERROR = { name: "RangeError", message: "no" };

describe("records (NONE)", () => {
  test("tell name, input, output or error; what was not started is unprocessed", async () => {
    const pending = child(2, "c", undefined, { status: "PENDING" });
    const store = await written([child(0, "a", { x: 1 }), child(1, "b"), pending]);
    const results = await read(await openFiles(store));
    expect(plain(results)).toEqual([
      { status: "SUCCEEDED", name: child(0, 0).name, input: '"a"', output: '{"x":1}', count: 1 },
      { status: "FAILED", name: child(1, 0).name, input: '"b"', error: ERROR, count: 1 },
      { status: "UNPROCESSED", input: '"c"', error: { name: "Unprocessed", message: "not started" }, count: 1 },
    ]);
  });

  test("that timed out or were aborted have a name for their error", async () => {
    const ends = [
      child(0, 1, undefined, { status: "TIMED_OUT", error: undefined, cause: undefined }),
      child(1, 2, undefined, { status: "ABORTED", error: undefined, cause: "stopped" }),
    ];
    const results = await read(await openFiles(await written(ends)));
    expect(results.map(({ status, error }) => [status, error?.name, error?.message])).toEqual([
      ["TIMED_OUT", "States.Timeout", ""],
      ["ABORTED", "Aborted", "stopped"],
    ]);
  });
});

describe("batches", () => {
  const outcomes = [
    { status: "succeeded", output: 1 },
    { status: "failed", error: { name: "E", message: "m", stack: "s" } },
    { status: "unprocessed" },
  ];
  const batch = { BatchInput: { of: 3 }, Items: ["a", "b", "c"] };

  test.each(["NONE", "COMPACT", "FLATTEN"] as const)("of task() are taken apart (%s)", async (transformation) => {
    const store = await written([child(0, batch, outcomes)], { transformation });
    const results = await read(await openFiles(store));
    expect(results.map(({ index, status, output, error }) => [index, status, output ?? error])).toEqual([
      [0, "SUCCEEDED", "1"],
      [1, "FAILED", { name: "E", message: "m", stack: "s" }],
      [2, "UNPROCESSED", { name: "Unprocessed", message: "not begun in time" }],
    ]);
    expect(results.map(({ input }) => input)).toEqual(
      transformation === "NONE" ? ['"a"', '"b"', '"c"'] : [undefined, undefined, undefined],
    );
  });

  test("that failed are as many failed items", async () => {
    const results = await read(await openFiles(await written([child(0, batch), child(1, "d", 4)])), { ordered: true });
    expect(results.map(({ index, status, input }) => [index, status, input])).toEqual([
      [0, "FAILED", '"a"'],
      [1, "FAILED", '"b"'],
      [2, "FAILED", '"c"'],
      [3, "SUCCEEDED", '"d"'],
    ]);
  });

  test("whose output does not tell its items apart are one result of several items", async () => {
    const results = await read(await openFiles(await written([child(0, batch, "done"), child(1, batch, [1, 2, 3])])));
    expect(results.map(({ index, count, output }) => [index, count, output])).toEqual([
      [0, 3, '"done"'],
      [3, 1, "1"],
      [4, 1, "2"],
      [5, 1, "3"],
    ]);
  });
});

describe("outputs alone", () => {
  test("that look like records of other executions are outputs", async () => {
    const described = {
      ...JSON.parse(JSON.stringify(RECORD)),
      StateMachineArn: "arn:aws:states:r:1:stateMachine:Other",
    };
    const store = await written([child(0, "a", described)], { transformation: "COMPACT" });
    expect((await read(await openFiles(store))).map(({ output }) => JSON.parse(output ?? ""))).toEqual([described]);
  });

  test("have an index only where nothing failed", async () => {
    const good = await written([child(0, "a", 1), child(1, "b", 2)], { transformation: "COMPACT" });
    expect((await read(await openFiles(good))).map(({ index }) => index)).toEqual([0, 1]);
    const bad = await written([child(0, "a", 1), child(1, "b")], { transformation: "COMPACT" });
    expect((await read(await openFiles(bad))).map(({ index }) => index)).toEqual([undefined, undefined]);
  });
});

const RECORD = {
  ExecutionArn: "arn",
  Name: "n",
  Status: "SUCCEEDED",
  Input: "1",
  Output: "2",
  StateMachineArn: "arn:aws:states:eu-west-1:000000000000:stateMachine:Fan/Tasks",
};

test("only what failed, or only what succeeded; the index stays that of the item", async () => {
  const store = await written([child(0, "a", 1), child(1, "b"), child(2, "c", 3)]);
  const run = await openFiles(store);
  const failed = await read(run, { only: "failed", ordered: true });
  expect(failed.map(({ index, status }) => [index, status])).toEqual([[1, "FAILED"]]);
  expect((await read(run, { only: "succeeded", ordered: true })).map(({ index }) => index)).toEqual([0, 2]);
});

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const format = fc.record({
  transformation: fc.constantFrom<Transformation>("NONE", "COMPACT"),
  outputType: fc.constantFrom("JSON" as const, "JSONL" as const),
  maxFileBytes: fc.constantFrom(1, 300, 5000, undefined),
});

test("whatever was written comes back, in order, from whichever files", async () => {
  const ends = fc.array(
    fc.record({ input: json, output: fc.option(json, { nil: undefined }), pending: fc.constant(false) }),
    { minLength: 1, maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(ends, format, async (all, options) => {
      // Equal items that end differently cannot be told apart, so each has a number.
      const items = all.map(({ input }, at) => [at, input]);
      const children = all.map(({ output }, at) => child(at, items[at], output));
      const store = await written(children, options, memoryStore({ b: {} }));
      const run = await openFiles(store);
      const given = await read(run, { items: source(...items) });
      const wanted = all.map(({ output }, index) => [
        index,
        items[index],
        output === undefined ? "RangeError" : JSON.stringify(output),
      ]);
      const shown = given.map(({ index, input, output, error }) => [
        index,
        JSON.parse(input ?? ""),
        error?.name ?? JSON.stringify(JSON.parse(output ?? "")),
      ]);
      // An output that is outcomes of task() would be taken apart.
      expect(shown).toEqual(wanted);
      if (options.transformation !== "NONE") return;
      const byName = await read(run, { ordered: true });
      expect(byName.map(({ index, input }) => [index, JSON.parse(input ?? "")])).toEqual(
        items.map((item, at) => [at, item]),
      );
    }),
    { numRuns: 100 },
  );
});
