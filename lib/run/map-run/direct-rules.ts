import { isNullText } from "../../json.js";
import { type DirectFunction, directFunction, exceeds } from "../../machine/index.js";
import type { Ports } from "../engine-options.js";
import { DirectHistories } from "./direct-histories.js";
import type { Family } from "./family.js";
import type { ChildInput } from "./inputs.js";

/** How the children of a family are made that are nothing but a call of a function. */
export interface DirectRules extends DirectFunction {
  /** Null where no histories are kept. */
  readonly histories: DirectHistories | null;
}

/** Null when there is more to a child than a call, or when somebody has to see it as a task. */
export function directRules(family: Family, { services }: Ports, newRequestId: () => string): DirectRules | null {
  const { program, journal } = family;
  // A service that stands in for functions has to see the task.
  if (services?.replaces !== undefined) return null;
  const call = directFunction(program);
  if (call === null || journal === null) return call && { ...call, histories: null };
  const histories = DirectHistories.of(family, journal, newRequestId);
  return histories && { ...call, histories };
}

/**
 * The event of the function for an item, as a history shows it. Null for an item that a whole execution has to see to, since
 * it fails on it.
 */
export function sentOf({ takesNull, histories }: DirectRules, input: ChildInput): string | null {
  const { text } = input;
  if (exceeds(text) || (!takesNull && isNullText(text))) return null;
  return histories === null ? text : histories.sent(input);
}
