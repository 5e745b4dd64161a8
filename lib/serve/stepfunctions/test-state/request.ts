import { isObject, type Json, type JsonObject } from "../../../json.js";
import { ApiError, invalid } from "../api-error.js";

export interface TestStateRequest {
  readonly definition: string;
  readonly roleArn?: string;
  readonly input?: string;
  readonly inspectionLevel?: "INFO" | "DEBUG" | "TRACE";
  readonly revealSecrets?: boolean;
  readonly variables?: string;
  readonly stateName?: string;
  readonly mock?: Mock;
  readonly context?: string;
  readonly stateConfiguration?: StateConfiguration;
}

export interface Mock {
  /** JSON text. */
  readonly result?: string;
  readonly errorOutput?: { readonly error?: string; readonly cause?: string };
  readonly fieldValidationMode?: "STRICT" | "PRESENT" | "NONE";
}

export interface StateConfiguration {
  readonly retrierRetryCount?: number;
  readonly errorCausedByState?: string;
  readonly mapIterationFailureCount?: number;
  readonly mapItemReaderData?: string;
}

/** Refuses members that do not go together, before the definition is looked at. */
export function checkCombination({ mock, revealSecrets, stateConfiguration }: TestStateRequest): void {
  if (mock?.result !== undefined && mock.errorOutput !== undefined) {
    throw invalid("A test mock should have only one of the following fields: [result, errorOutput].");
  }
  if (mock !== undefined && revealSecrets === true) {
    throw invalid("TestState does not support RevealSecrets when a mock is specified.");
  }
  if (mock === undefined && stateConfiguration?.mapIterationFailureCount !== undefined) {
    throw invalid("TestState does not support MapIterationFailureCount when a mock is not specified.");
  }
}

/** The input's value. Throws InvalidExecutionInput. */
export function checkInput(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    throw new ApiError("InvalidExecutionInput", `Invalid State Machine Execution Input: '${message}'`);
  }
}

export function variablesOf(text: string | undefined): ReadonlyMap<string, Json> {
  return new Map(Object.entries(text === undefined ? {} : objectOf(text, "Variables")));
}

export function objectOf(text: string, what: string): JsonObject {
  const value = jsonOf(text, what);
  if (!isObject(value)) throw invalid(`${what} must be a JSON object.`);
  return value;
}

export function jsonOf(text: string, what: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw invalid(`${what} must be valid JSON: ${(error as Error).message}`);
  }
}
