import { describe, expect, test } from "vitest";
import { memoryStore } from "../../lib/adapters/store/memory.js";
import type { Json, JsonObject } from "../../lib/json.js";
import type { Script } from "../support/scripted-invoker.js";
import { chain, Simulation, types } from "../support/simulate.js";

const CALL = { Type: "Task", Resource: "arn:aws:lambda:eu-west-1:123456789012:function:f" };
const READER = { Resource: "arn:aws:states:::s3:getObject", Parameters: { Bucket: "b", Key: "items" } };
const JSON_READER = { ...READER, ReaderConfig: { InputType: "JSON" } };
const WRITER = { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "out", Prefix: "p" } };

const map = (fields: JsonObject = {}, processor: JsonObject = chain({ Call: CALL }), ExecutionType = "STANDARD") => ({
  Type: "Map",
  Label: "each",
  ItemProcessor: { ...processor, ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType } },
  ...fields,
});

/** Runs one Map over a file of items. */
async function overFile(content: string, fields: JsonObject, input: Json = {}) {
  const simulation = new Simulation();
  await simulation.put("b", "items", content);
  return simulation.run(chain({ Map: map({ ItemReader: JSON_READER, ...fields }) }), input);
}

describe("items", () => {
  test.each(["$.items", "$[0]", "$.there.is.none"])(
    "ItemsPath %s is ignored beside an ItemReader",
    async (ItemsPath) => {
      const { status, output } = await overFile("[1,2]", { ItemsPath }, { items: [7] });
      expect({ status, output }).toEqual({ status: "SUCCEEDED", output: [1, 2] });
    },
  );

  test("tell where they come from", async () => {
    const ItemSelector = { "from.$": "$$.Map.Item.Source" };
    expect((await overFile("[1]", { ItemSelector })).output).toEqual([{ from: "s3://b/items" }]);
    const listing = { Resource: "arn:aws:states:::s3:listObjectsV2", Parameters: { Bucket: "b" } };
    expect((await overFile("[1]", { ItemSelector, ItemReader: listing })).output).toEqual([{ from: "s3://b" }]);
    const { output } = await new Simulation().run(chain({ Map: map({ ItemSelector }) }), [1]);
    expect(output).toEqual([{ from: "STATE_DATA" }]);
  });

  test("are neither an array nor an object: the reader fails, in the words of AWS", async () => {
    expect(await overFile("7", {})).toMatchObject({
      error: "States.ItemReaderFailed",
      cause: "Attempting to map over non-iterable node.",
    });
  });

  test("numbers of paths may be text", async () => {
    const fields = {
      ItemReader: { ...READER, ReaderConfig: { InputType: "JSON", MaxItemsPath: "$.max" } },
      ItemBatcher: { MaxItemsPerBatchPath: "$.size", MaxInputBytesPerBatchPath: "$.bytes" },
    };
    const { output } = await overFile("[1,2,3,4]", fields, { max: "3", size: "2", bytes: "1000" });
    expect(output).toEqual([{ Items: [1, 2] }, { Items: [3] }]);
  });
});

describe("the order of things", () => {
  test("the selector sees each item before it is put into a batch", async () => {
    const fields = {
      ItemSelector: { "at.$": "$$.Map.Item.Index", "of.$": "$.of" },
      ItemsPath: "$.items",
      ItemBatcher: { MaxItemsPerBatch: 2 },
    };
    const { output } = await new Simulation().run(chain({ Map: map(fields) }), { items: ["a", "b", "c"], of: 1 });
    const item = (at: number) => ({ at, of: 1 });
    expect(output).toEqual([{ Items: [item(0), item(1)] }, { Items: [item(2)] }]);
  });

  test("ResultSelector and ResultPath see what ResultWriter answers", async () => {
    const fields = {
      ResultWriter: WRITER,
      ItemsPath: "$.items",
      ResultSelector: { "key.$": "$.ResultWriterDetails.Key" },
      ResultPath: "$.results",
    };
    const simulation = new Simulation();
    const { output } = await simulation.run(chain({ Map: map(fields) }), { items: [1] });
    const key = `p/${simulation.mapRuns[0]?.mapRunId}/manifest.json`;
    expect(output).toEqual({ items: [1], results: { key } });
  });

  test("with MaxConcurrency 1 a child starts when the one before it has ended", async () => {
    const functions: Script = ({ event }) => ({ returns: event, after: 100 - (event as number) });
    const simulation = new Simulation({ functions });
    await simulation.run(chain({ Map: map({ MaxConcurrency: 1 }) }), [10, 20, 30, 40]);
    expect(simulation.invoker.peak).toBe(1);
    expect(simulation.ended.map(({ inputText }) => inputText)).toEqual(["10", "20", "30", "40"]);
  });

  test("a number that is out of its range fails the state before a map run is there", async () => {
    const simulation = new Simulation();
    const { error, cause, events } = await simulation.run(
      chain({ Map: map({ ItemsPath: "$.items", ToleratedFailurePercentagePath: "$.p" }) }),
      { items: [1], p: 101 },
    );
    expect(error).toBe("States.Runtime");
    expect(cause).toContain("ToleratedFailurePercentage must be between 0 and 100.");
    expect(types(events)).not.toContain("MapRunStarted");
    expect(simulation.mapRuns).toEqual([]);
  });
});

describe("records of children", () => {
  const slow: Script = ({ event }) =>
    event === "fail" ? { throws: "Bad", after: 10 } : { returns: event, after: event === "slow" ? 9_000 : 1 };

  /** The members of each record of a class, without those that every one has. */
  async function recordsOf(fields: JsonObject, items: string[], type: string) {
    const simulation = new Simulation({ functions: slow });
    await simulation.run(chain({ Map: map({ ResultWriter: WRITER, ...fields }, undefined, type) }), items);
    const [mapRun] = simulation.mapRuns;
    await mapRun?.settled;
    const read = async (name: string): Promise<JsonObject[]> => {
      const text = await simulation.get("out", `p/${mapRun?.mapRunId}/${name}_0.json`);
      return JSON.parse(text) as JsonObject[];
    };
    return { arn: mapRun?.arn, counts: mapRun?.items, read };
  }

  test("past the threshold: one that failed, one that was aborted, those that never started", async () => {
    const items = ["ok", "slow", "fail", "a", "b"];
    const { arn, counts, read } = await recordsOf({ MaxConcurrency: 2 }, items, "STANDARD");
    const [aborted, failed] = await read("FAILED");
    expect(aborted).toMatchObject({
      Cause: `The map run execution [${arn}] which was managing this resource was aborted`,
      Input: '"slow"',
      RedriveStatus: "REDRIVABLE_BY_MAP_RUN",
      Status: "ABORTED",
    });
    expect(aborted).not.toHaveProperty("Error");
    expect(failed).toMatchObject({ Error: "Bad", Input: '"fail"', Status: "FAILED" });
    expect(failed).not.toHaveProperty("Output");
    const pending = (Input: string) => ({ Input, InputDetails: { Included: true }, Status: "PENDING" });
    expect(await read("PENDING")).toEqual([pending('"a"'), pending('"b"')]);
    expect(counts).toMatchObject({ total: 5, succeeded: 1, failed: 1, aborted: 1, pending: 2, resultsWritten: 5 });
  });

  test("that ran out of time are among the failed, in item order", async () => {
    const processor = chain({ Wait: { Type: "Wait", SecondsPath: "$" }, Call: CALL });
    const fields = { ResultWriter: WRITER, ToleratedFailurePercentage: 100 };
    const simulation = new Simulation({ functions: () => ({ throws: "Bad" }) });
    await simulation.run(chain({ Map: map(fields, processor, "EXPRESS") }), [301, 1]);
    const text = await simulation.get("out", `p/${simulation.mapRuns[0]?.mapRunId}/FAILED_0.json`);
    const records = (JSON.parse(text) as JsonObject[]).map(({ Input, Status, Error: error }) => [Input, Status, error]);
    expect(records).toEqual([
      ["301", "TIMED_OUT", undefined],
      ["1", "FAILED", "Bad"],
    ]);
  });

  test("that are EXPRESS say nothing of redrives but their count, and are waited for past the threshold", async () => {
    const { counts, read } = await recordsOf({ MaxConcurrency: 2 }, ["slow", "fail"], "EXPRESS");
    expect(counts).toMatchObject({ succeeded: 1, failed: 1, aborted: 0 });
    for (const record of [...(await read("SUCCEEDED")), ...(await read("FAILED"))]) {
      expect(Object.keys(record).filter((name) => name.startsWith("Redrive"))).toEqual(["RedriveCount"]);
    }
  });
});

describe("counts of a run that failed", () => {
  test.each([
    ["with a ResultWriter", { ResultWriter: WRITER }],
    ["without one", {}],
  ])("%s cover the items that never started", async (_, fields) => {
    const functions: Script = () => ({ throws: "Bad" });
    const simulation = new Simulation({ functions, store: memoryStore() });
    await simulation.run(chain({ Map: map({ MaxConcurrency: 1, ...fields }) }), [1, 2, 3, 4]);
    const [mapRun] = simulation.mapRuns;
    await mapRun?.settled;
    expect(mapRun?.items).toMatchObject({ total: 4, failed: 1, pending: 3, running: 0, resultsWritten: 4 });
  });
});

describe("WriterConfig without a Resource", () => {
  const outputs = [[1, 2], 3];

  test.each([
    [{ Transformation: "COMPACT" }, [[1, 2], 3]],
    [{ Transformation: "FLATTEN" }, [1, 2, 3]],
    [{ Transformation: "FLATTEN", OutputType: "JSONL" }, "1\n2\n3\n"],
  ])("%j is the result of the state", async (WriterConfig, result) => {
    const { output } = await new Simulation().run(chain({ Map: map({ ResultWriter: { WriterConfig } }) }), outputs);
    expect(output).toEqual(result);
  });

  test("NONE gives the records of the children", async () => {
    const fields = { ResultWriter: { WriterConfig: { Transformation: "NONE" } } };
    const { output } = await new Simulation().run(chain({ Map: map(fields) }), [1]);
    expect(output).toMatchObject([{ Input: "1", Output: "1", Status: "SUCCEEDED" }]);
  });
});
