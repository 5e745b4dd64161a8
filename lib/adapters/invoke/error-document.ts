import { types } from "node:util";
import type { InvocationOutcome } from "../../run/ports.js";
import type { LoadFailure } from "./protocol.js";

export type ThrewOutcome = Extract<InvocationOutcome, { kind: "threw" }>;

/** An error of the runtime itself, such as `Runtime.HandlerNotFound`; `name` is what becomes the errorType. */
export class RuntimeError extends Error {
  /** For `Runtime.HandlerNotFound`: the names of the functions that the module does export. */
  readonly exports: readonly string[] | undefined;

  constructor(name: string, message: string, options: { cause?: unknown; exports?: readonly string[] } = {}) {
    const { cause, exports } = options;
    super(message, cause === undefined ? undefined : { cause });
    this.name = name;
    this.exports = exports;
    // The stack was captured with the name of the class; its head must show the errorType, as Lambda shows it.
    this.stack = `${name}: ${message}\n${stackFrames(cause ?? this)}`;
  }
}

function stackFrames(error: unknown): string {
  const stack = error instanceof Error && typeof error.stack === "string" ? error.stack : "";
  return stack
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .join("\n");
}

/**
 * The outcome of a call that threw, with the document that Lambda's Node.js runtime makes: `errorType`, `errorMessage`
 * and `trace` in this order. A thrown value that is no error has its `typeof` as the type and no trace; a rejection
 * with nothing is the text "handled". Never throws itself.
 */
export function threw(thrown: unknown): ThrewOutcome {
  const fields = errorFields(thrown);
  return { kind: "threw", errorType: fields.errorType, document: JSON.stringify(fields) };
}

/** What is to be said about a handler that could not be loaded. */
export function loadFailure(error: unknown): LoadFailure {
  const exports = error instanceof RuntimeError ? error.exports : undefined;
  return { document: threw(error).document, exports };
}

/** The outcome of a call that the service ended: no trace, and the request id at the head of the message. */
export function threwBySandbox(errorType: string, requestId: string, message: string): ThrewOutcome {
  const errorMessage = `RequestId: ${requestId} Error: ${message}`;
  return { kind: "threw", errorType, document: JSON.stringify({ errorType, errorMessage }) };
}

/** A worker process that ended while a call was running in it. */
export function exited(requestId: string, exitCode: number): ThrewOutcome {
  const reason =
    exitCode === 0 ? "Runtime exited without providing a reason" : `Runtime exited with error: exit status ${exitCode}`;
  return threwBySandbox("Runtime.ExitError", requestId, reason);
}

/** A call that ran longer than the function may. */
export function functionTimedOut(requestId: string, timeoutSeconds: number): ThrewOutcome {
  return threwBySandbox("Sandbox.Timedout", requestId, `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`);
}

/** What an error document has. */
export interface ErrorDocument {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

function errorFields(thrown: unknown): ErrorDocument {
  const value = thrown ?? "handled";
  try {
    if (isError(value)) {
      return {
        errorType: String(value.name),
        errorMessage: String(value.message),
        trace: userFrames(String(value.stack).split("\n")),
      };
    }
    return { errorType: typeof value, errorMessage: String(value), trace: [] };
  } catch {
    const errorMessage =
      "callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack";
    return { errorType: "handled", errorMessage };
  }
}

/** The trace down to where this package called the handler: what lies below says nothing about the handler. */
function userFrames(lines: readonly string[]): readonly string[] {
  const own = lines.findIndex((line) => OWN_FRAME.test(line));
  return own === -1 ? lines : lines.slice(0, own);
}

/** By its path inside the package: the source's, the build's, or that of a file which the build has put together. */
const OWN_FRAME =
  /^ {4}at .*[\\/](?:adapters[\\/]invoke[\\/][\w-]+|dist[\\/]lib[\\/]chunks[\\/][\w-]+-[A-Z0-9]{8})\.[jt]s:/;

/** Errors of another realm and look-alikes with a name, a message and a stack count too. */
function isError(value: unknown): value is Error {
  if (types.isNativeError(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  const { name, message, stack } = value as Partial<Error>;
  return typeof name === "string" && typeof message === "string" && typeof stack === "string";
}
