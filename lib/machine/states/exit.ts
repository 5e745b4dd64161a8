import { isObject, type Json, JsonText } from "../../json.js";
import type { Effect, StepIo } from "../effects.js";
import { NEXT } from "../effects.js";
import type { Frame } from "../frame.js";
import { checkOutput } from "../limits.js";
import { type Assignments, assign } from "./assign.js";
import type { State } from "./state.js";

/** Leaves the current state with an output, for `next` or, when that is null, for good. */
export function exit(
  frame: Frame,
  io: StepIo,
  output: JsonText,
  assignments: Assignments | null,
  next: State | null,
): Effect {
  const { state } = frame;
  if (output !== frame.input) checkOutput(state.name, output);
  const before = io.recall?.take(state.exitedEvent, frame.lastEventId, state);
  if (before?.exit !== undefined) {
    // It had been left: with chance among its expressions, that may have been with another output than now.
    frame.lastEventId = before.id;
    return leave(frame, before.exit.output, before.exit.assigned, next);
  }
  if (io.keepsHistory) recordExited(frame, io, output, assignments);
  return leave(frame, output, assignments, next);
}

function leave(frame: Frame, output: JsonText, assignments: Assignments | null, next: State | null): Effect {
  if (assignments !== null) assign(frame, assignments);
  frame.input = output;
  frame.work = null;
  if (next !== null) {
    frame.state = next;
    return NEXT;
  }
  frame.live = false;
  return { kind: "succeed", output };
}

const UNTRUNCATED = { truncated: false };

function recordExited(frame: Frame, io: StepIo, output: JsonText, assignments: Assignments | null): void {
  const { state } = frame;
  const left = { name: state.name, output: output.text, outputDetails: UNTRUNCATED };
  const details = assignments === null ? left : { ...left, ...assignedDetails(assignments) };
  frame.lastEventId = io.record(state.exitedEvent, frame.lastEventId, ["stateExitedEventDetails", details]);
}

function assignedDetails(assignments: Assignments): object {
  const entries = Object.entries(assignments).map(([name, value]) => [name, JSON.stringify(value)] as const);
  return { assignedVariables: Object.fromEntries(entries), assignedVariablesDetails: UNTRUNCATED };
}

/** A document of what a template gave; an object for Assign. */
export function asAssignments(value: Json | undefined): Assignments | null {
  return isObject(value) ? value : null;
}

export const EMPTY_OBJECT: JsonText = new JsonText("{}");
