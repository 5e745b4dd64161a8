import { access } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { RuntimeError } from "./error-document.js";
import type { Handler } from "./run-handler.js";

/** Where a handler's code is, after bundling: what a worker needs to know to load it. */
export interface HandlerLocation {
  /** A directory laid out as a deployed function is, or one module file. */
  readonly kind: "directory" | "file";
  readonly path: string;
  /** `file.export` in a directory (`src/app.handler`), the name of the export in a file. */
  readonly handler: string;
}

/** `src/app.handler` or `index.api.handler`: the module is what comes before the first dot of the last segment. */
const HANDLER = /^((?:.*\/)?)([^./][^.]*)\.(.+)$/;
const EXTENSIONS = ["", ".js", ".mjs", ".cjs"];

/**
 * Loads a handler. Throws RuntimeError with the name Lambda gives the failure (`Runtime.MalformedHandlerName`,
 * `Runtime.ImportModuleError`, `Runtime.UserCodeSyntaxError`, `Runtime.HandlerNotFound`), or what the module itself
 * threw while it was imported.
 */
export async function loadHandler(location: HandlerLocation): Promise<Handler> {
  if (location.kind === "file") {
    return pickExport(await importModule(location.path), location.handler, location.handler);
  }
  const { moduleName, exportName } = splitHandler(location.handler);
  const file = await findModule(location.path, moduleName);
  return pickExport(await importModule(file), exportName, location.handler);
}

/** Splits `src/app.handler` into its module and its export. */
function splitHandler(handler: string): { moduleName: string; exportName: string } {
  if (handler.includes("..")) {
    const message = `'..' is not valid in handler name. Use absolute paths when specifying root directories in handler names.`;
    throw new RuntimeError("Runtime.MalformedHandlerName", message);
  }
  const [, directory, module, exportName] = HANDLER.exec(handler) ?? [];
  if (module === undefined || exportName === undefined) {
    throw new RuntimeError("Runtime.MalformedHandlerName", "Bad handler");
  }
  return { moduleName: `${directory}${module}`, exportName };
}

async function findModule(root: string, moduleName: string): Promise<string> {
  for (const extension of EXTENSIONS) {
    const file = join(root, moduleName + extension);
    // A directory beside the module may have its very name, hence the check of files with an extension only.
    if (extension === "" && !/\.[cm]?js$/.test(moduleName)) continue;
    if (await exists(file)) return file;
  }
  throw new RuntimeError("Runtime.ImportModuleError", `Error: Cannot find module '${moduleName}'`);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function importModule(file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new RuntimeError("Runtime.UserCodeSyntaxError", String(error), { cause: error });
    const code = (error as NodeJS.ErrnoException | undefined)?.code;
    if (code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND") {
      throw new RuntimeError("Runtime.ImportModuleError", String(error), { cause: error });
    }
    throw error;
  }
}

/** Walks `a.b.c` through the exports; names that a CommonJS module hides from import are under `default`. */
function pickExport(module: Record<string, unknown>, exportName: string, handler: string): Handler {
  const found = walk(module, exportName) ?? walk(module["default"], exportName);
  if (found === undefined || found === null) {
    throw handlerNotFound(`${handler} is undefined or not exported`, module);
  }
  if (typeof found !== "function") throw handlerNotFound(`${handler} is not a function`, module);
  return found as Handler;
}

function handlerNotFound(message: string, module: Record<string, unknown>): RuntimeError {
  const exports = Object.keys(module).filter((name) => typeof module[name] === "function");
  return new RuntimeError("Runtime.HandlerNotFound", message, { exports });
}

function walk(value: unknown, path: string): unknown {
  let at = value;
  for (const name of path.split(".")) {
    if (at === null || (typeof at !== "object" && typeof at !== "function")) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}
