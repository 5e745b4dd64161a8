import { describe, expect, it } from "vitest";
import { type FanOutOptions, fanOut, fanOutStates } from "../../lib/definition/fan-out.js";

const TASK = "arn:aws:lambda:eu-west-1:111122223333:function:task";
const GATHER = "arn:aws:lambda:eu-west-1:111122223333:function:gather";
const refs = { task: TASK };

const RETRY = [
  {
    ErrorEquals: [
      "Lambda.TooManyRequestsException",
      "Lambda.ClientExecutionTimeoutException",
      "Lambda.ServiceException",
      "Lambda.AWSLambdaException",
      "Lambda.SdkClientException",
    ],
    IntervalSeconds: 2,
    MaxAttempts: 6,
    BackoffRate: 2,
    MaxDelaySeconds: 30,
    JitterStrategy: "FULL",
  },
];

const INVOKE = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: TASK, "Payload.$": "$" },
  OutputPath: "$.Payload",
  Retry: RETRY,
};

/** The Map state of the machine that these options give, without what all have. */
function mapState(options: FanOutOptions): Record<string, unknown> {
  const { states } = fanOutStates(options, { ...refs, resultsBucket: "results" });
  const { Type, ItemProcessor, ...fields } = states.FanOut as Record<string, unknown>;
  expect(Type).toBe("Map");
  expect(ItemProcessor).toBeDefined();
  return fields;
}

describe("a fan-out with nothing but items", () => {
  it("is one distributed Map over EXPRESS children of one plain Task", () => {
    expect(fanOut({ items: { from: "input" } }, refs)).toEqual({
      StartAt: "FanOut",
      States: {
        FanOut: {
          Type: "Map",
          ItemProcessor: {
            ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
            StartAt: "Task",
            States: { Task: { ...INVOKE, End: true } },
          },
          End: true,
        },
      },
    });
  });
});

describe("a fan-out with everything", () => {
  it("has every option in its place", () => {
    const options: FanOutOptions = {
      items: { from: "s3", bucket: "in", key: "cities.jsonl", format: "JSONL" },
      maxItems: 1_000,
      itemSelector: { "city.$": "$$.Map.Item.Value" },
      batch: { items: 100, bytes: 100_000 },
      batchInput: { "run.$": "$$.Execution.Name" },
      maxConcurrency: 50,
      toleratedFailureCount: 3,
      toleratedFailurePercentage: 1.5,
      childType: "STANDARD",
      retry: { attempts: 1, intervalSeconds: 3, backoffRate: 1.5, maxDelaySeconds: 9, errors: ["Flaky"] },
      taskTimeoutSeconds: 600,
      results: { prefix: "runs", transformation: "FLATTEN", format: "JSON" },
      label: "cities",
      comment: "All cities",
    };
    const retry = {
      ErrorEquals: [...(RETRY[0]?.ErrorEquals ?? []), "Flaky"],
      IntervalSeconds: 3,
      MaxAttempts: 1,
      BackoffRate: 1.5,
      MaxDelaySeconds: 9,
      JitterStrategy: "FULL",
    };
    expect(fanOut(options, { task: TASK, gather: GATHER, resultsBucket: "out", partition: "aws-cn" })).toEqual({
      Comment: "All cities",
      StartAt: "FanOut",
      States: {
        FanOut: {
          Type: "Map",
          ItemReader: {
            Resource: "arn:aws-cn:states:::s3:getObject",
            ReaderConfig: { InputType: "JSONL", MaxItems: 1_000 },
            Parameters: { Bucket: "in", Key: "cities.jsonl" },
          },
          ItemSelector: { "city.$": "$$.Map.Item.Value" },
          ItemBatcher: {
            MaxItemsPerBatch: 100,
            MaxInputBytesPerBatch: 100_000,
            BatchInput: { "run.$": "$$.Execution.Name" },
          },
          ItemProcessor: {
            ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
            StartAt: "Task",
            States: {
              Task: {
                ...INVOKE,
                Resource: "arn:aws-cn:states:::lambda:invoke",
                TimeoutSeconds: 600,
                Retry: [retry],
                End: true,
              },
            },
          },
          MaxConcurrency: 50,
          ToleratedFailureCount: 3,
          ToleratedFailurePercentage: 1.5,
          Label: "cities",
          ResultWriter: {
            Resource: "arn:aws-cn:states:::s3:putObject",
            WriterConfig: { Transformation: "FLATTEN", OutputType: "JSON" },
            Parameters: { Bucket: "out", Prefix: "runs" },
          },
          Next: "Gather",
        },
        Gather: {
          Type: "Task",
          Resource: "arn:aws-cn:states:::lambda:invoke",
          Parameters: {
            FunctionName: GATHER,
            Payload: {
              "mapRunArn.$": "$.MapRunArn",
              "bucket.$": "$.ResultWriterDetails.Bucket",
              "key.$": "$.ResultWriterDetails.Key",
            },
          },
          OutputPath: "$.Payload",
          Retry: [retry],
          End: true,
        },
      },
    });
  });
});

describe("items", () => {
  it.each<[string, FanOutOptions["items"], object]>([
    ["an array in the input", { from: "input", path: "$.items" }, { ItemsPath: "$.items" }],
    [
      "a JSON file, its array below a pointer",
      { from: "s3", bucket: "b", key: "k.json", format: "JSON", pointer: "/data/items" },
      reader("getObject", { InputType: "JSON", ItemsPointer: "/data/items" }, { Bucket: "b", Key: "k.json" }),
    ],
    [
      "a JSONL file that the input names",
      { from: "s3", bucket: { path: "$.bucket" }, key: { path: "$.key" }, format: "JSONL" },
      reader("getObject", { InputType: "JSONL" }, { "Bucket.$": "$.bucket", "Key.$": "$.key" }),
    ],
    [
      "a CSV file with a header",
      { from: "s3", bucket: "b", key: "k.csv", format: "CSV" },
      reader("getObject", { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" }, { Bucket: "b", Key: "k.csv" }),
    ],
    [
      "a CSV file without a header",
      { from: "s3", bucket: "b", key: "k.csv", format: "CSV", headers: ["id", "name"], delimiter: "PIPE" },
      reader(
        "getObject",
        { InputType: "CSV", CSVHeaderLocation: "GIVEN", CSVHeaders: ["id", "name"], CSVDelimiter: "PIPE" },
        { Bucket: "b", Key: "k.csv" },
      ),
    ],
    [
      "the objects of a bucket",
      { from: "s3-listing", bucket: "b" },
      { ItemReader: { Resource: "arn:aws:states:::s3:listObjectsV2", Parameters: { Bucket: "b" } } },
    ],
    [
      "the rows of all objects under a prefix",
      { from: "s3-listing", bucket: "b", prefix: { path: "$.day" }, load: { format: "CSV" } },
      reader(
        "listObjectsV2",
        { Transformation: "LOAD_AND_FLATTEN", InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" },
        { Bucket: "b", "Prefix.$": "$.day" },
      ),
    ],
    [
      "the rows of a Parquet file",
      { from: "s3", bucket: "b", key: "k.parquet", format: "PARQUET" },
      reader("getObject", { InputType: "PARQUET" }, { Bucket: "b", Key: "k.parquet" }),
    ],
    [
      "the objects of an S3 inventory",
      { from: "s3-inventory", bucket: "b", key: "2026-01-01T00-00Z/manifest.json" },
      reader("getObject", { ManifestType: "S3_INVENTORY" }, { Bucket: "b", Key: "2026-01-01T00-00Z/manifest.json" }),
    ],
    [
      "the rows of the files that a manifest of Athena names",
      { from: "athena-manifest", bucket: "b", key: { path: "$.manifest" }, format: "CSV", headers: ["a"] },
      reader(
        "getObject",
        { ManifestType: "ATHENA_DATA", InputType: "CSV", CSVHeaderLocation: "GIVEN", CSVHeaders: ["a"] },
        { Bucket: "b", "Key.$": "$.manifest" },
      ),
    ],
  ])("can be %s", (_, items, fields) => {
    expect(mapState({ items })).toEqual(fields);
  });

  it("from a listing can be limited", () => {
    expect(mapState({ items: { from: "s3-listing", bucket: "b" }, maxItems: 7 })).toEqual(
      reader("listObjectsV2", { MaxItems: 7 }, { Bucket: "b" }),
    );
  });
});

describe("results", () => {
  it("in files are the children's records, one a line, unless something else is asked for", () => {
    expect(mapState({ items: { from: "input" }, results: {} })).toEqual({
      ResultWriter: {
        Resource: "arn:aws:states:::s3:putObject",
        WriterConfig: { Transformation: "NONE", OutputType: "JSONL" },
        Parameters: { Bucket: "results" },
      },
    });
  });

  it("go to the bucket of the options rather than that of the references", () => {
    expect(mapState({ items: { from: "input" }, results: { bucket: "mine" } })).toMatchObject({
      ResultWriter: { Parameters: { Bucket: "mine" } },
    });
  });

  it("reach the gather function whole when they are inline", () => {
    expect(fanOut({ items: { from: "input" } }, { task: TASK, gather: GATHER })).toMatchObject({
      States: {
        FanOut: { Next: "Gather" },
        Gather: { Parameters: { FunctionName: GATHER, Payload: { "results.$": "$" } }, OutputPath: "$.Payload" },
      },
    });
  });
});

describe("retries", () => {
  it("are left out when there are to be none", () => {
    const machine = fanOut({ items: { from: "input" }, retry: { attempts: 0 } }, { task: TASK, gather: GATHER });
    expect(JSON.stringify(machine)).not.toContain("Retry");
  });

  it("name each error once", () => {
    const machine = fanOut({ items: { from: "input" }, retry: { errors: ["Lambda.ServiceException"] } }, refs);
    expect(JSON.stringify(machine).split("Lambda.ServiceException")).toHaveLength(2);
  });

  it("may wait longer than half a minute when the first wait is longer already", () => {
    const machine = fanOut({ items: { from: "input" }, retry: { intervalSeconds: 40 } }, refs);
    expect(JSON.stringify(machine)).toContain('"MaxDelaySeconds":80');
  });
});

describe("the retries of single items", () => {
  const options: FanOutOptions = {
    items: { from: "input" },
    batch: { items: 10 },
    taskTimeoutSeconds: 20,
    itemRetry: { attempts: 3 },
  };
  const child = (given: FanOutOptions) =>
    (fanOutStates(given, refs).states.FanOut as { ItemProcessor: { States: Record<string, object> } }).ItemProcessor;

  it("follow the same plain Task", () => {
    expect(child(options).States.Task).toEqual({ ...INVOKE, TimeoutSeconds: 20, Next: "Check" });
  });

  it("bound and repeat the invocations that follow as the first one", () => {
    expect(child(options).States.TaskAgain).toMatchObject({ TimeoutSeconds: 20, Retry: RETRY });
  });

  it("leave the single plain Task when there are to be none", () => {
    const states = child({ ...options, itemRetry: { attempts: 0 } }).States;
    expect(states).toEqual({ Task: { ...INVOKE, TimeoutSeconds: 20, End: true } });
  });

  it("hand the shared input on where there is one", () => {
    const payload = { Arguments: { Payload: { BatchInput: expect.any(String) } } };
    expect(child({ ...options, batchInput: { a: 1 } }).States.TaskAgain).toMatchObject(payload);
    expect(child(options).States.TaskAgain).not.toMatchObject(payload);
  });
});

describe("the states for a larger machine", () => {
  it("have a prefix in every name and lead nowhere yet", () => {
    const options: FanOutOptions = { items: { from: "input" }, batch: { items: 2 }, itemRetry: {} };
    const { map, gather, states } = fanOutStates(options, { task: TASK, gather: GATHER }, { prefix: "Thumbs " });
    expect([map, gather]).toEqual(["Thumbs FanOut", "Thumbs Gather"]);
    expect(Object.keys(states)).toEqual([map, gather]);
    for (const state of Object.values(states)) {
      expect(state).not.toHaveProperty("Next");
      expect(state).not.toHaveProperty("End");
    }
    const { StartAt, States } = (states[map] as { ItemProcessor: { StartAt: string; States: object } }).ItemProcessor;
    expect([StartAt, ...Object.keys(States)].every((name) => name.startsWith("Thumbs "))).toBe(true);
  });
});

function reader(action: string, ReaderConfig: object, Parameters: object): object {
  return { ItemReader: { Resource: `arn:aws:states:::s3:${action}`, ReaderConfig, Parameters } };
}
