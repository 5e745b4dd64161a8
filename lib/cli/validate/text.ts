import type { Paint } from "../run/terminal.js";
import type { FileDiagnostic, FileFindings } from "./check.js";

/** One line a finding: `file:line:column: error CODE: message (/States/X/Next)`. */
export function findingLines(files: readonly FileFindings[], paint: Paint): string[] {
  return files.flatMap(({ file, diagnostics }) => diagnostics.map((diagnostic) => line(file, diagnostic, paint)));
}

function line(file: string, diagnostic: FileDiagnostic, paint: Paint): string {
  const { severity, code, message } = diagnostic;
  const place = [file, diagnostic.line, diagnostic.column].filter((part) => part !== undefined).join(":");
  const kind = severity === "ERROR" ? paint("red", "error") : paint("yellow", "warning");
  const where = [diagnostic.stateMachine, diagnostic.location].filter((part) => part !== undefined && part !== "");
  const behind = where.length === 0 ? "" : ` (${where.join(" ")})`;
  return `${place}: ${kind} ${code}: ${message.replace(/\s*\n\s*/g, " ")}${behind}`;
}

export interface Counts {
  readonly errors: number;
  readonly warnings: number;
}

/** `2 state machines: 1 error, 3 warnings` */
export function countsText(stateMachines: number, { errors, warnings }: Counts): string {
  const found = [
    ...(errors > 0 ? [count(errors, "error")] : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
  ];
  return `${count(stateMachines, "state machine")}: ${found.length === 0 ? "no findings" : found.join(", ")}`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
