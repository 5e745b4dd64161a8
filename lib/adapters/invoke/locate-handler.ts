import { stat } from "node:fs/promises";
import type { FunctionDefinition } from "../../definition/application.js";
import { FanoutError } from "../../errors.js";
import { bundle } from "./bundle.js";
import { RuntimeError, type ThrewOutcome, threw } from "./error-document.js";
import type { HandlerLocation } from "./load-handler.js";

/**
 * Finds, and where it must builds, the code of a function. Throws FanoutError: FANOUT_FILE_NOT_FOUND,
 * FANOUT_TASK_BROKEN when a module does not build or is not for Node.js, FANOUT_TASK_NOT_FOUND when it has no export of the handler's name.
 */
export async function locateHandler(definition: FunctionDefinition): Promise<HandlerLocation> {
  const { code, handler, runtime } = definition;
  if (runtime !== undefined && !runtime.startsWith("nodejs")) {
    const message = `function ${definition.name} has the runtime ${runtime}: only Node.js functions run on this machine`;
    throw new FanoutError("FANOUT_TASK_BROKEN", message, { location: { file: code.path } });
  }
  if (code.kind === "module") {
    const { file, exports } = await bundle(code.path);
    if (!exports.includes(handler)) throw noSuchExport(code.path, handler, exports);
    return { kind: "file", path: file, handler };
  }
  const stats = await stat(code.path).catch(() => undefined);
  if (!stats?.isDirectory()) {
    const message = `the code of function ${definition.name} is not there: no such folder`;
    throw new FanoutError("FANOUT_FILE_NOT_FOUND", message, { location: { file: code.path } });
  }
  return { kind: "directory", path: code.path, handler };
}

/** The outcome of a call of a function whose code could not be located. */
export function notLocated(failure: FanoutError): ThrewOutcome {
  const name = failure.code === "FANOUT_TASK_NOT_FOUND" ? "Runtime.HandlerNotFound" : "Runtime.ImportModuleError";
  return threw(new RuntimeError(name, failure.message));
}

function noSuchExport(file: string, handler: string, exports: readonly string[]): FanoutError {
  const there = exports.length === 0 ? "it exports nothing" : `it exports ${exports.join(", ")}`;
  return new FanoutError("FANOUT_TASK_NOT_FOUND", `there is no export "${handler}"; ${there}`, { location: { file } });
}
