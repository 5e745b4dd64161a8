import { isObject, type Json, type JsonObject } from "../../json.js";
import {
  atMostOne,
  error,
  exactlyOne,
  type Field,
  inside,
  jsonataOnly,
  jsonPathOnly,
  literalOrPath,
  present,
  type Spot,
} from "./check.js";
import { jsonataTemplate, path, template, valuePath } from "./expressions.js";
import { itemBatcher, itemReader, resultWriter } from "./map-fields.js";
import { decimal, expressionOr, integer } from "./values.js";

/** Fields that a Map state has only when its processor's Mode is DISTRIBUTED. */
const DISTRIBUTED_FIELDS: Readonly<Record<string, Field>> = {
  ItemReader: { check: itemReader },
  ItemBatcher: { check: itemBatcher },
  ResultWriter: { check: resultWriter },
  Label: { check: label },
};

/** The Map state's own fields, its processor excepted. */
export const MAP_FIELDS: Readonly<Record<string, Field>> = {
  ...DISTRIBUTED_FIELDS,
  Items: jsonataOnly(expressionOr(items)),
  ItemsPath: jsonPathOnly(path),
  ItemSelector: { check: template },
  MaxConcurrency: { check: integer(0) },
  MaxConcurrencyPath: jsonPathOnly(valuePath),
  // Of no effect when the Mode is INLINE, yet AWS accepts them there.
  ToleratedFailureCount: { check: integer(0) },
  ToleratedFailureCountPath: jsonPathOnly(valuePath),
  ToleratedFailurePercentage: { check: decimal(0, 100) },
  ToleratedFailurePercentagePath: jsonPathOnly(valuePath),
};

function items(value: Json, spot: Spot): void {
  if (Array.isArray(value) || isObject(value)) jsonataTemplate(value, spot);
  else error(spot, "Expected value of type Array");
}

const MAX_LABEL = 40;
/** Characters that a Label may not have: blanks, wildcards, brackets, other special characters, control characters. */
const NOT_IN_LABEL = /[\s?*<>{}[\]:;,\\|^~$#%&`"\p{Cc}]/u;

function label(value: Json, spot: Spot): void {
  const invalid = (message: string) => spot.run.findings.error(spot.at, message, "INVALID_LABEL_NAME");
  if (typeof value !== "string") return error(spot, "Expected value of type String");
  if (value === "" || value.length > MAX_LABEL) return invalid(`A Label has 1 to ${MAX_LABEL} characters`);
  const character = NOT_IN_LABEL.exec(value)?.[0];
  if (character !== undefined) invalid(`Label contains invalid character: ${JSON.stringify(character)}`);
}

/** The processor of a Map, by either name. */
export function processorOf(state: JsonObject): { name: "ItemProcessor" | "Iterator"; processor: Json } | undefined {
  if (state.ItemProcessor !== undefined) return { name: "ItemProcessor", processor: state.ItemProcessor };
  return state.Iterator === undefined ? undefined : { name: "Iterator", processor: state.Iterator };
}

/** The ProcessorConfig of a Map; empty when there is none. */
export function processorConfig(state: JsonObject): JsonObject {
  const processor = processorOf(state)?.processor;
  return isObject(processor) && isObject(processor.ProcessorConfig) ? processor.ProcessorConfig : {};
}

/** What holds between the fields of a Map state. */
export function mapRules(state: JsonObject, spot: Spot): void {
  exactlyOne(state, ["ItemProcessor", "Iterator"], spot);
  atMostOne(state, ["ItemSelector", "Parameters"], spot);
  for (const name of ["MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage"]) {
    literalOrPath(state, name, spot);
  }
  const { Mode, ExecutionType } = processorConfig(state);
  const config = inside(inside(spot, processorOf(state)?.name ?? ""), "ProcessorConfig");
  if (Mode === "DISTRIBUTED") {
    if (ExecutionType === undefined) error(config, "These fields are required: [ExecutionType]");
    if (spot.express) error(spot, "Express state machine does not support a Map state in 'DISTRIBUTED' mode");
    return;
  }
  if (ExecutionType !== undefined) error(config, "Field 'ExecutionType' is only supported for the 'DISTRIBUTED' Mode");
  for (const name of present(state, Object.keys(DISTRIBUTED_FIELDS))) {
    error(spot, `Field '${name}' is only supported for the 'DISTRIBUTED' Mode`);
  }
}
