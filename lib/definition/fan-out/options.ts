import type { Json, JsonObject } from "../../json.js";

/** A value that each execution brings along: a JSONPath into its input, such as `{ path: "$.bucket" }`. */
export interface FromInput {
  /** Begins with `$.` (the input) or `$$.` (the context object). */
  readonly path: string;
}

/**
 * What a fan-out is, apart from the names of its resources. `fanOut` turns it into a state machine.
 *
 * @typeParam Bucket how a bucket may be named besides by its name or by a path (the CDK construct adds `IBucket`).
 */
export interface FanOutOptions<Bucket = never> {
  /** Where the items come from. */
  readonly items: ItemsOptions<Bucket>;
  /** At most so many items are read, 1 to 100,000,000; only for items from S3. Default: all. */
  readonly maxItems?: number | undefined;
  /**
   * What a task gets for an item: a payload template in JSONPath, in which `$$.Map.Item.Value`, `$$.Map.Item.Index`
   * and, for objects, `$$.Map.Item.Key` stand for the item and `$` for the input of the state. Default: the item.
   */
  readonly itemSelector?: JsonObject | undefined;
  /** Hands several items to one invocation as `{ BatchInput?, Items }`. Default: one item, one invocation. */
  readonly batch?: BatchOptions | undefined;
  /** What every batch gets besides its items, as `BatchInput`: a payload template in JSONPath. Needs `batch`. */
  readonly batchInput?: JsonObject | undefined;
  /** At most so many children run at once; 0 means 10,000, which is also the ceiling. Default: 0. */
  readonly maxConcurrency?: number | undefined;
  /** The fan-out fails when more items than this fail or time out. Default: 0. */
  readonly toleratedFailureCount?: number | undefined;
  /** The fan-out fails when more than this percentage of the items fails or times out, 0 to 100. Default: 0. */
  readonly toleratedFailurePercentage?: number | undefined;
  /**
   * `EXPRESS` children are billed by duration, have no history of their own, end after 5 minutes and may run twice.
   * `STANDARD` children are billed by state transition, keep a history, last up to a year and run exactly once.
   * Default: `EXPRESS`.
   */
  readonly childType?: "EXPRESS" | "STANDARD" | undefined;
  /** How the invocation of a function is repeated when Lambda refuses or loses it. Default: 6 retries, see there. */
  readonly retry?: RetryOptions | undefined;
  /** Seconds after which a child gives up waiting for its function; at most 300 for `EXPRESS`. Default: no limit. */
  readonly taskTimeoutSeconds?: number | undefined;
  /**
   * How the items of a batch that failed or were left unprocessed are tried again, alone; needs `batch` and a function
   * made with `task()`. Items that still fail are outcomes in the results, not failed children. All invocations and
   * waits of an `EXPRESS` child have to fit into its 5 minutes. Default: not at all.
   */
  readonly itemRetry?: ItemRetryOptions | undefined;
  /**
   * Where the results go. `"inline"`: they are the output of the execution, an array with one element per child (the
   * outcomes of a batch when batching), at most 262,144 bytes. Default: `"inline"`.
   */
  readonly results?: "inline" | ResultFilesOptions<Bucket> | undefined;
  /** Name of the map run in ARNs, at most 40 characters. Default: one that Step Functions makes. */
  readonly label?: string | undefined;
  /** Comment of the state machine. */
  readonly comment?: string | undefined;
}

/** Where the items come from. */
export type ItemsOptions<Bucket = never> =
  | ItemsFromInput
  | ItemsFromFile<Bucket>
  | ItemsFromListing<Bucket>
  | ItemsFromInventory<Bucket>
  | ItemsFromAthena<Bucket>;

/** The elements of an array, or the key and value pairs of an object, in the input of the execution. */
export interface ItemsFromInput {
  readonly from: "input";
  /** Path of the array or object. Default: `$`, the whole input. */
  readonly path?: string | undefined;
}

/** The records of one object in S3. */
export type ItemsFromFile<Bucket = never> = {
  readonly from: "s3";
  readonly bucket: string | FromInput | Bucket;
  readonly key: string | FromInput;
} & RecordFormat;

/** The objects under a prefix in S3: each object's key, size and date or, with `load`, the records in all of them. */
export interface ItemsFromListing<Bucket = never> {
  readonly from: "s3-listing";
  readonly bucket: string | FromInput | Bucket;
  /** Default: the whole bucket. */
  readonly prefix?: string | FromInput | undefined;
  /** Reads the objects, which must all have this format, and takes their records as the items. */
  readonly load?: RecordFormat | undefined;
}

/**
 * The objects that an S3 inventory lists, which must be in CSV: each item has the fields of the inventory, all strings. The
 * files of the inventory are in the bucket that its manifest names, as a rule the bucket of the manifest.
 */
export interface ItemsFromInventory<Bucket = never> {
  readonly from: "s3-inventory";
  readonly bucket: string | FromInput | Bucket;
  /** Key of the `manifest.json`. */
  readonly key: string | FromInput;
}

/**
 * The records of the files that a manifest of Athena names: one `s3://bucket/key` a line, as UNLOAD, CREATE TABLE AS and
 * INSERT INTO leave it. Athena does not write JSON arrays, and its CSV files have no row of headers: name them.
 */
export type ItemsFromAthena<Bucket = never> = {
  readonly from: "athena-manifest";
  readonly bucket: string | FromInput | Bucket;
  /** Key of the manifest. */
  readonly key: string | FromInput;
} & Exclude<RecordFormat, { format: "JSON" }>;

/** How items are written in a file. */
export type RecordFormat =
  | {
      /** A JSON array or object. */
      readonly format: "JSON";
      /** JSON Pointer (RFC 6901) of the array or object in the file, such as `/data/items`. Default: the root. */
      readonly pointer?: string | undefined;
    }
  | {
      /** One JSON value a line. */
      readonly format: "JSONL";
    }
  | {
      /** Each row is an object, its members the columns. Row groups of at most 256 MB. */
      readonly format: "PARQUET";
    }
  | {
      /** Each row is an object of strings. */
      readonly format: "CSV";
      /** `"first-row"`, or the names when the file has no header. Default: `"first-row"`. */
      readonly headers?: "first-row" | readonly string[] | undefined;
      /** Default: `"COMMA"`. */
      readonly delimiter?: CsvDelimiter | undefined;
    };

export type CsvDelimiter = "COMMA" | "PIPE" | "SEMICOLON" | "SPACE" | "TAB";

/** When a batch is full; at least one of the two. */
export interface BatchOptions {
  /** Items, at least 1. */
  readonly items?: number | undefined;
  /** Bytes of the child's input as UTF-8, 1 to 262,144. A batch never exceeds 262,144 bytes in any case. */
  readonly bytes?: number | undefined;
}

/**
 * Retries with full jitter: each wait is drawn evenly between 0 and its full length. They cover
 * `Lambda.TooManyRequestsException` and the faults of the service and the network
 * (`Lambda.ClientExecutionTimeoutException`, `Lambda.ServiceException`, `Lambda.AWSLambdaException`,
 * `Lambda.SdkClientException`). A function that ran and crashed or timed out (`Sandbox.Timedout`, `Lambda.Unknown`) or
 * threw is not invoked again, since it may have had effects and would probably do the same; `errors` adds what should be.
 */
export interface RetryOptions {
  /** Retries after the first try; 0 for none. Default: 6. */
  readonly attempts?: number | undefined;
  /** Full wait before the first retry. Default: 2. */
  readonly intervalSeconds?: number | undefined;
  /** Factor from one full wait to the next, at least 1. Default: 2. */
  readonly backoffRate?: number | undefined;
  /** The longest full wait. Default: 30, or twice `intervalSeconds` if that is longer. */
  readonly maxDelaySeconds?: number | undefined;
  /** Names of further errors that are retried, such as the name of an error class of the task. Default: none. */
  readonly errors?: readonly string[] | undefined;
}

/** Retries of single items of a batch, with full jitter. */
export interface ItemRetryOptions {
  /** Invocations after the first one, each with just the items that are not done; 0 for none. Default: 2. */
  readonly attempts?: number | undefined;
  /** Full wait before the first one. Default: 1. */
  readonly intervalSeconds?: number | undefined;
  /** Factor from one full wait to the next, at least 1. Default: 2. */
  readonly backoffRate?: number | undefined;
  /** The longest full wait. Default: 30, or twice `intervalSeconds` if that is longer. */
  readonly maxDelaySeconds?: number | undefined;
}

/** Results in files in S3, beside a `manifest.json` that names them. The execution's output says where it is. */
export interface ResultFilesOptions<Bucket = never> {
  /** Default: the bucket that the references name. */
  readonly bucket?: string | Bucket | undefined;
  /** Folder in the bucket; each map run makes one of its own in it. Default: none. */
  readonly prefix?: string | undefined;
  /**
   * `NONE`: the record of each child with its input and output. `COMPACT`: the outputs. `FLATTEN`: the outputs, arrays
   * (the outcomes of a batch) spliced. Default: `NONE`.
   */
  readonly transformation?: "NONE" | "COMPACT" | "FLATTEN" | undefined;
  /** `JSONL` can be read line by line; `JSON` is one array. Default: `JSONL`. */
  readonly format?: "JSON" | "JSONL" | undefined;
}

/** The names of the resources that a fan-out uses. They may be unresolved CDK tokens. */
export interface FanOutRefs {
  /** ARN or name of the function that does the task. */
  readonly task: string;
  /** ARN or name of a function that is invoked at the end with a GatherEvent; its output is the execution's output. */
  readonly gather?: string | undefined;
  /** Name of the bucket for result files, when the options name none. */
  readonly resultsBucket?: string | undefined;
  /** Default: `aws`. */
  readonly partition?: string | undefined;
}

/** What the gather function is invoked with: the results themselves or, for result files, where their manifest is. */
export type GatherEvent =
  | { readonly results: readonly Json[] }
  | { readonly mapRunArn: string; readonly bucket: string; readonly key: string };
