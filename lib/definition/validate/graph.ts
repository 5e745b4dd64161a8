import { isObject, type Json, type JsonObject } from "../../json.js";
import { inside, type Spot } from "./check.js";

interface Transition {
  readonly target: string;
  /** Where the target is named. */
  readonly at: string;
}

/** Checks where the transitions of a block lead: to states that are there, from which an end is in sight. */
export function checkTransitions(block: JsonObject, states: JsonObject, spot: Spot): void {
  const { findings } = spot.run;
  const missing = ({ target, at }: Transition) =>
    findings.error(at, `Missing 'Next' target: ${target}`, "MISSING_TRANSITION_TARGET");
  const start = typeof block.StartAt === "string" && block.StartAt !== "" ? block.StartAt : undefined;
  const startExists = start !== undefined && Object.hasOwn(states, start);
  if (start !== undefined && !startExists) {
    const message = `StartAt names the state ${JSON.stringify(start)}, which is not among the States`;
    findings.error(inside(spot, "StartAt").at, message, "MISSING_TRANSITION_TARGET");
  }

  const transitions = new Map<string, Transition[]>();
  for (const [name, state] of Object.entries(states)) {
    const found = isObject(state) ? transitionsOf(state, inside(inside(spot, "States"), name).at) : [];
    transitions.set(name, found);
    for (const transition of found) if (!Object.hasOwn(states, transition.target)) missing(transition);
  }
  if (!Object.values(states).some(isTerminal)) {
    // AWS then says nothing about states that cannot be reached.
    findings.error(spot.at, "Workflow has no terminal state", "MISSING_END_STATE");
  } else if (startExists) {
    const reached = reachable(start, transitions);
    for (const name of transitions.keys()) {
      if (reached.has(name)) continue;
      const at = inside(inside(spot, "States"), name).at;
      findings.error(at, `State ${JSON.stringify(name)} is not reachable.`, "MISSING_TRANSITION_TARGET");
    }
  }
}

/** True for a state at which a block may end, and for what is no state at all: that is reported elsewhere. */
function isTerminal(state: Json): boolean {
  if (!isObject(state)) return true;
  return state.Type === "Succeed" || state.Type === "Fail" || state.End === true;
}

function transitionsOf(state: JsonObject, at: string): Transition[] {
  const entries: [Json | undefined, string][] = [
    [state.Next, `${at}/Next`],
    ...nextOf(state.Choices, `${at}/Choices`),
    [state.Default, `${at}/Default`],
    ...nextOf(state.Catch, `${at}/Catch`),
  ];
  return entries.flatMap(([target, place]) => (typeof target === "string" ? [{ target, at: place }] : []));
}

function nextOf(rules: Json | undefined, at: string): [Json | undefined, string][] {
  if (!Array.isArray(rules)) return [];
  return rules.map((rule: Json, i) => [isObject(rule) ? rule.Next : undefined, `${at}[${i}]/Next`]);
}

function reachable(start: string, transitions: ReadonlyMap<string, readonly Transition[]>): Set<string> {
  const reached = new Set([start]);
  // A set that grows while it is walked is visited to its end.
  for (const name of reached) for (const { target } of transitions.get(name) ?? []) reached.add(target);
  return reached;
}
