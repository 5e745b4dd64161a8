import { CommanderError } from "commander";
import { errorText } from "./error-text.js";
import { EXIT } from "./exit-code.js";
import { createProgram } from "./program.js";

/** Runs a command line, without `node` and the script's name, and sets the exit code of the process. */
export async function main(args: readonly string[]): Promise<void> {
  const program = createProgram((code) => {
    process.exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode;
      return;
    }
    process.stderr.write(`${errorText(error, args.includes("--verbose") || args.includes("-v"))}\n`);
    process.exitCode = EXIT.couldNotRun;
  }
}
