import { describe, expect, it } from "vitest";
import { type FanOutOptions, fanOut } from "../../../lib/definition/fan-out.js";
import { FanoutError } from "../../../lib/errors.js";

/** The lines of the error that options give; none when they are accepted. */
function mistakes(options: object, refs: object = { task: "t" }, isToken?: (value: unknown) => boolean): string[] {
  try {
    fanOut(options as FanOutOptions, refs as { task: string }, { isToken });
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(FanoutError);
    expect(error).toHaveProperty("code", "FANOUT_OPTION_INVALID");
    return (error as Error).message.split("\n");
  }
}

const SOURCES = '"input", "s3", "s3-listing", "s3-inventory" or "athena-manifest"';
const items = { from: "input" };
const s3 = { from: "s3", bucket: "b", key: "k", format: "JSON" };
const batch = { items: 10 };

describe("each mistake is one line that names the option, what is allowed and what was given", () => {
  it.each<[object, string]>([
    [{}, "items must be given, an object with from, got: nothing"],
    [{ items: [] }, "items must be an object with from, got: []"],
    [{ items: {} }, `items.from must be ${SOURCES}, got: nothing`],
    [{ items: { from: "S3" } }, `items.from must be ${SOURCES}, got: "S3"`],
    [{ items: { from: "toString" } }, `items.from must be ${SOURCES}, got: "toString"`],
    [{ items: { from: "s3-inventory", bucket: "b" } }, "items.key must be a name or { path }, got: nothing"],
    [
      { items: { ...s3, from: "s3-inventory" } },
      'items.format is not an option here (from, bucket or key are), got: "JSON"',
    ],
    [
      { items: { ...s3, from: "athena-manifest", format: "CSV" } },
      "items.headers must be a list, since CSV files of Athena have no headers, got: nothing",
    ],
    [{ items: { ...s3, from: "athena-manifest" } }, 'items.format must be JSONL, CSV or PARQUET, got: "JSON"'],
    [
      { items: { ...s3, format: "PARQUET", delimiter: "TAB" } },
      'items.delimiter must be left out where the format is not CSV, got: "TAB"',
    ],
    [{ items: { from: "input", path: "items" } }, 'items.path must be a path such as $.items, got: "items"'],
    [{ items: { from: "input", bucket: "b" } }, 'items.bucket is not an option here (from or path are), got: "b"'],
    [{ items, maxItems: 5 }, "maxItems must be left out where the items come from the input, got: 5"],
    [{ items: s3, maxItems: 0 }, "maxItems must be an integer from 1 to 100,000,000, got: 0"],
    [{ items: s3, maxItems: 1.5 }, "maxItems must be an integer from 1 to 100,000,000, got: 1.5"],
    [{ items: { ...s3, bucket: undefined } }, "items.bucket must be a name or { path }, got: nothing"],
    [{ items: { ...s3, bucket: "" } }, 'items.bucket must be a name or { path }, the path such as $.name, got: ""'],
    [
      { items: { ...s3, key: { path: "key" } } },
      'items.key must be a name or { path }, the path such as $.name, got: {"path":"key"}',
    ],
    [{ items: { ...s3, format: undefined } }, "items.format must be JSON, JSONL, CSV or PARQUET, got: nothing"],
    [{ items: { ...s3, format: "json" } }, 'items.format must be JSON, JSONL, CSV or PARQUET, got: "json"'],
    [{ items: { ...s3, pointer: "data" } }, 'items.pointer must be a JSON Pointer such as /data/items, got: "data"'],
    [{ items: { ...s3, pointer: "/a~2" } }, 'items.pointer must be a JSON Pointer such as /data/items, got: "/a~2"'],
    [
      { items: { ...s3, format: "JSONL", pointer: "/a" } },
      'items.pointer must be left out where the format is not JSON, got: "/a"',
    ],
    [{ items: { ...s3, headers: ["a"] } }, 'items.headers must be left out where the format is not CSV, got: ["a"]'],
    [
      { items: { ...s3, format: "CSV", headers: ["a", "a"] } },
      'items.headers must be "first-row" or a list of different names, at most 10 KiB together, got: ["a","a"]',
    ],
    [
      { items: { ...s3, format: "CSV", headers: "none" } },
      'items.headers must be "first-row" or a list of different names, at most 10 KiB together, got: "none"',
    ],
    [
      { items: { ...s3, format: "CSV", delimiter: ";" } },
      'items.delimiter must be COMMA, PIPE, SEMICOLON, SPACE or TAB, got: ";"',
    ],
    [
      { items: { from: "s3-listing", bucket: "b", load: {} } },
      "items.load.format must be JSON, JSONL, CSV or PARQUET, got: nothing",
    ],
    [
      { items: { from: "s3-listing", bucket: "b", prefix: 1 } },
      "items.prefix must be a name or { path }, the path such as $.name, got: 1",
    ],
    [{ items, itemSelector: "x" }, 'itemSelector must be an object (a payload template in JSONPath), got: "x"'],
    [
      { items, itemSelector: { a: { "b.$": "c" } } },
      'itemSelector.a.b.$ must be a path or an intrinsic function, got: "c"',
    ],
    [{ items, batch: {} }, "batch must be given items, bytes or both, got: {}"],
    [{ items, batch: 10 }, "batch must be an object with items or bytes, got: 10"],
    [{ items, batch: { items: 0 } }, "batch.items must be an integer of at least 1, got: 0"],
    [{ items, batch: { bytes: 262_145 } }, "batch.bytes must be an integer from 1 to 262,144, got: 262145"],
    [{ items, batch: { count: 3, items: 3 } }, "batch.count is not an option here (items or bytes are), got: 3"],
    [{ items, batchInput: {} }, "batchInput must be left out where there is no batch, got: {}"],
    [{ items, batch, batchInput: [] }, "batchInput must be an object (a payload template in JSONPath), got: []"],
    [{ items, maxConcurrency: -1 }, "maxConcurrency must be an integer of at least 0, got: -1"],
    [{ items, toleratedFailureCount: "3" }, 'toleratedFailureCount must be an integer of at least 0, got: "3"'],
    [{ items, toleratedFailurePercentage: 101 }, "toleratedFailurePercentage must be a number from 0 to 100, got: 101"],
    [
      { items, toleratedFailurePercentage: Number.NaN },
      "toleratedFailurePercentage must be a number from 0 to 100, got: NaN",
    ],
    [{ items, childType: "express" }, 'childType must be EXPRESS or STANDARD, got: "express"'],
    [{ items, taskTimeoutSeconds: 301 }, "taskTimeoutSeconds must be an integer from 1 to 300, got: 301"],
    [
      { items, taskTimeoutSeconds: 0, childType: "STANDARD" },
      "taskTimeoutSeconds must be an integer from 1 to 99,999,999, got: 0",
    ],
    [{ items, retry: { attempts: -1 } }, "retry.attempts must be an integer from 0 to 99,999,999, got: -1"],
    [{ items, retry: { intervalSeconds: 0 } }, "retry.intervalSeconds must be an integer from 1 to 99,999,999, got: 0"],
    [{ items, retry: { backoffRate: 0.5 } }, "retry.backoffRate must be a number of at least 1, got: 0.5"],
    [
      { items, retry: { intervalSeconds: 5, maxDelaySeconds: 4 } },
      "retry.maxDelaySeconds must be an integer from 5 to 31,622,400, got: 4",
    ],
    [
      { items, retry: { errors: ["States.ALL"] } },
      'retry.errors must be a list of error names (instead of States.ALL: States.TaskFailed and States.Timeout), got: ["States.ALL"]',
    ],
    [
      { items, itemRetry: { attempts: 1 } },
      'itemRetry must be left out where there is no batch (retry.errors repeats a single item), got: {"attempts":1}',
    ],
    [
      { items, batch, itemRetry: { attempts: 0.5 } },
      "itemRetry.attempts must be an integer from 0 to 99,999,999, got: 0.5",
    ],
    [
      { items, batch, itemRetry: { errors: [] } },
      "itemRetry.errors is not an option here (attempts, intervalSeconds, backoffRate or maxDelaySeconds are), got: []",
    ],
    [{ items, results: "file" }, 'results must be "inline" or an object, got: "file"'],
    [{ items, results: {} }, "results.bucket must be given, since there is no other bucket for results, got: nothing"],
    [{ items, results: { bucket: "" } }, 'results.bucket must be a string that is not empty, got: ""'],
    [
      { items, results: { bucket: "b", prefix: "runs/" } },
      'results.prefix must be a string that neither begins nor ends with / and is not empty, got: "runs/"',
    ],
    [
      { items, results: { bucket: "b", transformation: "flat" } },
      'results.transformation must be NONE, COMPACT or FLATTEN, got: "flat"',
    ],
    [{ items, results: { bucket: "b", format: "CSV" } }, 'results.format must be JSON or JSONL, got: "CSV"'],
    [
      { items, maxConcurency: 5 },
      expect.stringMatching(/^maxConcurency is not an option here \(.*maxConcurrency.*\), got: 5$/),
    ],
    [{ items, comment: 1 }, "comment must be a string that is not empty, got: 1"],
  ])("%j", (options, line) => {
    expect(mistakes(options)).toEqual([line]);
  });

  it.each(["", "a b", "a:b", "tab\t", "\u0001", "x".repeat(41), "a/b?", "[a]", "a\\b"])("label %j", (label) => {
    expect(mistakes({ items, label })).toEqual([
      `label must be 1 to 40 characters without blanks, ? * < > { } [ ] : ; , \\ | ^ ~ $ # % & \` or ", got: ${JSON.stringify(label)}`,
    ]);
  });

  it("names the references as well", () => {
    expect(mistakes({ items }, { gather: "" })).toEqual([
      "task must be given, a string that is not empty, got: nothing",
      'gather must be a string that is not empty, got: ""',
    ]);
  });
});

describe("all mistakes", () => {
  it("are told at once, in the order of the options", () => {
    const lines = mistakes({ items: { ...s3, format: "XML" }, batch: { items: -1 }, maxConcurrency: 0.5, results: {} });
    expect(lines.map((line) => line.split(" ", 1)[0])).toEqual([
      "items.format",
      "batch.items",
      "maxConcurrency",
      "results.bucket",
    ]);
  });

  it("take a line each, whatever was given", () => {
    const cycle: { self?: object } = {};
    cycle.self = cycle;
    const values = [cycle, 1n, () => {}, Symbol("s"), "a\nb", "x".repeat(1_000), null];
    for (const label of values) {
      const lines = mistakes({ items, label });
      expect(lines).toHaveLength(1);
      expect(lines[0]?.length).toBeLessThan(260);
    }
  });
});

describe("tokens", () => {
  const TOKEN = "#{Token[TOKEN.7]}";
  const NUMBER = -1.8881545897087968e289;
  const isToken = (value: unknown) => value === NUMBER || (typeof value === "string" && value.includes("#{Token["));

  it("pass every check, since their values are not known", () => {
    const options = {
      items: { from: "s3", bucket: TOKEN, key: TOKEN, format: "CSV", delimiter: TOKEN, headers: TOKEN },
      maxItems: NUMBER,
      batch: { items: NUMBER, bytes: NUMBER },
      maxConcurrency: NUMBER,
      toleratedFailurePercentage: NUMBER,
      taskTimeoutSeconds: NUMBER,
      retry: { attempts: NUMBER, intervalSeconds: NUMBER, backoffRate: NUMBER, maxDelaySeconds: NUMBER },
      results: { bucket: TOKEN, prefix: TOKEN },
      label: TOKEN,
    };
    expect(mistakes(options, { task: TOKEN }, isToken)).toEqual([]);
    expect(mistakes(options, { task: TOKEN })).not.toEqual([]);
  });

  it("are refused where they would end up inside an expression", () => {
    expect(mistakes({ items, batch, itemRetry: { attempts: NUMBER } }, { task: "t" }, isToken)).toEqual([
      "itemRetry.attempts must be known at synthesis, got: a token",
    ]);
  });
});
