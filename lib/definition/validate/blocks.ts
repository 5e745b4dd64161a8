import { isObject, type Json, type JsonObject } from "../../json.js";
import { variableName } from "./assign.js";
import { type Check, error, type Fields, fields, inside, required, type Spot } from "./check.js";
import { checkTransitions } from "./graph.js";
import { processorConfig, processorOf } from "./map.js";
import { checkState, languageOf } from "./states.js";
import { integer, nonEmptyString, object, oneOf, string } from "./values.js";

const MAX_STATE_NAME = 80;
/** Blocks inside blocks; a real definition has a handful. */
const MAX_NESTING = 100;
const MAX_SECONDS = 99_999_999;

const BLOCK: Fields = { Comment: { check: string }, StartAt: required(nonEmptyString), States: required(object) };

const machineFields = fields({
  ...BLOCK,
  Version: { check: oneOf("1.0") },
  TimeoutSeconds: { check: integer(1, MAX_SECONDS) },
  QueryLanguage: { check: oneOf("JSONPath", "JSONata") },
});
const branchFields = fields(BLOCK);
const processorFields = fields({
  ...BLOCK,
  ProcessorConfig: {
    check: fields({
      Mode: { check: oneOf("INLINE", "DISTRIBUTED") },
      ExecutionType: { check: oneOf("STANDARD", "EXPRESS") },
    }),
  },
});

/** What is unique over the whole state machine. */
interface Names {
  readonly states: Set<string>;
  readonly labels: Set<string>;
}

/** A `States` block and what is around it. */
interface Block {
  readonly value: Json;
  readonly spot: Spot;
  readonly check: Check;
  readonly depth: number;
  /** Variables of the scopes around: they may be read here, not assigned. */
  readonly outer: ReadonlySet<string>;
}

/** Checks a whole definition, blocks inside its states included. */
export function checkMachine(definition: Json, spot: Spot): void {
  const names: Names = { states: new Set(), labels: new Set() };
  // The next block is the last element.
  const open: Block[] = [{ value: definition, spot, check: machineFields, depth: 0, outer: new Set() }];
  for (let block = open.pop(); block !== undefined; block = open.pop()) {
    for (const inner of checkBlock(block, names).reverse()) open.push(inner);
  }
}

/** Checks a block and its states; the blocks inside them are given back. */
function checkBlock({ value, spot, check, depth, outer }: Block, names: Names): Block[] {
  const { findings } = spot.run;
  if (depth > MAX_NESTING) {
    findings.error(spot.at, "The states are too deeply nested", "TOO_DEEPLY_NESTED");
    return [];
  }
  check(value, spot);
  if (!isObject(value) || !isObject(value.States)) return [];
  if (Object.keys(value.States).length === 0) error(inside(spot, "States"), "Value cannot be empty");
  const states = inside(spot, "States");
  const own = variablesOf(value.States);
  const visible = new Set([...outer, ...own]);
  const inner: Block[] = [];
  for (const [name, state] of Object.entries(value.States)) {
    const at = inside(states, name);
    checkName(name, at, names);
    checkState(state, at);
    if (!isObject(state)) continue;
    checkLabel(state, at, names);
    for (const variable of assignedIn(state)) {
      if (outer.has(variable)) error(at, `The variable '${variable}' of an outer scope cannot be assigned here`);
    }
    for (const block of blocksIn(state, at, visible, depth + 1)) inner.push(block);
  }
  checkTransitions(value, value.States, spot);
  return inner;
}

function checkName(name: string, spot: Spot, names: Names): void {
  const { findings } = spot.run;
  if (name.length === 0 || name.length > MAX_STATE_NAME) {
    findings.error(spot.at, `A state name has 1 to ${MAX_STATE_NAME} characters`, "INVALID_STATE_NAME");
  }
  if (names.states.has(name)) findings.error(spot.at, `Duplicate State name: ${name}`, "DUPLICATE_STATE_NAME");
  names.states.add(name);
}

function checkLabel({ Label: label }: JsonObject, spot: Spot, names: Names): void {
  if (typeof label !== "string") return;
  if (names.labels.has(label))
    spot.run.findings.error(inside(spot, "Label").at, `Duplicate Label name: ${label}`, "DUPLICATE_LABEL_NAME");
  names.labels.add(label);
}

/** The blocks inside a Parallel or Map state. The state's query language does not reach into them. */
function blocksIn(state: JsonObject, at: Spot, visible: ReadonlySet<string>, depth: number): Block[] {
  const spot: Spot = { ...at, language: at.run.language };
  if (state.Type === "Parallel" && Array.isArray(state.Branches)) {
    return state.Branches.map((value: Json, i) => {
      const branch = { ...spot, at: `${spot.at}/Branches[${i}]` };
      return { value, spot: branch, check: branchFields, depth, outer: visible };
    });
  }
  const processor = state.Type === "Map" ? processorOf(state) : undefined;
  if (processor === undefined) return [];
  const { Mode, ExecutionType } = processorConfig(state);
  const isDistributed = Mode === "DISTRIBUTED";
  // Children of a distributed Map are executions of their own: they see no variable of the parent.
  return [
    {
      value: processor.processor,
      spot: { ...inside(spot, processor.name), express: isDistributed ? ExecutionType === "EXPRESS" : spot.express },
      check: processorFields,
      depth,
      outer: isDistributed ? new Set() : visible,
    },
  ];
}

/** Names that the states of a block assign. */
function variablesOf(states: JsonObject): string[] {
  return Object.values(states).flatMap((state) => (isObject(state) ? assignedIn(state) : []));
}

function assignedIn(state: JsonObject): string[] {
  const language = languageOf(state, "JSONPath");
  const parts = [state, ...objects(state.Choices), ...objects(state.Catch)];
  return parts.flatMap(({ Assign }) =>
    isObject(Assign) ? Object.keys(Assign).map((field) => (language === "JSONPath" ? variableName(field) : field)) : [],
  );
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
