import { isObject, type Json, type JsonObject } from "../../../json.js";
import type { Program } from "../../../machine/index.js";
import { invalid } from "../api-error.js";
import { checkedDefinition } from "../checked-definition.js";

/** The state that is tested. */
export interface Subject {
  readonly definition: JsonObject;
  /** A block in which it is the first state, and what it leads to is there in name only. */
  readonly program: Program;
  /** True for a state of a Map's processor. */
  readonly insideMap: boolean;
}

/** What a state that comes alone is called. */
export const STATE_NAME = "StateName";

/**
 * Finds the state to test: the definition is one, or a state machine that has it by name, however deep. Throws
 * InvalidDefinition and ValidationException.
 */
export function subjectOf(text: string, stateName: string | undefined): Subject {
  const whole = parsed(text);
  if (stateName === undefined) {
    if (!isObject(whole)) checkedDefinition(text, "STANDARD");
    return alone(STATE_NAME, whole as JsonObject, undefined, false);
  }
  const { definition } = checkedDefinition(text, "STANDARD");
  const found = find(definition, stateName, false);
  if (found === undefined) throw invalid(`State '${stateName}' does not exist in the definition.`);
  return alone(stateName, found.state, definition["QueryLanguage"], found.insideMap);
}

/** What is no JSON is refused in the words of the definition's check. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return checkedDefinition(text, "STANDARD").definition;
  }
}

function alone(name: string, definition: JsonObject, language: Json | undefined, insideMap: boolean): Subject {
  const targets = [...targetsOf(definition)].filter((target) => target !== name);
  const block = {
    ...(language === undefined ? {} : { QueryLanguage: language }),
    StartAt: name,
    States: { [name]: definition, ...Object.fromEntries(targets.map((target) => [target, { Type: "Succeed" }])) },
  };
  const { machine } = checkedDefinition(JSON.stringify(block), "STANDARD");
  return { definition, program: machine.program, insideMap };
}

/** The states that a state may go to. */
function targetsOf(state: JsonObject): Set<string> {
  const targets = new Set<string>();
  const add = (value: Json | undefined) => {
    if (typeof value === "string") targets.add(value);
  };
  add(state["Next"]);
  add(state["Default"]);
  for (const field of ["Choices", "Catch"]) {
    const entries = state[field];
    if (Array.isArray(entries)) for (const entry of entries) if (isObject(entry)) add(entry["Next"]);
  }
  return targets;
}

function find(
  block: JsonObject,
  name: string,
  insideMap: boolean,
): { state: JsonObject; insideMap: boolean } | undefined {
  const { States: states } = block;
  if (!isObject(states)) return undefined;
  const own = Object.hasOwn(states, name) ? states[name] : undefined;
  if (isObject(own)) return { state: own, insideMap };
  for (const state of Object.values(states)) {
    if (!isObject(state)) continue;
    const { Branches: branches, ItemProcessor: processor, Iterator: iterator } = state;
    const map = processor ?? iterator;
    const inMap = isObject(map) ? find(map, name, true) : undefined;
    const inBranch = Array.isArray(branches)
      ? branches.map((branch) => (isObject(branch) ? find(branch, name, insideMap) : undefined)).find(Boolean)
      : undefined;
    if (inMap !== undefined || inBranch !== undefined) return inMap ?? inBranch;
  }
  return undefined;
}
