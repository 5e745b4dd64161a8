import type { LambdaContext } from "../../task/context.js";
import { RuntimeError, type ThrewOutcome, threw } from "./error-document.js";

/** A Lambda handler of any style: async, returning, or calling back. */
export type Handler = (event: unknown, context: LambdaContext, callback: Callback) => unknown;

type Callback = (error: unknown, result?: unknown) => void;

/** Bytes that a synchronous invocation may return. */
const LARGEST_RESPONSE = 6_291_556;

/**
 * Starts a handler and gives what it gives: a promise for async handlers, the value for those that return one. A
 * handler with a third parameter that returns nothing is waited for until it calls back. May throw what it throws.
 */
export function startHandler(handler: Handler, event: unknown, context: LambdaContext): unknown {
  if (handler.length < 3) return handler(event, context, ignoreCallback);
  return new Promise((resolve, reject) => {
    const callback: Callback = (error, result) => {
      if (error === undefined || error === null) resolve(result);
      else reject(error);
    };
    const returned = handler(event, context, callback);
    if (returned !== undefined) resolve(returned);
  });
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function";
}

/** The result as JSON text, or the outcome of a call whose result cannot be sent back. */
export function serializeResult(result: unknown): string | ThrewOutcome {
  let text: string | undefined;
  try {
    text = JSON.stringify(result);
  } catch {
    return threw(new RuntimeError("Error", "Unable to stringify response body"));
  }
  if (text === undefined) return "null";
  // A character is at most three bytes: most results need no counting.
  if (text.length * 3 > LARGEST_RESPONSE && Buffer.byteLength(text) > LARGEST_RESPONSE) return tooLarge();
  return text;
}

function tooLarge(): ThrewOutcome {
  const errorType = "Function.ResponseSizeTooLarge";
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${LARGEST_RESPONSE} bytes).`;
  return { kind: "threw", errorType, document: JSON.stringify({ errorType, errorMessage }) };
}

function ignoreCallback(): void {}
