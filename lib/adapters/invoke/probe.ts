import type { FunctionDefinition } from "../../definition/application.js";
import { FanoutError } from "../../errors.js";

/** Why a function cannot be called, for a person at the keyboard: from what loading it threw. */
export function probeFailure(name: string, definition: FunctionDefinition | undefined, error?: unknown): FanoutError {
  if (definition === undefined) {
    return new FanoutError("FANOUT_TASK_NOT_FOUND", `the state machine calls function ${name}, which is not defined`);
  }
  if (error instanceof FanoutError) return error;
  const { errorType, errorMessage, trace } = describe(error);
  const location = { file: definition.code.path };
  if (errorType === "Runtime.HandlerNotFound" || errorType === "Runtime.MalformedHandlerName") {
    return new FanoutError("FANOUT_TASK_NOT_FOUND", `handler "${definition.handler}": ${errorMessage}`, { location });
  }
  const place = firstPlace(trace);
  const what = `${errorType}: ${errorMessage.split("\n", 1)[0]}`;
  const message = `the task cannot be loaded: ${what}${place === undefined ? "" : ` (at ${place})`}`;
  return new FanoutError("FANOUT_TASK_BROKEN", message, { location, cause: error });
}

interface LoadError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

function describe(error: unknown): LoadError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
}

/** The first frame of the trace that is in a file: `file:line:column`. */
function firstPlace(trace: readonly string[]): string | undefined {
  for (const line of trace) {
    const place = /(?:file:\/\/)?(\/[^\s()]+:\d+:\d+)\)?$/.exec(line)?.[1];
    if (place !== undefined && !place.includes("/node_modules/")) return place;
  }
  return undefined;
}
