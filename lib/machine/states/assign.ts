import type { Json, JsonObject } from "../../json.js";
import type { Frame } from "../frame.js";

/** Values that an Assign field gave, by variable name. */
export type Assignments = JsonObject;

/** Sets variables in the frame's own scope; what other frames see of it stays as it was. */
export function assign(frame: Frame, assignments: Assignments): void {
  const { variables, outer } = frame;
  const own = new Map<string, Json>(variables === outer || variables === null ? [] : variables.own);
  for (const name of Object.keys(assignments)) own.set(name, assignments[name] as Json);
  frame.variables = { own, outer };
}
