import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import type { Json, JsonObject } from "../../../lib/json.js";
import { type ObjectStore, ObjectStoreError } from "../../../lib/run/ports.js";
import type { Script } from "../../support/scripted-invoker.js";
import { chain, Simulation, type SimulationOptions, types } from "../../support/simulate.js";

const CALL = { Type: "Task", Resource: "arn:aws:lambda:eu-west-1:123456789012:function:f" };
const READER = { Resource: "arn:aws:states:::s3:getObject", Parameters: { Bucket: "b", Key: "items" } };
const WRITER = { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "out", Prefix: "p" } };

/** A state machine with one distributed Map. */
function distributed(
  fields: JsonObject = {},
  processor: JsonObject = chain({ Call: CALL }),
  type = "STANDARD",
): JsonObject {
  return chain({ Map: mapState(fields, processor, type) });
}

function mapState(fields: JsonObject, processor: JsonObject, type = "STANDARD"): JsonObject {
  return {
    Type: "Map",
    ItemProcessor: { ...processor, ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: type } },
    ...fields,
  };
}

const failing =
  (bad: (event: Json) => boolean): Script =>
  ({ event }) =>
    bad(event) ? { throws: "Bad", after: 10 } : { returns: event, after: 10 };

const numbers = (length: number) => Array.from({ length }, (_, index) => index);

test("results are in item order, concurrency is never exceeded and counts add up, whatever the durations", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 500 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      fc.option(fc.integer({ min: 1, max: 5 }), { nil: null }),
      fc.constantFrom("STANDARD", "EXPRESS"),
      async (durations, max, batch, type) => {
        const length = (event: Json) => (typeof event === "number" ? event : 7);
        const simulation = new Simulation({ functions: ({ event }) => ({ returns: event, after: length(event) }) });
        const fields = { MaxConcurrency: max, ...(batch === null ? {} : { ItemBatcher: { MaxItemsPerBatch: batch } }) };
        const { status, output } = await simulation.run(distributed(fields, chain({ Call: CALL }), type), durations);
        expect(status).toBe("SUCCEEDED");
        const outputs = output as readonly (number | { Items: number[] })[];
        expect(outputs.flatMap((one) => (typeof one === "number" ? one : one.Items))).toEqual(durations);
        const children = batch === null ? durations.length : Math.ceil(durations.length / batch);
        expect(simulation.invoker.peak).toBe(Math.min(max, children));
        expect(simulation.mapRuns[0]).toMatchObject({
          status: "SUCCEEDED",
          items: { ...none, total: durations.length, succeeded: durations.length, resultsWritten: durations.length },
          executions: { ...none, total: children, succeeded: children, resultsWritten: children },
        });
      },
    ),
    { numRuns: 40 },
  );
});

const none = { pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };

test("no more children start than the invoker has room for", async () => {
  const simulation = new Simulation({ places: 3, functions: ({ event }) => ({ returns: event, after: 5 }) });
  expect(await simulation.run(distributed(), numbers(20))).toMatchObject({ status: "SUCCEEDED", output: numbers(20) });
  expect(simulation.invoker.peak).toBe(3);
});

test("the history of the parent, and where its events point", async () => {
  const { events } = await new Simulation().run(distributed(), [1]);
  expect(events.map(({ type, previousEventId }) => `${previousEventId} ${type}`)).toEqual([
    "0 ExecutionStarted",
    "0 MapStateEntered",
    "2 MapStateStarted",
    "3 MapRunStarted",
    "4 MapRunSucceeded",
    "5 MapStateSucceeded",
    "4 MapStateExited",
    "7 ExecutionSucceeded",
  ]);
});

test("children are executions of their own, with their own names and contexts", async () => {
  const simulation = new Simulation({ childHistories: true });
  const context = { Type: "Pass", Parameters: { "id.$": "$$.Execution.Id", "machine.$": "$$.StateMachine.Id" } };
  const machine = distributed({ Label: "Mine" }, chain({ Context: context }));
  const output = (await simulation.run(machine, [1, 2])).output as readonly { id: string; machine: string }[];
  expect(output[0]?.machine).toMatch(/:stateMachine:simulated\/Mine$/);
  expect(output[0]?.id).toMatch(/:execution:simulated\/Mine:[0-9a-f-]{36}$/);
  expect(output[0]?.id).not.toBe(output[1]?.id);
  expect(types(simulation.history(output[0]?.id ?? ""))).toEqual([
    "ExecutionStarted",
    "PassStateEntered",
    "PassStateExited",
    "ExecutionSucceeded",
  ]);
});

test("a child sees neither the Map item nor outer variables", async () => {
  for (const [path, cause] of [
    ["$$.Map.Item.Index", "Map"],
    ["$x", "x"],
  ] as const) {
    const map = mapState(
      { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }] },
      chain({ A: { Type: "Pass", Parameters: { "v.$": path } } }),
    );
    const simulation = new Simulation();
    const machine = chain({ Set: { Type: "Pass", Assign: { x: 1 } }, Map: map, Caught: { Type: "Pass" } });
    expect((await simulation.run(machine, [1])).output).toMatchObject({
      Error: "States.ExceedToleratedFailureThreshold",
    });
    expect(simulation.ended[0]).toMatchObject({ status: "FAILED", error: "States.Runtime" });
    expect(simulation.ended[0]?.cause).toContain(cause);
  }
});

test("a distributed Map iterates an object by its pairs, in either language", async () => {
  const select = {
    ItemSelector: { k: "{% $states.context.Map.Item.Key %}", v: "{% $states.context.Map.Item.Value %}" },
  };
  const jsonata = { ...distributed({ Items: "{% $states.input %}", ...select }), QueryLanguage: "JSONata" };
  const jsonPath = distributed({ ItemSelector: { "k.$": "$$.Map.Item.Key", "v.$": "$$.Map.Item.Value" } });
  for (const machine of [jsonata, jsonPath]) {
    expect((await new Simulation().run(machine, { a: 1, b: 2 })).output).toEqual([
      { k: "a", v: 1 },
      { k: "b", v: 2 },
    ]);
  }
});

// Failures ------------------------------------------------------------------------------------------------------------

async function tolerating(fields: JsonObject, items: Json, options: SimulationOptions): Promise<string> {
  const { status, error } = await new Simulation(options).run(distributed(fields), items);
  return error ?? status;
}

const EXCEEDED = "States.ExceedToleratedFailureThreshold";

test.each([
  ["none is tolerated by default", {}, 1, EXCEEDED],
  ["a count of failures", { ToleratedFailureCount: 2 }, 2, "SUCCEEDED"],
  ["one more than the count", { ToleratedFailureCount: 2 }, 3, EXCEEDED],
  ["a percentage of all items", { ToleratedFailurePercentage: 30 }, 3, "SUCCEEDED"],
  ["more than the percentage", { ToleratedFailurePercentage: 30 }, 4, EXCEEDED],
  ["a path to digits", { ToleratedFailureCountPath: "$$.Execution.Input[10]" }, 2, "SUCCEEDED"],
])("tolerance: %s", async (_, fields, bad, expected) => {
  const functions = failing((event) => typeof event === "number" && event < bad);
  expect(await tolerating(fields, [...numbers(10), "2"], { functions })).toBe(expected);
});

test("the items of a failed batch count one by one", async () => {
  const functions = failing((event) => JSON.stringify(event).includes("[0,"));
  const batch = { ItemBatcher: { MaxItemsPerBatch: 5 } };
  expect(await tolerating({ ...batch, ToleratedFailureCount: 4 }, numbers(10), { functions })).toBe(EXCEEDED);
  expect(await tolerating({ ...batch, ToleratedFailureCount: 5 }, numbers(10), { functions })).toBe("SUCCEEDED");
});

test("a tolerated failure is in the results as the record of its execution", async () => {
  const simulation = new Simulation({ functions: failing((event) => event === 1) });
  const { output } = await simulation.run(distributed({ ToleratedFailureCount: 1 }), numbers(3));
  expect(output).toMatchObject([0, { Status: "FAILED", Error: "Bad", Input: "1" }, 2]);
});

test("STANDARD children are aborted when the run fails", async () => {
  const functions: Script = ({ event }) => (event === 0 ? { throws: "Bad", after: 10 } : { returns: 1, after: 10_000 });
  const simulation = new Simulation({ functions, childHistories: true });
  const { ms, error } = await simulation.run(distributed({ MaxConcurrency: 3 }), numbers(9));
  expect({ ms, error }).toEqual({ ms: 10, error: EXCEEDED });
  expect(simulation.mapRuns[0]?.executions).toMatchObject({
    total: 9,
    pending: 6,
    failed: 1,
    aborted: 2,
    running: 0,
    resultsWritten: 9,
  });
  const aborted = simulation.ended.find(({ status }) => status === "ABORTED");
  expect(aborted).toMatchObject({
    cause: expect.stringMatching(/^The map run execution \[arn:.*\] which was managing/),
  });
  expect(simulation.history(aborted?.executionArn ?? "").at(-1)).toMatchObject({
    type: "ExecutionAborted",
    previousEventId: 0,
  });
});

test("EXPRESS children are waited for when the run fails", async () => {
  const functions: Script = ({ event }) => (event === 0 ? { throws: "Bad", after: 10 } : { returns: 1, after: 10_000 });
  const simulation = new Simulation({ functions });
  const { ms, error } = await simulation.run(
    distributed({ MaxConcurrency: 3 }, chain({ Call: CALL }), "EXPRESS"),
    numbers(9),
  );
  expect({ ms, error }).toEqual({ ms: 10_000, error: EXCEEDED });
  expect(simulation.mapRuns[0]?.executions).toMatchObject({
    total: 9,
    pending: 6,
    failed: 1,
    succeeded: 2,
    aborted: 0,
  });
});

test("an EXPRESS child ends after 5 minutes and counts as timed out", async () => {
  const simulation = new Simulation({
    functions: ({ event }) => ({ returns: event, after: event === 1 ? 400_000 : 1 }),
  });
  const machine = distributed({ ToleratedFailureCount: 1 }, chain({ Call: CALL }), "EXPRESS");
  const { status, ms } = await simulation.run(machine, numbers(3));
  expect({ status, ms }).toEqual({ status: "SUCCEEDED", ms: 300_000 });
  expect(simulation.mapRuns[0]?.items).toMatchObject({ succeeded: 2, timedOut: 1, total: 3 });
});

test("a child's input over the limit fails that child alone", async () => {
  const simulation = new Simulation({ functions: () => ({ returns: 1 }) });
  const big = "a".repeat(200_000);
  const machine = distributed({
    ToleratedFailureCount: 1,
    ItemSelector: { "a.$": "$$.Map.Item.Value", "b.$": "$$.Map.Item.Value" },
  });
  expect(await simulation.run(machine, [big, 1])).toMatchObject({
    status: "FAILED",
    error: "States.DataLimitExceeded",
  });
  expect(simulation.ended).toMatchObject([
    { status: "FAILED", error: "States.DataLimitExceeded" },
    { status: "SUCCEEDED" },
  ]);
});

test("an ItemSelector that leads nowhere fails the state for good", async () => {
  const all = { ErrorEquals: ["States.ALL"] };
  const machine = distributed({ ItemSelector: { "v.$": "$.no" }, Retry: [all], Catch: [{ ...all, Next: "Map" }] });
  expect(await new Simulation().run(machine, [1])).toMatchObject({ status: "FAILED", error: "States.Runtime" });
});

// Retry, Catch, nesting -----------------------------------------------------------------------------------------------

test("Retry of the Map makes a new map run, and Catch takes its error", async () => {
  const retry = { Retry: [{ ErrorEquals: [EXCEEDED], MaxAttempts: 2, IntervalSeconds: 1 }] };
  const simulation = new Simulation({ functions: failing(() => true) });
  const caught = { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }] };
  const machine = chain({ Map: mapState({ ...retry, ...caught }, chain({ Call: CALL })), Caught: { Type: "Pass" } });
  const { output, events } = await simulation.run(machine, [1]);
  expect(output).toEqual({ Error: EXCEEDED, Cause: "The specified tolerated failure threshold was exceeded" });
  expect(new Set(simulation.mapRuns.map(({ arn }) => arn)).size).toBe(3);
  expect(simulation.mapRuns.map(({ label }) => label)).toEqual(new Array(3).fill(simulation.mapRuns[0]?.label));
  expect(types(events).filter((type) => type === "MapRunFailed").length).toBe(3);
});

test("map runs nest: a child of one may have a run of its own", async () => {
  const inner = mapState({}, chain({ Call: CALL }));
  const simulation = new Simulation({ functions: ({ event }) => ({ returns: (event as number) * 2 }) });
  const { output } = await simulation.run(distributed({}, chain({ Inner: inner })), [[1, 2], [], [3]]);
  expect(output).toEqual([[2, 4], [], [6]]);
  expect(simulation.mapRuns.length).toBe(4);
});

test("when the outer run fails, the inner ones are aborted with all their children", async () => {
  const inner = mapState({}, chain({ Call: CALL }));
  const functions: Script = ({ event }) =>
    event === "bad" ? { throws: "Bad", after: 5 } : { returns: 1, after: 60_000 };
  const simulation = new Simulation({ functions });
  const { ms } = await simulation.run(distributed({}, chain({ Inner: inner })), [["bad"], [1, 2], [3]]);
  expect(ms).toBe(5);
  await Promise.all(simulation.mapRuns.map(({ settled }) => settled));
  expect(simulation.mapRuns.map(({ status }) => status)).toEqual(["FAILED", "FAILED", "ABORTED", "ABORTED"]);
  for (const { executions } of simulation.mapRuns) expect(executions.running).toBe(0);
});

// Reader and writer ---------------------------------------------------------------------------------------------------

const stored = (content: string, more: Readonly<Record<string, Record<string, string>>> = {}) =>
  memoryStore({ b: { items: content }, ...more }, () => 0);

test("items of a file: the state starts with length 0 and the run has them all", async () => {
  const simulation = new Simulation({ store: stored("[1,2,3]") });
  const { output, events } = await simulation.run(distributed({ ItemReader: READER }));
  expect(output).toEqual([1, 2, 3]);
  expect(events[2]).toMatchObject({ mapStateStartedEventDetails: { length: 0 } });
});

test("MaxItems 0 is no limit", async () => {
  for (const [MaxItems, count] of [
    [0, 3],
    [2, 2],
    [100_000_001, 3],
  ] as const) {
    const machine = distributed({ ItemReader: { ...READER, ReaderConfig: { InputType: "JSON", MaxItems } } });
    expect((await new Simulation({ store: stored("[1,2,3]") }).run(machine)).output).toEqual([1, 2, 3].slice(0, count));
  }
});

test.each([
  ["a missing file", undefined, "STANDARD", /^The specified key does not exist|NoSuchKey|does not exist/],
  ["a line that is no JSON", '{"a":1}\n{"a":\n{"a":3}\n', "STANDARD", /Item 1 of s3:\/\/b\/items|line 2/],
  [
    "a line that is no JSON, EXPRESS children",
    '{"a":1}\n{"a":\n{"a":3}\n',
    "EXPRESS",
    /Item 1 of s3:\/\/b\/items|line 2/,
  ],
])("%s is the reader's failure", async (_, content, type, cause) => {
  const store = content === undefined ? memoryStore({ b: {} }) : stored(content);
  const reader = { ItemReader: { ...READER, ReaderConfig: { InputType: "JSONL" } } };
  const machine = distributed(reader, chain({ Read: { Type: "Pass", Parameters: { "a.$": "$.a" } } }), type);
  const ended = await new Simulation({ store }).run(machine);
  expect(ended).toMatchObject({ status: "FAILED", error: "States.ItemReaderFailed" });
  expect(ended.cause).toMatch(cause);
});

test("a ResultWriter leaves records of all classes, PENDING ones of children that never started included", async () => {
  const functions: Script = ({ event }) => (event === 1 ? { throws: "Bad", after: 10 } : { returns: event, after: 1 });
  const simulation = new Simulation({ functions });
  const machine = distributed({ MaxConcurrency: 1, ResultWriter: WRITER });
  expect(await simulation.run(machine, numbers(5))).toMatchObject({ status: "FAILED", error: EXCEEDED });
  const [mapRun] = simulation.mapRuns;
  await mapRun?.settled;
  const folder = `p/${mapRun?.mapRunId}`;
  const read = async (name: string) => JSON.parse(await simulation.get("out", `${folder}/${name}`)) as Json;
  expect(await read("SUCCEEDED_0.json")).toMatchObject([{ Input: "0" }]);
  expect(await read("FAILED_0.json")).toMatchObject([{ Input: "1", Error: "Bad" }]);
  expect(await read("PENDING_0.json")).toMatchObject([{ Input: "2" }, { Input: "3" }, { Input: "4" }]);
  expect(mapRun?.items).toMatchObject({ total: 5, succeeded: 1, failed: 1, pending: 3, resultsWritten: 5 });
});

test("what was never started stands in PENDING too when the run is stopped", async () => {
  const simulation = new Simulation({ functions: slow });
  const machine = distributed({ MaxConcurrency: 2, ResultWriter: WRITER });
  const { execution, ended } = simulation.start(machine, numbers(5));
  simulation.clock.schedule(1500, () => simulation.engine.stop(execution));
  expect(await ended).toMatchObject({ status: "ABORTED" });
  const [mapRun] = simulation.mapRuns;
  await mapRun?.settled;
  const read = async (name: string) => JSON.parse(await simulation.get("out", `p/${mapRun?.mapRunId}/${name}`)) as Json;
  expect(await read("FAILED_0.json")).toMatchObject([{ Input: "2" }, { Input: "3" }]);
  expect(await read("PENDING_0.json")).toMatchObject([{ Input: "4" }]);
});

describe("items of a file that were never started", () => {
  const COUNT = 50_000;
  const lines = numbers(COUNT).join("\n");
  const store = () => memoryStore({ b: { items: lines } });
  const machine = distributed({ MaxConcurrency: 2, ItemReader: { ...READER, ReaderConfig: { InputType: "JSONL" } } });
  const functions: Script = ({ event }) => (event === 3 ? { throws: "Bad" } : { returns: event, after: 1000 });

  test("are all counted where that is wanted: of a run that failed, and of one that was stopped", async () => {
    for (const stopped of [false, true]) {
      const simulation = new Simulation({
        functions: stopped ? slow : functions,
        store: store(),
        countsUnstarted: true,
      });
      const { execution, ended } = simulation.start(machine);
      if (stopped) simulation.clock.schedule(1500, () => simulation.engine.stop(execution));
      expect(await ended).toMatchObject({ status: stopped ? "ABORTED" : "FAILED" });
      const [mapRun] = simulation.mapRuns;
      await mapRun?.settled;
      const { pending, succeeded, failed, aborted } = mapRun?.executions ?? none;
      expect(mapRun?.executions).toMatchObject({ total: COUNT, resultsWritten: COUNT, running: 0 });
      expect(pending).toBe(COUNT - succeeded - failed - aborted);
      expect(succeeded + failed + aborted).toBeLessThan(10);
    }
  });

  test("are not looked for elsewhere: the file is not read to its end", async () => {
    const simulation = new Simulation({ functions, store: store() });
    expect(await simulation.run(machine)).toMatchObject({ status: "FAILED", error: EXCEEDED });
    expect(simulation.mapRuns[0]?.executions.total).toBeLessThan(COUNT);
  });
});

test("a ResultWriter's output is where the results are", async () => {
  const simulation = new Simulation();
  const { output } = await simulation.run(distributed({ ResultWriter: WRITER }), numbers(3));
  const [mapRun] = simulation.mapRuns;
  expect(output).toEqual({
    MapRunArn: mapRun?.arn,
    ResultWriterDetails: { Bucket: "out", Key: `p/${mapRun?.mapRunId}/manifest.json` },
  });
});

test("a destination that cannot be written fails the execution for good, and there is no map run", async () => {
  const store = { ...memoryStore(), put: () => Promise.reject(new ObjectStoreError("AccessDenied", "no such rights")) };
  const simulation = new Simulation({ store });
  const takesAll = { ErrorEquals: ["States.ALL"] };
  const map = mapState(
    { ResultWriter: WRITER, Retry: [takesAll], Catch: [{ ...takesAll, Next: "Caught" }] },
    chain({ Call: CALL }),
  );
  const machine = chain({ Map: map, Caught: { Type: "Pass" } });
  const { execution, ended } = simulation.start(machine, numbers(3));
  expect(await ended).toMatchObject({
    status: "FAILED",
    error: "States.Runtime",
    cause:
      "An error occurred while executing the state 'Map' (entered at the event id #2). Failed to write a test manifest " +
      "into the specified output bucket. AccessDenied: no such rights",
  });
  expect(simulation.invoker.calls).toEqual([]);
  expect(simulation.mapRuns).toEqual([]);
  expect([...simulation.engine.mapRuns]).toEqual([]);
  expect(simulation.history(execution.arn).map(({ type }) => type)).toEqual([
    "ExecutionStarted",
    "MapStateEntered",
    "MapStateStarted",
    "ExecutionFailed",
  ]);
});

test("an execution that is stopped while its destination is tried has no map run", async () => {
  const working = memoryStore();
  const store: ObjectStore = {
    ...working,
    put(bucket, key) {
      simulation.engine.stop(execution);
      return working.put(bucket, key);
    },
  };
  const simulation = new Simulation({ store });
  const { execution, ended } = simulation.start(distributed({ ResultWriter: WRITER }), numbers(3));
  expect(await ended).toMatchObject({ status: "ABORTED" });
  await Promise.all([...simulation.engine.mapRuns].map(({ settled }) => settled));
  expect(simulation.mapRuns).toEqual([]);
  const types = ["ExecutionStarted", "MapStateEntered", "MapStateStarted", "ExecutionAborted"];
  expect(simulation.history(execution.arn).map(({ type }) => type)).toEqual(types);
  expect(await working.buckets?.()).toEqual([]);
});

test("a destination that breaks while results are written fails the run", async () => {
  const working = memoryStore();
  let puts = 0;
  const store: ObjectStore = {
    ...working,
    put: (bucket, key) => (puts++ === 0 ? working.put(bucket, key) : Promise.reject(new Error("disk full"))),
  };
  const ended = await new Simulation({ store }).run(distributed({ ResultWriter: WRITER }), numbers(3));
  expect(ended).toMatchObject({ status: "FAILED", error: "States.ResultWriterFailed" });
  expect(ended.cause).toContain("disk full");
});

test("a result that is too large for the state ends the execution, whatever Catch says", async () => {
  const machine = chain({
    Map: mapState({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }] }, chain({ Call: CALL })),
    Caught: { Type: "Pass" },
  });
  const simulation = new Simulation({ functions: () => ({ returns: "a".repeat(100_000) }) });
  expect(await simulation.run(machine, [1, 2, 3])).toMatchObject({
    status: "FAILED",
    error: "States.DataLimitExceeded",
    cause: "The state/task 'Map' returned a result with a size exceeding the maximum number of bytes service limit.",
  });
});

// Stopping ------------------------------------------------------------------------------------------------------------

const slow: Script = ({ event }) => ({ returns: event, after: 1000 });

test("an execution that is stopped aborts its map run and all that runs in it", async () => {
  const simulation = new Simulation({ functions: slow });
  const { execution, ended } = simulation.start(distributed({ MaxConcurrency: 2 }), numbers(10));
  simulation.clock.schedule(1500, () => simulation.engine.stop(execution));
  expect(await ended).toMatchObject({ status: "ABORTED" });
  const [mapRun] = simulation.mapRuns;
  await mapRun?.settled;
  expect(mapRun).toMatchObject({ status: "ABORTED", executions: { succeeded: 2, aborted: 2, running: 0, total: 10 } });
  expect(mapRun?.executions).toMatchObject({ pending: 6, resultsWritten: 10 });
  const events = simulation.history(execution.arn);
  expect(events.slice(-4).map(({ type, previousEventId }) => [type, previousEventId])).toEqual([
    ["MapRunStarted", 3],
    ["MapRunAborted", 4],
    ["MapStateAborted", 5],
    ["ExecutionAborted", 0],
  ]);
  expect([...simulation.engine.mapRuns]).toEqual([]);
});

test("stopStarting lets what runs end, and the execution is then aborted", async () => {
  const simulation = new Simulation({ functions: slow });
  const { execution, ended } = simulation.start(distributed({ MaxConcurrency: 2 }), numbers(10));
  simulation.clock.schedule(1500, () => simulation.engine.drainAndStop());
  expect(await ended).toMatchObject({ status: "ABORTED" });
  expect(execution.stopTime).toBe(2000);
  expect(simulation.mapRuns[0]).toMatchObject({
    status: "ABORTED",
    executions: { succeeded: 4, aborted: 0, total: 4 },
  });
});

test("a branch that fails beside a Map aborts the map run", async () => {
  const simulation = new Simulation({ functions: slow });
  const bad = chain({ Wait: { Type: "Wait", Seconds: 1 }, No: { Type: "Fail", Error: "Bad" } });
  const machine = chain({
    Fork: {
      Type: "Parallel",
      Branches: [distributed({ MaxConcurrency: 1 }), bad],
      Catch: [{ ErrorEquals: ["Bad"], Next: "Caught" }],
    },
    Caught: { Type: "Wait", Seconds: 100 },
  });
  expect(await simulation.run(machine, numbers(10))).toMatchObject({ status: "SUCCEEDED", ms: 101_000 });
  expect(simulation.mapRuns[0]).toMatchObject({ status: "ABORTED", executions: { running: 0 } });
  expect(simulation.invoker.calls.length).toBeLessThan(3);
});

test("an execution whose time is up aborts its map run", async () => {
  const simulation = new Simulation({ functions: slow });
  const machine = { ...distributed({ MaxConcurrency: 1 }), TimeoutSeconds: 2 };
  expect(await simulation.run(machine, numbers(10))).toMatchObject({ status: "TIMED_OUT", ms: 2000 });
  await simulation.mapRuns[0]?.settled;
  expect(simulation.mapRuns[0]).toMatchObject({ status: "ABORTED" });
});

// Bounds --------------------------------------------------------------------------------------------------------------

test("a sink that is not ready holds back the start of children, and virtual time with it", async () => {
  const ordered: { index: number; at: number }[] = [];
  const simulation: Simulation = new Simulation({
    functions: ({ event }) => ({ returns: event, after: 100 }),
    ordered: ({ index }) => {
      ordered.push({ index, at: simulation.clock.now() });
      return new Promise((resolve) => setImmediate(resolve));
    },
  });
  const { output, ms } = await simulation.run(distributed({ MaxConcurrency: 2 }), numbers(6));
  expect(output).toEqual(numbers(6));
  expect(ordered.map(({ index }) => index)).toEqual(numbers(6));
  expect(ms).toBe(ordered.at(-1)?.at);
});

test("a hundred thousand children that each wait an hour, 10,000 at once, take ten virtual hours", async () => {
  const simulation = new Simulation();
  const machine = distributed(
    { ItemReader: { ...READER, ReaderConfig: { InputType: "JSONL" } }, ResultWriter: WRITER },
    chain({ Wait: { Type: "Wait", Seconds: 3600 } }),
  );
  await simulation.put(
    "b",
    "items",
    numbers(100_000)
      .map((n) => `{"n":${n}}\n`)
      .join(""),
  );
  const { status, ms } = await simulation.run(machine);
  expect({ status, hours: ms / 3_600_000 }).toEqual({ status: "SUCCEEDED", hours: 10 });
  expect(simulation.mapRuns[0]?.items).toMatchObject({ total: 100_000, succeeded: 100_000, resultsWritten: 100_000 });
});
