import type { Batch, ItemOutcome } from "./batch.js";
import { toItemError } from "./batch.js";
import type { TaskContext } from "./context.js";

/** The largest delay of a timer; a longer one would fire at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

export interface BatchOptions {
  /** Items at once. */
  readonly concurrency: number;
  /** No item begins when less than this is left of the invocation, in ms. */
  readonly marginMs: number;
}

/**
 * Runs a batch, item by item, and resolves to one outcome per item, in order. Never rejects.
 *
 * When the margin is reached no further item begins; when half of it is used up too, items that are still running are
 * given up, because an invocation that times out would lose the results of every other item.
 */
export function runBatch(
  run: (item: unknown, context: TaskContext) => unknown,
  batch: Batch,
  context: TaskContext,
  options: BatchOptions,
): Promise<ItemOutcome[]> {
  const items = batch.Items;
  const outcomes = items.map((): ItemOutcome => ({ status: "unprocessed" }));
  const running = new Set<number>();
  let next = 0;
  let over = false;

  async function lane(): Promise<void> {
    while (!over && next < items.length && context.getRemainingTimeInMillis() > options.marginMs) {
      const index = next++;
      running.add(index);
      const outcome = await runItem(run, items[index], context);
      running.delete(index);
      if (!over) outcomes[index] = outcome;
    }
  }

  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(deadline);
      over = true;
      for (const index of running) outcomes[index] = gaveUp();
      resolve(outcomes);
    };
    const left = context.getRemainingTimeInMillis() - options.marginMs / 2;
    const deadline = setTimeout(finish, Math.min(Math.max(left, 0), LONGEST_DELAY));
    const lanes = Array.from({ length: Math.min(options.concurrency, items.length) }, lane);
    Promise.all(lanes).then(finish);
  });
}

async function runItem(
  run: (item: unknown, context: TaskContext) => unknown,
  item: unknown,
  context: TaskContext,
): Promise<ItemOutcome> {
  try {
    const output = await run(item, context);
    // A value that JSON cannot hold must fail here: at the end of the invocation it would fail the whole batch.
    return { status: "succeeded", output: JSON.stringify(output) === undefined ? null : output };
  } catch (thrown) {
    return { status: "failed", error: toItemError(thrown) };
  }
}

function gaveUp(): ItemOutcome {
  const message = "the item was still running when the invocation was about to time out";
  return { status: "failed", error: { name: "TimeoutError", message, stack: "" } };
}
