import { isObject, type Json, type JsonObject } from "../../json.js";
import type { QueryLanguage } from "../asl.js";
import { assign } from "./assign.js";
import {
  type Check,
  error,
  exactlyOne,
  type Fields,
  fields,
  inside,
  jsonataOnly,
  jsonPathOnly,
  literalOrPath,
  required,
  type Spot,
} from "./check.js";
import { choiceRule } from "./choice.js";
import {
  jsonataTemplate,
  jsonPathTemplate,
  pathOrIntrinsic,
  pathOrNull,
  resultPath,
  template,
  valuePath,
} from "./expressions.js";
import { MAP_FIELDS, mapRules } from "./map.js";
import { catches, retry } from "./recover.js";
import { anything, expressionOr, integer, isTrue, nonEmptyArrayOf, oneOf, string, timestamp } from "./values.js";

const MAX_SECONDS = 99_999_999;
const TYPES = ["Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map"];

const COMMON: Fields = {
  Type: required(anything),
  Comment: { check: string },
  QueryLanguage: { check: oneOf("JSONPath", "JSONata") },
};
const TRANSITION: Fields = { Next: { check: string }, End: { check: isTrue } };
const PATHS: Fields = { InputPath: jsonPathOnly(pathOrNull), OutputPath: jsonPathOnly(pathOrNull) };
const OUTPUT: Fields = { Output: jsonataOnly(jsonataTemplate), Assign: { check: assign } };
const WORK: Fields = {
  ...COMMON,
  ...TRANSITION,
  ...PATHS,
  ...OUTPUT,
  Parameters: jsonPathOnly(jsonPathTemplate),
  ResultSelector: jsonPathOnly(jsonPathTemplate),
  ResultPath: jsonPathOnly(resultPath),
  Arguments: jsonataOnly(jsonataTemplate),
  Retry: { check: retry },
  Catch: { check: catches },
};
/** Map has no Arguments: what its iterations get comes from Items and ItemSelector. */
const { Arguments: _, ...MAP_WORK } = WORK;

/** One check a state type; the blocks of states inside Parallel and Map are checked by whoever walks them. */
const STATES: Readonly<Record<string, Check>> = {
  Task: fields(
    {
      ...WORK,
      Resource: required(resource),
      TimeoutSeconds: { check: integer(1, MAX_SECONDS) },
      TimeoutSecondsPath: jsonPathOnly(valuePath),
      HeartbeatSeconds: { check: integer(1, MAX_SECONDS) },
      HeartbeatSecondsPath: jsonPathOnly(valuePath),
      Credentials: { check: template },
    },
    (state, spot) => {
      transition(state, spot);
      taskTimes(state, spot);
    },
  ),
  Pass: fields(
    {
      ...COMMON,
      ...TRANSITION,
      ...PATHS,
      ...OUTPUT,
      Result: jsonPathOnly(passResult),
      Parameters: jsonPathOnly(jsonPathTemplate),
      ResultPath: jsonPathOnly(resultPath),
    },
    transition,
  ),
  Choice: fields({
    ...COMMON,
    ...PATHS,
    ...OUTPUT,
    Choices: required(nonEmptyArrayOf(choiceRule)),
    Default: { check: string },
  }),
  Wait: fields(
    {
      ...COMMON,
      ...TRANSITION,
      ...PATHS,
      ...OUTPUT,
      Seconds: { check: integer(0, MAX_SECONDS) },
      SecondsPath: jsonPathOnly(valuePath),
      Timestamp: { check: expressionOr(timestamp) },
      TimestampPath: jsonPathOnly(valuePath),
    },
    (state, spot) => {
      transition(state, spot);
      exactlyOne(state, ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"], spot);
    },
  ),
  Succeed: fields({ ...COMMON, ...PATHS, Output: jsonataOnly(jsonataTemplate) }),
  Fail: fields(
    {
      ...COMMON,
      Error: { check: expressionOr(string) },
      ErrorPath: jsonPathOnly(pathOrIntrinsic),
      Cause: { check: expressionOr(string) },
      CausePath: jsonPathOnly(pathOrIntrinsic),
    },
    (state, spot) => {
      literalOrPath(state, "Error", spot);
      literalOrPath(state, "Cause", spot);
    },
  ),
  Parallel: fields({ ...WORK, Branches: required(nonEmptyArrayOf(anything)) }, transition),
  Map: fields(
    { ...MAP_WORK, ...MAP_FIELDS, ItemProcessor: { check: anything }, Iterator: { check: anything } },
    (state, spot) => {
      transition(state, spot);
      mapRules(state, spot);
    },
  ),
};

/** Checks one state: its own fields, not the states inside it. */
export function checkState(state: Json, spot: Omit<Spot, "language">): void {
  const anyLanguage: Spot = { ...spot, language: spot.run.language };
  if (!isObject(state)) return error(anyLanguage, "Expected value of type Object");
  const { Type: type } = state;
  if (type === undefined) return error(anyLanguage, "These fields are required: [Type]");
  const check = typeof type === "string" && Object.hasOwn(STATES, type) ? STATES[type] : undefined;
  if (check === undefined) return oneOf(...TYPES)(type, inside(anyLanguage, "Type"));
  if (spot.run.language === "JSONata" && state.QueryLanguage === "JSONPath") {
    error(anyLanguage, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
  }
  check(state, { ...spot, language: languageOf(state, spot.run.language) });
}

/** The query language of a state; anything but the word JSONPath counts as JSONata. */
export function languageOf(state: JsonObject, otherwise: QueryLanguage): QueryLanguage {
  if (state.QueryLanguage === undefined) return otherwise;
  return state.QueryLanguage === "JSONPath" ? "JSONPath" : "JSONata";
}

function transition(state: JsonObject, spot: Spot): void {
  exactlyOne(state, ["Next", "End"], spot);
}

function taskTimes(state: JsonObject, spot: Spot): void {
  literalOrPath(state, "TimeoutSeconds", spot);
  literalOrPath(state, "HeartbeatSeconds", spot);
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state;
  if (typeof timeout === "number" && typeof heartbeat === "number" && heartbeat >= timeout) {
    error(inside(spot, "HeartbeatSeconds"), "HeartbeatSeconds must be smaller than TimeoutSeconds");
  }
}

function resource(value: Json, spot: Spot): void {
  if (typeof value !== "string" || !/^arn:[^:]*:[^:]+:[^:]*:[^:]*:.+$/.test(value)) {
    return error(spot, "Value is not a valid resource ARN");
  }
  const pattern =
    /\.(sync(?::2)?|waitForTaskToken)$/.exec(value)?.[1] ?? (/:activity:/.test(value) ? "activity" : undefined);
  if (spot.express && pattern !== undefined) {
    error(spot, `Express state machine does not support '${pattern}' service integration`);
  }
}

function passResult(value: Json, spot: Spot): void {
  const keys = isObject(value) ? Object.keys(value) : [];
  if (!keys.some((key) => key.endsWith(".$"))) return;
  spot.run.findings.warning(
    spot.at,
    "The Result of a Pass state is static: paths in it are not evaluated",
    "PASS_RESULT_IS_STATIC",
  );
}
