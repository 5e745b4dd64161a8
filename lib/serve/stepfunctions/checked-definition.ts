import { validate } from "../../definition/validate.js";
import { isObject, type Json, type JsonObject } from "../../json.js";
import { checkExpression, compile, DefinitionError, type Machine } from "../../machine/index.js";
import { ApiError } from "./api-error.js";

export type StateMachineType = "STANDARD" | "EXPRESS";

/** A definition that has passed all checks, ready to run. */
export interface CheckedDefinition {
  readonly definition: JsonObject;
  readonly machine: Machine;
}

/** Checks a definition as its creation does. Throws InvalidDefinition with all findings. */
export function checkedDefinition(text: string, type: StateMachineType): CheckedDefinition {
  const definition = parsed(text);
  const errors = validate(definition, { type, expression: checkExpression }).filter(
    ({ severity }) => severity === "ERROR",
  );
  if (errors.length > 0) {
    throw invalidDefinition(
      errors.map(({ code, message, location }) => `${code}: ${message} at ${location || "/"}`).join(", "),
    );
  }
  // Whatever is no object has been found.
  if (!isObject(definition)) throw invalidDefinition("INVALID_JSON_DESCRIPTION");
  try {
    return { definition, machine: compile(definition) };
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    throw invalidDefinition(`SCHEMA_VALIDATION_FAILED: ${error.message} at ${error.path || "/"}`);
  }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw invalidDefinition(`INVALID_JSON_DESCRIPTION: ${(error as Error).message}`);
  }
}

function invalidDefinition(findings: string): ApiError {
  return new ApiError("InvalidDefinition", `Invalid State Machine Definition: '${findings}'`);
}
