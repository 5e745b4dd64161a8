import type { Program } from "./program.js";
import { type DirectFunction, TaskState } from "./states/task.js";

/**
 * The call that a block is nothing but: the event is the block's input as it is, and its output is what the function
 * returns. Null for any other block, whose data takes a frame to follow.
 */
export function directFunction({ start }: Program): DirectFunction | null {
  return start instanceof TaskState && start.next === null ? start.directCall() : null;
}
