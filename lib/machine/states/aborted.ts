import type { StepIo } from "../effects.js";
import type { Frame, ParentWork } from "../frame.js";

/**
 * Says of every task state that is stopped in the middle of its work that it was: that of a branch, or those of branches
 * and iterations under it. Nothing follows these events: what comes next follows the branch that failed.
 */
export function recordTasksAborted(frame: Frame, io: StepIo): void {
  const { children } = (frame.work ?? {}) as Partial<ParentWork>;
  if (children !== undefined) for (const child of children) recordTasksAborted(child, io);
  else if (isUnderWay(frame)) recordTaskAborted(frame, io);
}

/** The same of the state that a branch was in, whether it works or has just failed. */
export function recordTaskAborted(frame: Frame, io: StepIo): void {
  const { restored } = frame;
  const { state } = restored?.visit ?? frame;
  if (state.type === "Task") io.record("TaskStateAborted", (restored ?? frame).lastEventId);
}

/** Whether the current state has been entered and neither ended nor failed for good; a retry may be waited for. */
function isUnderWay({ restored, work, timer }: Frame): boolean {
  // A branch that has not been taken up again after an interruption stands where its history left it.
  if (restored !== null) return restored.visit !== null && restored.visit.exitOutput === undefined;
  return work !== null || timer !== null;
}
