import { isObject, type Json, type JsonObject } from "../json.js";

/** What may be changed of a map run without changing its state machine, as UpdateMapRun may. */
export interface Overrides {
  readonly maxConcurrency?: number | undefined;
  readonly toleratedFailureCount?: number | undefined;
  readonly toleratedFailurePercentage?: number | undefined;
}

const FIELDS = {
  maxConcurrency: "MaxConcurrency",
  toleratedFailureCount: "ToleratedFailureCount",
  toleratedFailurePercentage: "ToleratedFailurePercentage",
} as const;

/** The definition with the fields of its distributed maps at the top level replaced. */
export function applyOverrides(definition: JsonObject, overrides: Overrides): JsonObject {
  const changes = Object.entries(FIELDS).flatMap(([name, field]) => {
    const value = overrides[name as keyof Overrides];
    return value === undefined ? [] : [[field, value] as const];
  });
  const states = definition["States"];
  if (changes.length === 0 || !isObject(states)) return definition;
  const entries = Object.entries(states).map(([name, state]) => [
    name,
    isObject(state) && isMapRun(state) ? change(state, changes) : state,
  ]);
  return { ...definition, States: Object.fromEntries(entries) as JsonObject };
}

function change(state: JsonObject, changes: readonly (readonly [string, number])[]): JsonObject {
  const changed: Record<string, Json> = { ...state };
  for (const [field, value] of changes) {
    delete changed[`${field}Path`];
    changed[field] = value;
  }
  return changed;
}

/** Whether results have to say which of several maps they belong to. */
export function severalMapRuns(definition: JsonObject): boolean {
  return mapRunsIn(definition) > 1;
}

/** Maps whose map runs are the execution's own: those in branches and iterations too, none in children of map runs. */
function mapRunsIn(block: Json | undefined): number {
  if (block === undefined || !isObject(block) || !isObject(block["States"] ?? null)) return 0;
  return Object.values(block["States"] as JsonObject).reduce((sum: number, state) => {
    if (!isObject(state)) return sum;
    if (isMapRun(state)) return sum + 1;
    const { Branches: branches, ItemProcessor: processor, Iterator: iterator } = state;
    const inner = [...(Array.isArray(branches) ? (branches as readonly Json[]) : []), processor, iterator];
    return inner.reduce((all: number, each) => all + mapRunsIn(each), sum);
  }, 0);
}

function isMapRun(state: JsonObject): boolean {
  const processor = state["ItemProcessor"] ?? state["Iterator"];
  const config = isObject(processor) ? processor["ProcessorConfig"] : undefined;
  return isObject(config) && config["Mode"] === "DISTRIBUTED";
}
