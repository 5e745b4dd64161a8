import type { JsonObject } from "../../json.js";
import { invokeTask } from "./invoke.js";
import type { FanOutOptions } from "./options.js";

/** StartAt and States of the workflow that each child runs. */
export function childStates(options: FanOutOptions, task: string, partition: string, prefix: string): JsonObject {
  const name = `${prefix}Task`;
  return { StartAt: name, States: { [name]: { ...invokeTask(task, options, partition), End: true } } };
}
