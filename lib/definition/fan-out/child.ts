import type { JsonObject } from "../../json.js";
import { invokeTask } from "./invoke.js";
import { itemRetryStates } from "./item-retry.js";
import type { FanOutOptions } from "./options.js";

/** StartAt and States of the workflow that each child runs: one Task and, where asked for, the retries of its items. */
export function childStates(options: FanOutOptions, task: string, partition: string, prefix: string): JsonObject {
  const name = `${prefix}Task`;
  const invoke = invokeTask(task, options, partition);
  const { itemRetry } = options;
  if (itemRetry === undefined || itemRetry.attempts === 0) {
    return { StartAt: name, States: { [name]: { ...invoke, End: true } } };
  }
  const [first, states] = itemRetryStates(options, itemRetry, task, partition, prefix);
  return { StartAt: name, States: { [name]: { ...invoke, Next: first }, ...states } };
}
