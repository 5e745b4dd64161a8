import { FanoutError } from "../errors.js";

/** What a person is told of an error that ends the command. One line, unless there are several findings. */
export function errorText(error: unknown, verbose: boolean): string {
  if (!(error instanceof FanoutError)) return bugText(error);
  const text = `fanout: ${error.message} [${error.code}]`;
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
  const stack = error.stack ?? "";
  const frames = stack.indexOf("\n    at ");
  return frames === -1 ? stack : stack.slice(frames + 1);
}
