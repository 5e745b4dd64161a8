import { basename, extname, resolve } from "node:path";
import { discardStore } from "../adapters/store/discard.js";
import { singleFileStore } from "../adapters/store/single-file.js";
import { generatedObjects } from "../adapters/store/virtual.js";
import type { Application, FunctionDefinition, StateMachineSource } from "../definition/application.js";
import { type FanOutOptions, fanOut, type ItemsOptions, type RecordFormat } from "../definition/fan-out.js";
import { FanoutError } from "../errors.js";
import { JsonText } from "../json.js";
import type { ObjectStore } from "../run/ports.js";
import { listedFiles } from "./listed-files.js";
import type { ItemsFile } from "./reader-failure.js";

/** Items of a run that has no template. */
export type QuickItems =
  /** A file of items; its format goes by its extension unless it is given. */
  | { readonly file: string; readonly format?: RecordFormat | undefined }
  /** JSON lines, made while they are read, and what they are called in messages. */
  | { readonly lines: () => AsyncIterable<Uint8Array>; readonly name?: string | undefined }
  /** Paths of files: each file is an item as a listing of a bucket has it, its key being the path. */
  | { readonly files: readonly string[] }
  /** An object of a store, or the objects that a prefix lists when there is no format. */
  | { readonly store: ObjectStore; readonly bucket: string; readonly key: string; readonly format?: RecordFormat };

/** The options of the builder that a run without a template may have. */
export type QuickFanOutOptions = Pick<
  FanOutOptions,
  | "maxItems"
  | "itemSelector"
  | "batch"
  | "batchInput"
  | "maxConcurrency"
  | "toleratedFailureCount"
  | "toleratedFailurePercentage"
  | "childType"
  | "retry"
  | "taskTimeoutSeconds"
  | "itemRetry"
>;

export interface QuickOptions extends QuickFanOutOptions {
  /** Source module of the task, TypeScript or JavaScript. */
  readonly task: string;
  /** Name of its export. Default: `handler`. */
  readonly handler?: string | undefined;
  readonly items: QuickItems;
  readonly region?: string | undefined;
}

/** What a session needs to run a task with no template: the state machine that the builder makes, and its world. */
export interface QuickTarget {
  readonly application: Application;
  readonly stateMachine: StateMachineSource;
  readonly input: JsonText;
  readonly stores: Readonly<Record<string, ObjectStore>>;
  readonly itemFiles: Readonly<Record<string, ItemsFile>>;
}

const ACCOUNT = "000000000000";
const ITEMS_BUCKET = "fanout-items";
const RESULTS_BUCKET = "fanout-results";

/**
 * Makes a state machine of a task and a source of items, with the one builder, as a deployed fan-out has it. Its results
 * go to a bucket that forgets them: they are taken from the run as they come. Throws FanoutError.
 */
export function quickTarget(options: QuickOptions): QuickTarget {
  const { task, handler = "handler", items, region = "us-east-1", ...rest } = options;
  const name = nameOf(task);
  const definition: FunctionDefinition = {
    name,
    arn: `arn:aws:lambda:${region}:${ACCOUNT}:function:${name}`,
    code: { kind: "module", path: resolve(task) },
    handler,
    environment: {},
    // What the construct gives a task too: the memory that comes with one whole core.
    memoryMB: 1769,
    // Once the task's time is up nobody waits for the function, which would keep its thread for ever.
    timeoutSeconds: rest.taskTimeoutSeconds,
  };
  const source = sourceOf(items);
  const machine = fanOut(
    {
      ...rest,
      items: source.items,
      results: { transformation: "COMPACT", format: "JSONL" },
    },
    { task: definition.arn, resultsBucket: RESULTS_BUCKET },
  );
  return {
    application: { stateMachines: [], functions: [definition], buckets: [], account: ACCOUNT, region },
    stateMachine: {
      name,
      arn: `arn:aws:states:${region}:${ACCOUNT}:stateMachine:${name}`,
      type: "STANDARD",
      roleArn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
      definition: machine,
      file: task,
    },
    input: new JsonText("{}"),
    stores: { [source.bucket ?? ITEMS_BUCKET]: source.store, [RESULTS_BUCKET]: discardStore() },
    itemFiles: { [source.bucket ?? ITEMS_BUCKET]: source.file },
  };
}

interface Source {
  /** Default: one that there is not. */
  readonly bucket?: string;
  readonly items: ItemsOptions;
  readonly store: ObjectStore;
  readonly file: ItemsFile;
}

function sourceOf(items: QuickItems): Source {
  if ("store" in items) {
    const { store, bucket, key, format } = items;
    return {
      bucket,
      items:
        format === undefined
          ? { from: "s3-listing", bucket, ...(key === "" ? {} : { prefix: key }) }
          : { from: "s3", bucket, key, ...format },
      store,
      file: { name: `s3://${bucket}`, isFile: false, isBucket: true },
    };
  }
  if ("files" in items) {
    return {
      items: { from: "s3-listing", bucket: ITEMS_BUCKET },
      store: listedFiles(items.files),
      file: { name: "the listed files", isFile: false },
    };
  }
  if ("file" in items) {
    const key = basename(items.file);
    return {
      items: { from: "s3", bucket: ITEMS_BUCKET, key, ...(items.format ?? formatOf(items.file)) },
      store: singleFileStore(key, resolve(items.file)),
      file: { name: items.file, isFile: true },
    };
  }
  const key = "items.jsonl";
  return {
    items: { from: "s3", bucket: ITEMS_BUCKET, key, format: "JSONL" },
    store: generatedObjects({ [key]: items.lines }),
    file: { name: items.name ?? "items", isFile: false },
  };
}

/** A function name that Lambda would take, from the name of the task's file. */
function nameOf(task: string): string {
  const name = basename(task, extname(task)).replace(/[^A-Za-z0-9_-]/g, "-");
  return name === "" ? "task" : name.slice(0, 64);
}

/** Formats of text, which may be packed as a whole. */
const FORMATS: Readonly<Record<string, RecordFormat>> = {
  ".json": { format: "JSON" },
  ".jsonl": { format: "JSONL" },
  ".ndjson": { format: "JSONL" },
  ".csv": { format: "CSV", headers: "first-row" },
  ".tsv": { format: "CSV", headers: "first-row", delimiter: "TAB" },
};

/**
 * The format of an items file by its extension, that of a packed file by the one before. Throws FANOUT_FILE_UNREADABLE for
 * one that is none of them.
 */
export function formatOf(file: string): RecordFormat {
  if (/\.parquet$/i.test(file)) return { format: "PARQUET" };
  const format = FORMATS[extname(file.replace(/\.(?:gz|zstd?)$/i, "")).toLowerCase()];
  if (format !== undefined) return format;
  const known = Object.keys(FORMATS).join(", ");
  throw new FanoutError(
    "FANOUT_FILE_UNREADABLE",
    `not an items file: its extension is none of ${known} (each also with .gz, .zst or .zstd), .parquet`,
    { location: { file } },
  );
}
