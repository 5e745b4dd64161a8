import { fileURLToPath } from "node:url";
import type { ItemFailure, ItemStatus } from "../local/item-results.js";
import { itemsAt } from "../results/items.js";
import { readResults } from "../results/read.js";
import type { Result } from "../results/result.js";
import type { ConnectOptions } from "./client.js";
import { LazyS3, openResults, withRegionOf } from "./open-results.js";

/** How an item of a run ended. */
export type RunResult<Out = unknown, In = unknown> = SucceededResult<Out, In> | FailedResult<In>;

/** What is known of an item besides how it ended. */
interface ItemOfRun<In> {
  /** Position among the items, from 0, where the order is known. */
  readonly index?: number;
  /** Name of the child execution, where the files have records of executions. */
  readonly name?: string;
  /** The item, where the files have records of executions or `items` are given. */
  readonly input?: In;
}

export interface SucceededResult<Out = unknown, In = unknown> extends ItemOfRun<In> {
  readonly status: "SUCCEEDED";
  readonly output: Out;
}

export interface FailedResult<In = unknown> extends ItemOfRun<In> {
  readonly status: Exclude<ItemStatus, "SUCCEEDED">;
  readonly error: ItemFailure;
}

export interface ResultsOptions extends Omit<ConnectOptions, "maxAttempts"> {
  /** The items of the run: path or s3:// URI of their file. Results come in their order, and with their input. */
  readonly items?: string | URL | undefined;
}

/** The results of a run, to be iterated as often as is wanted; each iteration reads them anew. */
export interface RunResults<Out = unknown, In = unknown> extends AsyncIterable<RunResult<Out, In>> {
  /** Those that succeeded. */
  succeeded(): AsyncIterable<SucceededResult<Out, In>>;
  /** All others: failed, timed out, aborted, not started. */
  failed(): AsyncIterable<FailedResult<In>>;
  /** The same in item order. Its iteration rejects where the order cannot be restored. */
  ordered(): RunResults<Out, In>;
}

/**
 * The results of a run, read as they are iterated, with memory that does not grow with their number.
 *
 *     for await (const { output } of results<Thumbnail>("s3://bucket/prefix").succeeded()) ...
 *
 * The iteration rejects with FanoutError when the results cannot be read.
 *
 * @param run Path or s3:// URI of a manifest.json or of the folder that has it, or the ARN of an execution or a map run.
 */
export function results<Out = unknown, In = unknown>(
  run: string | URL,
  options: ResultsOptions = {},
): RunResults<Out, In> {
  return new Reader<Out, In>(placeOf(run), options, false);
}

class Reader<Out, In> implements RunResults<Out, In> {
  readonly #run: string;
  readonly #options: ResultsOptions;
  readonly #ordered: boolean;

  constructor(run: string, options: ResultsOptions, ordered: boolean) {
    this.#run = run;
    this.#options = options;
    this.#ordered = ordered;
  }

  [Symbol.asyncIterator](): AsyncIterator<RunResult<Out, In>> {
    return this.#read(undefined);
  }

  succeeded(): AsyncIterable<SucceededResult<Out, In>> {
    return this.#read("succeeded") as AsyncIterable<SucceededResult<Out, In>>;
  }

  failed(): AsyncIterable<FailedResult<In>> {
    return this.#read("failed") as AsyncIterable<FailedResult<In>>;
  }

  ordered(): RunResults<Out, In> {
    return new Reader<Out, In>(this.#run, this.#options, true);
  }

  async *#read(only: "failed" | "succeeded" | undefined): AsyncGenerator<RunResult<Out, In>, void, void> {
    const { items, ...given } = this.#options;
    const connection = withRegionOf(this.#run, given);
    const s3 = new LazyS3(connection);
    try {
      const run = await openResults(this.#run, s3, connection);
      const source = items === undefined ? undefined : itemsAt(placeOf(items), s3.get);
      for await (const chunk of readResults(run, { ordered: this.#ordered, items: source, only })) {
        for (const result of chunk) yield parsed<Out, In>(result);
      }
    } finally {
      await s3.close();
    }
  }
}

function parsed<Out, In>({ index, name, input, status, output, error }: Result): RunResult<Out, In> {
  const known = {
    ...(index === undefined ? {} : { index }),
    ...(name === undefined ? {} : { name }),
    ...(input === undefined ? {} : { input: JSON.parse(input) as In }),
  };
  if (status === "SUCCEEDED") return { ...known, status, output: JSON.parse(output ?? "null") as Out };
  return { ...known, status, error: error ?? { name: status, message: "" } };
}

function placeOf(place: string | URL): string {
  return place instanceof URL || place.startsWith("file:") ? fileURLToPath(place) : place;
}
