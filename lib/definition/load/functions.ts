import { FanoutError } from "../../errors.js";
import { isObject, type Json, type JsonObject } from "../../json.js";
import type { FunctionDefinition, UnavailableFunction } from "../application.js";
import { functionCode } from "./function-code.js";
import type { Stack } from "./stack.js";
import type { Resource } from "./template.js";

/** Lambda's default, in seconds. */
const DEFAULT_TIMEOUT = 3;
/** Lambda's default, in MiB. */
const DEFAULT_MEMORY = 128;

export function isFunction({ type }: Resource): boolean {
  return type === "AWS::Lambda::Function" || type === "AWS::Serverless::Function";
}

/** A function as a local run needs it, or why the run cannot have it. Never throws over a property of the function. */
export function readFunction(stack: Stack, id: string, resource: Resource): FunctionDefinition | UnavailableFunction {
  const identity = { name: id, arn: id };
  try {
    const { attributes } = stack.names(id, `/Resources/${id}`);
    identity.arn = attributes.Arn ?? id;
    identity.name = identity.arn.slice(identity.arn.lastIndexOf(":") + 1);
    const properties = withDefaults(stack, resource);
    const code = functionCode(stack, id, resource, properties);
    return "reason" in code ? { ...identity, ...code } : { ...identity, ...code, ...settings(stack, id, properties) };
  } catch (error) {
    if (error instanceof FanoutError) return { ...identity, reason: error.message };
    throw error;
  }
}

function settings(stack: Stack, id: string, properties: JsonObject) {
  const at = `/Resources/${id}/Properties`;
  return {
    runtime: stack.text(properties.Runtime, `${at}/Runtime`),
    environment: environment(stack, properties, `${at}/Environment`),
    timeoutSeconds: number(stack, properties.Timeout, `${at}/Timeout`) ?? DEFAULT_TIMEOUT,
    memoryMB: number(stack, properties.MemorySize, `${at}/MemorySize`) ?? DEFAULT_MEMORY,
  };
}

function number(stack: Stack, value: Json | undefined, path: string): number | undefined {
  const text = stack.text(value, path);
  if (text !== undefined && !(Number(text) > 0)) throw stack.error(path, `must be a positive number, got: ${text}`);
  return text === undefined ? undefined : Number(text);
}

function environment(stack: Stack, properties: JsonObject, path: string): Record<string, string> {
  const resolved = stack.resolve(properties.Environment ?? {}, path);
  const variables = isObject(resolved) && isObject(resolved.Variables) ? resolved.Variables : {};
  const texts = Object.entries(variables).map(([name, value]): [string, string] => {
    if (typeof value === "object") throw stack.error(`${path}/Variables/${name}`, "must be a string");
    return [name, String(value)];
  });
  return Object.fromEntries(texts);
}

/** SAM's Globals: a function's own properties win; environment variables are merged one by one. */
function withDefaults(stack: Stack, { type, properties }: Resource): JsonObject {
  if (type !== "AWS::Serverless::Function") return properties;
  const defaults = stack.template.functionDefaults;
  const variables = (from: JsonObject): JsonObject =>
    isObject(from.Environment) && isObject(from.Environment.Variables) ? from.Environment.Variables : {};
  const Environment = { Variables: { ...variables(defaults), ...variables(properties) } };
  return { ...defaults, ...properties, Environment };
}
