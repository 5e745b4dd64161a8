import type { FunctionDefinition } from "../../definition/application.js";
import { FanoutError } from "../../errors.js";
import { type ErrorDocument, loadFailure } from "./error-document.js";
import type { LoadFailure } from "./protocol.js";

/** The state machine calls a function that no template defines. */
export function unknownFunction(name: string): FanoutError {
  return new FanoutError("FANOUT_TASK_NOT_FOUND", `there is no function ${name}: the template does not define it`);
}

/** Why a function cannot be called, from what was thrown while its code was located or loaded. */
export function probeFailure(definition: FunctionDefinition, error: unknown): FanoutError {
  return error instanceof FanoutError ? error : notLoaded(definition, loadFailure(error));
}

/** Why a handler cannot be loaded: one line with what there is instead, or with the place that the trace names. */
export function notLoaded(definition: FunctionDefinition, { document, exports = [] }: LoadFailure): FanoutError {
  const { errorType, errorMessage, trace = [] } = JSON.parse(document) as ErrorDocument;
  const location = { file: definition.code.path };
  if (errorType === "Runtime.HandlerNotFound" || errorType === "Runtime.MalformedHandlerName") {
    const there = exports.length === 0 ? "" : `; it exports ${exports.join(", ")}`;
    const message = `there is no handler "${definition.handler}": ${errorMessage}${there}`;
    return new FanoutError("FANOUT_TASK_NOT_FOUND", message, { location });
  }
  const [what] = errorMessage.split("\n", 1);
  const place = firstPlace(trace);
  const message = `the task cannot be loaded: ${errorType}: ${what}${place === undefined ? "" : ` (at ${place})`}`;
  return new FanoutError("FANOUT_TASK_BROKEN", message, { location });
}

/** `file:line:column` of the first frame that lies in a file. */
function firstPlace(trace: readonly string[]): string | undefined {
  for (const line of trace) {
    const place = /^ {4}at .*?(?:file:\/\/)?(\/[^()]+:\d+:\d+)\)?$/.exec(line)?.[1];
    if (place !== undefined) return place;
  }
  return undefined;
}
