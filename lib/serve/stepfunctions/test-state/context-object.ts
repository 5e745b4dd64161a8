import { isObject, type Json, type JsonObject } from "../../../json.js";
import { invalid } from "../api-error.js";
import { STATE_NAME } from "./subject.js";

type Type = "string" | "number" | "any";

/** The parts of a context object that may be made up, and the types of their members. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, Type>>>> = {
  Execution: {
    Id: "string",
    Input: "any",
    Name: "string",
    RoleArn: "string",
    StartTime: "string",
    RedriveCount: "number",
    RedriveTime: "string",
  },
  State: { EnteredTime: "string", Name: "string", RetryCount: "number" },
  StateMachine: { Id: "string", Name: "string" },
  Task: { Token: "string" },
};

/** What decides which parts a context object may have. */
export interface ContextRules {
  readonly hasToken: boolean;
  readonly insideMap: boolean;
}

/** Checks a context object that the caller has made up. Throws ValidationException. */
export function checkContext(context: Json, { hasToken, insideMap }: ContextRules): JsonObject {
  const refuse = (what: string) => invalid(`Invalid Context object provided: ${what}`);
  if (!isObject(context)) throw refuse("Context object must be a JSON object");
  for (const [name, part] of Object.entries(context)) {
    if (name === "Map") {
      if (!insideMap) throw refuse("'Map' field is not supported when mocking a Context object");
      continue;
    }
    const fields = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (fields === undefined) throw refuse(`Field '${name}' is not allowed`);
    if (name === "Task" && !hasToken) {
      const patterns = "'.sync' or '.waitForTaskToken' service integration pattern";
      throw refuse(`Context object contains 'Task' when state is not a Task state with a ${patterns}`);
    }
    if (!isObject(part)) throw refuse(`${name} must be an object`);
    checkPart(name, part, fields, refuse);
  }
  return context;
}

function checkPart(
  name: string,
  part: JsonObject,
  fields: Readonly<Record<string, Type>>,
  refuse: (what: string) => Error,
): void {
  for (const [field, value] of Object.entries(part)) {
    const type = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (type === undefined) throw refuse(`Field '${field}' is not allowed`);
    if (type !== "any" && typeof value !== type) throw refuse(`${name}.${field} must be a ${type}`);
  }
}

export interface DefaultContext {
  readonly region: string;
  readonly account: string;
  readonly roleArn: string | undefined;
  readonly input: Json;
  /** Epoch ms. */
  readonly now: number;
  /** Undefined for kinds of states that have no retries. */
  readonly retryCount: number | undefined;
  readonly token: string | undefined;
  readonly insideMap: boolean;
  readonly uuid: () => string;
}

/** The context object of a state that is tested with none given. */
export function defaultContext(given: DefaultContext): JsonObject {
  const { region, account, roleArn = null, input, now, retryCount, token, insideMap, uuid } = given;
  const [machine, execution] = [uuid(), uuid()];
  const time = new Date(now).toISOString();
  const prefix = `arn:aws:states:${region}:${account}`;
  return {
    Execution: {
      Id: `${prefix}:express:${machine}:${execution}`,
      Input: input,
      StartTime: time,
      Name: execution,
      RoleArn: roleArn,
    },
    StateMachine: { Id: `${prefix}:stateMachine:${machine}`, Name: machine },
    State: { Name: STATE_NAME, EnteredTime: time, ...(retryCount === undefined ? {} : { RetryCount: retryCount }) },
    ...(token === undefined ? {} : { Task: { Token: token } }),
    ...(insideMap ? { Map: { Item: { Index: 0, Value: input } } } : {}),
  };
}
