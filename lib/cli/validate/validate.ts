import { text as textOf } from "node:stream/consumers";
import type { StateMachineType } from "../../definition/asl.js";
import { FanoutError } from "../../errors.js";
import { errorText } from "../error-text.js";
import { EXIT } from "../exit-code.js";
import { LineOutput } from "../run/line-output.js";
import { painter } from "../run/terminal.js";
import { packageVersion } from "../version.js";
import { Checker, type FileFindings } from "./check.js";
import { sarifLog } from "./sarif.js";
import { type Counts, countsText, findingLines } from "./text.js";

type Format = "text" | "json" | "sarif";

/** The flags of `fanout validate`. */
export interface ValidateFlags {
  readonly severity?: "error" | "warning";
  readonly type?: StateMachineType;
  readonly format?: Format;
  readonly json?: boolean;
  readonly sarif?: boolean;
  readonly quiet?: boolean;
}

/** Carries out `fanout validate`. Gives the exit code. */
export async function validate(targets: readonly string[], flags: ValidateFlags): Promise<number> {
  try {
    return await check(targets, flags);
  } catch (error) {
    process.stderr.write(`${errorText(error, false)}\n`);
    return EXIT.couldNotRun;
  }
}

async function check(targets: readonly string[], flags: ValidateFlags): Promise<number> {
  const format = formatOf(flags);
  const stdin = targets.includes("-") ? await textOf(process.stdin) : "";
  const checker = new Checker({ type: flags.type ?? "STANDARD", stdin });
  for (const target of new Set(targets)) checker.check(target);
  const files = flags.severity === "error" ? checker.files.map(errorsOnly) : checker.files;
  const counts = countFindings(files);
  await print(format, files, counts);
  if (flags.quiet !== true) process.stderr.write(`fanout: ${countsText(checker.stateMachines, counts)}\n`);
  return counts.errors === 0 ? EXIT.ok : EXIT.couldNotRun;
}

/** Throws FANOUT_USAGE when several formats are asked for. */
function formatOf({ format, json, sarif }: ValidateFlags): Format {
  const wanted = new Set<Format>();
  if (format !== undefined) wanted.add(format);
  if (json === true) wanted.add("json");
  if (sarif === true) wanted.add("sarif");
  const [first = "text", second] = wanted;
  if (second === undefined) return first;
  throw new FanoutError("FANOUT_USAGE", `there is one output: ${first} and ${second} exclude each other`);
}

function errorsOnly({ file, diagnostics }: FileFindings): FileFindings {
  return { file, diagnostics: diagnostics.filter(({ severity }) => severity === "ERROR") };
}

function countFindings(files: readonly FileFindings[]): Counts {
  const all = files.flatMap(({ diagnostics }) => diagnostics);
  const errors = all.filter(({ severity }) => severity === "ERROR").length;
  return { errors, warnings: all.length - errors };
}

/** Prints the findings; that nobody reads them to their end is no failure. */
async function print(format: Format, files: readonly FileFindings[], counts: Counts): Promise<void> {
  const output = new LineOutput(process.stdout, { onGone: () => {} });
  if (format === "json") output.write(`${JSON.stringify({ files, ...counts })}\n`);
  else if (format === "sarif") output.write(`${JSON.stringify(sarifLog(files, packageVersion()))}\n`);
  else for (const line of findingLines(files, painter(process.stdout, process.env))) output.write(`${line}\n`);
  await output.end();
}
