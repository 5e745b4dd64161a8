import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json, JsonObject } from "../../../lib/json.js";
import { chain, Simulation, simulate, types } from "../../support/simulate.js";

const CALL = { Type: "Task", Resource: "arn:aws:lambda:eu-west-1:123456789012:function:f" };

const inline = (processor: JsonObject, fields: JsonObject = {}) =>
  chain({ Map: { Type: "Map", ItemProcessor: processor, ...fields } });
const echo = chain({ Item: { Type: "Pass" } });

test("an empty array needs no iteration", async () => {
  const { output, events } = await simulate(inline(echo), []);
  expect(output).toEqual([]);
  expect(types(events)).toEqual([
    "ExecutionStarted",
    "MapStateEntered",
    "MapStateStarted",
    "MapStateSucceeded",
    "MapStateExited",
    "ExecutionSucceeded",
  ]);
});

test("results are in item order and no more run at once than may, for any durations", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 100 }), { maxLength: 30 }),
      fc.integer({ min: 0, max: 8 }),
      async (durations, max) => {
        const simulation = new Simulation({ functions: ({ event }) => ({ returns: event, after: event as number }) });
        const { output } = await simulation.run(inline(chain({ Call: CALL }), { MaxConcurrency: max }), durations);
        expect(output).toEqual(durations);
        expect(simulation.invoker.peak).toBe(Math.min(max || 40, durations.length));
      },
    ),
    { numRuns: 40 },
  );
});

test("MaxConcurrency 1 keeps the order of the calls", async () => {
  const simulation = new Simulation({ functions: ({ event }) => ({ returns: event, after: 100 - (event as number) }) });
  await simulation.run(inline(chain({ Call: CALL }), { MaxConcurrency: 1 }), [1, 2, 3]);
  expect(simulation.invoker.calls.map(({ event, at }) => [event, at])).toEqual([
    [1, 0],
    [2, 99],
    [3, 197],
  ]);
});

test.each([
  ["ItemsPath", { ItemsPath: "$.list" }, [1, 2]],
  [
    "ItemSelector",
    { ItemsPath: "$.list", ItemSelector: { "v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index", "c.$": "$.c" } },
    [
      { v: 1, i: 0, c: 9 },
      { v: 2, i: 1, c: 9 },
    ],
  ],
  [
    "the old name Parameters",
    { ItemsPath: "$.list", Parameters: { "v.$": "$$.Map.Item.Value" } },
    [{ v: 1 }, { v: 2 }],
  ],
  ["a MaxConcurrencyPath to digits", { ItemsPath: "$.list", MaxConcurrencyPath: "$.digits" }, [1, 2]],
  ["ResultSelector over the array", { ItemsPath: "$.list", ResultSelector: { "first.$": "$[0]" } }, { first: 1 }],
])("%s", async (_, fields, expected) => {
  expect((await simulate(inline(echo, fields), { list: [1, 2], c: 9, digits: "1" })).output).toEqual(expected);
});

test("an object is iterated by its pairs", async () => {
  const select = { ItemSelector: { "k.$": "$$.Map.Item.Key", "v.$": "$$.Map.Item.Value" } };
  expect((await simulate(inline(echo, select), { a: 1 })).output).toMatchObject([{ k: "a" }]);
});

test("JSONata: Items, ItemSelector and Output", async () => {
  const machine = chain(
    {
      Map: {
        Type: "Map",
        Items: "{% [1..3] %}",
        ItemSelector: "{% $states.context.Map.Item.Value * 2 %}",
        ItemProcessor: chain({ Item: { Type: "Pass" } }),
        Output: "{% $sum($states.result) %}",
      },
    },
    { QueryLanguage: "JSONata" },
  );
  expect((await simulate(machine)).output).toBe(12);
});

test.each([
  ["-1", { MaxConcurrencyPath: "$.n" }, { n: -1 }, "MaxConcurrency cannot be negative."],
  [
    "an object",
    { MaxConcurrencyPath: "$.n" },
    { n: {} },
    'The MaxConcurrencyPath field refers to value "{}" which is not a valid integer: $.n',
  ],
  ["no array", { ItemsPath: "$.n" }, { n: 5 }, 'Reference path "$.n" must point to array.'],
])("%s is refused before the Map starts", async (_, fields, input, cause) => {
  const { error, cause: actual, events } = await simulate(inline(echo, fields), input as Json);
  expect(error).toBe("States.Runtime");
  expect(actual).toContain(cause);
  expect(types(events)).toEqual(["ExecutionStarted", "MapStateEntered", "ExecutionFailed"]);
});

test("an ItemSelector that leads nowhere ends the execution, also when an iteration has ended already", async () => {
  const select = { MaxConcurrency: 1, ItemSelector: { "v.$": "$$.Map.Item.Value.v" } };
  expect(await simulate(inline(echo, select), [{ v: 1 }, {}])).toMatchObject({
    status: "FAILED",
    error: "States.Runtime",
  });
});

test("a failed iteration fails the Map with its own error, and siblings stop", async () => {
  const simulation = new Simulation({
    functions: ({ event }) => (event === 2 ? { throws: "Bad", after: 10 } : { returns: event, after: 1000 }),
  });
  const { error, ms, events } = await simulation.run(inline(chain({ Call: CALL, After: CALL })), [1, 2, 3]);
  expect({ error, ms }).toEqual({ error: "Bad", ms: 10 });
  expect(types(events).slice(-5)).toEqual([
    "MapIterationFailed",
    "MapIterationAborted",
    "MapIterationAborted",
    "MapStateFailed",
    "ExecutionFailed",
  ]);
  expect(simulation.invoker.calls.length).toBe(3);
});

test("a Retry of the Map starts it again, and Catch takes what is left", async () => {
  const machine = chain({
    Map: {
      Type: "Map",
      ItemProcessor: chain({ Call: CALL }),
      Retry: [{ ErrorEquals: ["Bad"], MaxAttempts: 1, IntervalSeconds: 5 }],
      Catch: [{ ErrorEquals: ["Bad"], Next: "Caught", ResultPath: null }],
    },
    Caught: { Type: "Pass" },
  });
  const { output, ms, events } = await simulate(machine, [1], { functions: () => ({ throws: "Bad" }) });
  expect({ output, ms }).toEqual({ output: [1], ms: 5000 });
  expect(types(events).filter((type) => type === "MapStateStarted").length).toBe(2);
});

test("maps nest, and the inner one sees its own item", async () => {
  const inner: JsonObject = {
    Type: "Map",
    ItemProcessor: chain({ Item: { Type: "Pass", Parameters: { "i.$": "$$.Map.Item.Index" } } }),
  };
  expect((await simulate(inline(chain({ Inner: inner })), [[7, 8], [9]])).output).toEqual([
    [{ i: 0 }, { i: 1 }],
    [{ i: 0 }],
  ]);
});
