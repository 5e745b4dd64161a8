import type { ExecutionSnapshot } from "../../aws/snapshot.js";
import { durationText, itemsText } from "../run/figures.js";
import type { Paint } from "../run/terminal.js";

export interface OutcomeOptions {
  /** Shows causes whole. */
  readonly verbose: boolean;
  /** File the output was written to. */
  readonly out: string | undefined;
  readonly paint: Paint;
}

/** What an execution came to, line by line, for the end of stderr. */
export function outcomeText(execution: ExecutionSnapshot, options: OutcomeOptions): string[] {
  const { startDate, stopDate = startDate, mapRuns } = execution;
  return [
    headline(execution, options),
    ...mapRuns.map(({ items }) => row("items", itemsText(items, [items.pending + items.running, "not ended"]))),
    row("duration", durationText(stopDate - startDate)),
    ...(options.out === undefined || execution.output === undefined ? [] : [row("written", options.out)]),
  ];
}

function headline({ status, error, cause = "" }: ExecutionSnapshot, { verbose, paint }: OutcomeOptions): string {
  if (status === "SUCCEEDED") return paint("green", "Succeeded");
  const what = { FAILED: "Failed", TIMED_OUT: "Timed out", ABORTED: "Stopped" }[status as string] ?? status;
  const why = [error, verbose ? cause : cause.split("\n", 1).join()].filter(
    (part) => part !== undefined && part !== "",
  );
  return [paint(status === "ABORTED" ? "yellow" : "red", what), ...why].join(": ");
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(9)} ${text}`;
}

/** The document of `--json`. The output's text stays as Step Functions gave it. */
export function outcomeDocument(execution: ExecutionSnapshot, withOutput: boolean): string {
  const { status, output, error, cause, executionArn, startDate, stopDate, mapRuns } = execution;
  const rest = {
    ...(error === undefined && cause === undefined ? {} : { error: { name: error ?? "", message: cause ?? "" } }),
    executionArn,
    startDate: new Date(startDate).toISOString(),
    ...(stopDate === undefined ? {} : { stopDate: new Date(stopDate).toISOString(), durationMs: stopDate - startDate }),
    mapRuns,
  };
  const members = [
    `"status":${JSON.stringify(status)}`,
    ...(output === undefined || !withOutput ? [] : [`"output":${output.text}`]),
    JSON.stringify(rest).slice(1, -1),
  ];
  return `{${members.join(",")}}\n`;
}
