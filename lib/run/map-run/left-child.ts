import type { Program } from "../../machine/index.js";
import { recordedEnd } from "../recorded-end.js";
import { type RestoreMode, restore } from "../restore.js";
import type { ChildBefore, ChildExecution } from "./child.js";
import type { PriorChild } from "./prior.js";

/** A child that had begun and goes on, or begins anew. */
export type UnfinishedChild = Extract<PriorChild, { kind: "unfinished" }>;

/** What a child goes on from. */
export function beforeOf(
  program: Program,
  { events, redriveCount }: UnfinishedChild,
  mode: RestoreMode = "resume",
): ChildBefore {
  // What ended before the map run was redriven has not been redriven yet, and is, however that redrive goes on.
  const how = recordedEnd(events) === undefined ? mode : "redrive";
  const restored = events.length === 0 ? undefined : restore(program, events, how);
  const redrives = (restored?.redriveCount ?? 0) + (how === "redrive" ? 1 : 0);
  return { redriveCount: redriveCount ?? redrives, restored };
}

/** The first event that a child writes when it begins, or is redriven. */
export function recordBegin(child: ChildExecution, before: ChildBefore | undefined): void {
  const mode = before?.restored?.mode;
  if (mode === undefined) child.recordStarted();
  else if (mode === "redrive") child.recordRedriven(child.redriveCount);
}
