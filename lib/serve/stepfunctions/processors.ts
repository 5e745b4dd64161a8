import { isObject, type JsonObject } from "../../json.js";
import { nameUuid } from "../../run/map-run/family.js";

/** The ItemProcessor of the Map state with this name, wherever in the definition it is. */
export function processorOfState(definition: JsonObject, stateName: string): JsonObject | undefined {
  return find(definition, (name) => name === stateName);
}

/** The ItemProcessor of the Map state with a label, its own or the one made from its name. */
export function processorOfLabel(definition: JsonObject, label: string, machineArn: string): JsonObject | undefined {
  return find(definition, (name, state) => (state["Label"] ?? nameUuid(`${machineArn}/${name}`)) === label);
}

function find(block: JsonObject, matches: (name: string, state: JsonObject) => boolean): JsonObject | undefined {
  const states = block["States"];
  if (!isObject(states)) return undefined;
  for (const [name, state] of Object.entries(states)) {
    if (!isObject(state)) continue;
    const processor = state["ItemProcessor"] ?? state["Iterator"];
    if (isObject(processor) && matches(name, state)) return processor;
    const { Branches: branches } = state;
    const inner = [processor, ...(Array.isArray(branches) ? branches : [])].filter(isObject);
    for (const part of inner) {
      const found = find(part, matches);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
