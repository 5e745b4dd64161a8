import { CommanderError } from "commander";
import { errorText } from "./error-text.js";
import { EXIT } from "./exit-code.js";
import { createProgram } from "./program.js";

/** Runs a command line, given without `node` and the script's name, and ends the process with its exit code. */
export async function main(args: readonly string[]): Promise<void> {
  let code: number = EXIT.ok;
  // Whoever closes stderr does not want to be told.
  process.stderr.on("error", () => {});
  try {
    await createProgram((given) => {
      code = given;
    }).parseAsync(args, { from: "user" });
  } catch (error) {
    code = error instanceof CommanderError ? error.exitCode : EXIT.couldNotRun;
    if (!(error instanceof CommanderError)) process.stderr.write(`${errorText(error, true)}\n`);
    else if (code !== EXIT.ok && args.includes("--json")) process.stdout.write(usageDocument(error));
  }
  // A handler that ran in this process may have left timers and sockets open, which Lambda would freeze: no waiting.
  process.stderr.write("", () => process.exit(code));
}

/** With `--json` even a slip of the keyboard is a document. */
function usageDocument({ message }: CommanderError): string {
  const text = message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
  return `${JSON.stringify({ status: "NOT_RUN", error: { name: "FANOUT_USAGE", message: text } })}\n`;
}
