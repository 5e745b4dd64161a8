import { quickTarget } from "../../local/quick.js";
import type { RunFlags } from "./flags.js";
import { namedItems } from "./items.js";
import type { RunPlan } from "./plan.js";

/** Plans a task over items, with no template. */
export async function quickPlan(task: string, flags: RunFlags): Promise<RunPlan> {
  const { items, stopReading } = await namedItems(flags.items ?? "", flags.region);
  const { maxItems, maxConcurrency, toleratedFailureCount, toleratedFailurePercentage, itemRetry } = flags;
  const session = quickTarget({
    task,
    handler: flags.handler,
    items,
    region: flags.region,
    maxItems,
    maxConcurrency,
    toleratedFailureCount,
    toleratedFailurePercentage,
    batch: batchOf(flags),
    itemRetry: itemRetry === undefined ? undefined : { attempts: itemRetry },
  });
  const tolerance = { count: toleratedFailureCount, percentage: toleratedFailurePercentage };
  const listed = "files" in items ? items.files : undefined;
  return { session, quick: true, tolerance, listed, stopReading };
}

function batchOf({ batch, batchBytes }: RunFlags): { items?: number; bytes?: number } | undefined {
  if (batch === undefined && batchBytes === undefined) return undefined;
  return {
    ...(batch === undefined ? {} : { items: batch }),
    ...(batchBytes === undefined ? {} : { bytes: batchBytes }),
  };
}
