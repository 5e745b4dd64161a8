import type { Batch, ItemOutcome } from "./batch.js";
import { isBatch } from "./batch.js";
import type { LambdaContext, TaskContext } from "./context.js";
import { runBatch } from "./run-batch.js";

export type { Batch, ItemError, ItemOutcome } from "./batch.js";
export type { LambdaContext, TaskContext } from "./context.js";
export type { GatheredResult } from "./gathered.js";
export { type Gathered, type GatherInput, type GatherOptions, type GatherSummary, results } from "./results.js";

export interface TaskOptions {
  /**
   * Items of a batch that run at once, for tasks that wait on I/O. Integer, at least 1.
   *
   * @default 1
   */
  readonly concurrency?: number;
  /**
   * No item of a batch begins when less than this is left of the invocation, in ms; it is left "unprocessed". When only
   * half of it is left, items that still run are given up as failed, so that the others keep their results.
   *
   * @default a tenth of what is left at the start, at most 1000
   */
  readonly marginMs?: number;
}

/**
 * A Lambda handler: one item gives the output, a batch gives one outcome per item, in order. The signature for one item
 * comes last because inference takes the last one, as it does for a plain `async (event) => ...`.
 */
export interface Task<In, Out> {
  (event: Batch<In>, context: LambdaContext): Promise<ItemOutcome<Out>[]>;
  (event: In, context: LambdaContext): Promise<Out>;
}

/** The item type of a task or a plain handler. */
export type InputOf<T> = T extends (event: infer In, ...rest: never[]) => unknown ? In : never;

/** The output type of a task or a plain handler. */
export type OutputOf<T> = T extends (...args: never[]) => infer Out ? Awaited<Out> : never;

/**
 * Makes a Lambda handler of a function for one item. Throws RangeError when an option is out of range.
 *
 * An event `{ Items: [...], BatchInput? }` with no further member is a batch; every other event is an item.
 */
export function task<In, Out>(
  run: (item: In, context: TaskContext) => Out | Promise<Out>,
  options: TaskOptions = {},
): Task<In, Out> {
  const { concurrency = 1, marginMs } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`task(): concurrency must be an integer of at least 1, got: ${concurrency}`);
  }
  if (marginMs !== undefined && !(marginMs >= 0 && marginMs < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`task(): marginMs must be a number of at least 0, got: ${marginMs}`);
  }

  async function handler(event: unknown, context: LambdaContext): Promise<unknown> {
    if (!isBatch(event)) return run(event as In, context);
    const batchContext =
      event.BatchInput === undefined ? context : Object.assign({}, context, { batchInput: event.BatchInput });
    const margin = marginMs ?? Math.min(1000, context.getRemainingTimeInMillis() / 10);
    return runBatch((item, itemContext) => run(item as In, itemContext), event, batchContext, {
      concurrency,
      marginMs: margin,
    });
  }
  return handler as Task<In, Out>;
}
