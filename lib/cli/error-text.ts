import { sep } from "node:path";
import { FanoutError } from "../errors.js";

/**
 * What a person is told of an error that ends the command: one line, unless there are several findings. Paths below the
 * working directory are shown as they are seen from there.
 */
export function errorText(error: unknown, verbose: boolean, directory = process.cwd()): string {
  if (!(error instanceof FanoutError)) return bugText(error);
  const [what, ...findings] = error.message.replaceAll(directory + sep, "").split("\n");
  const text = [`fanout: ${what} [${error.code}]`, ...findings].join("\n");
  if (!verbose) return text;
  const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.stack}` : "";
  return `${text}\n${stackOf(error)}${cause}`;
}

/** Anything else that is thrown is a mistake in fanout itself. */
function bugText(error: unknown): string {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = error instanceof Error ? `\n${stackOf(error)}` : "";
  return `fanout: ${what.split("\n", 1)[0]} (this is a bug in fanout, please report it with these lines)${stack}`;
}

/** The frames without the message, which is said already. */
function stackOf(error: Error): string {
  const { message, stack = "" } = error;
  return stack.slice(stack.indexOf(message) + message.length).replace(/^\n/, "");
}
