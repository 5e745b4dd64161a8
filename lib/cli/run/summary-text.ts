import type { FailureGroup, RunSummary } from "../../local/summary.js";
import { durationText, grouped, itemsText, rateText } from "./figures.js";
import type { Paint } from "./terminal.js";

export interface SummaryOptions {
  /** Shows the stacks of the examples. */
  readonly verbose: boolean;
  /** Shows items; a state machine without a distributed map has none. */
  readonly withItems: boolean;
  /** More items failed than may, although the state machine succeeded. */
  readonly exceeded: boolean;
  /** What to do about it, under the first line. */
  readonly hint?: string | undefined;
  readonly files: readonly string[];
  /** Files written besides those in `files`. */
  readonly moreFiles: number;
  /** What handlers wrote to their consoles. */
  readonly logs: readonly string[];
  readonly paint: Paint;
}

/** Groups of failures that are shown; the rest is counted. */
const GROUPS = 10;
/** Files that are shown. */
const FILES = 5;

/** What a run came to, line by line, for the end of stderr. */
export function summaryText(summary: RunSummary, options: SummaryOptions): string[] {
  const { items } = summary;
  const { withItems, hint } = options;
  return [
    headline(summary, options),
    ...(hint === undefined ? [] : [row("hint", hint)]),
    ...(withItems ? [row("items", itemsText(items, [items.unprocessed, "not begun in time"]))] : []),
    ...failureLines(summary.failures, options),
    row("duration", paceText(summary, withItems)),
    ...fileLines("written", options.files, options.moreFiles, options),
    ...fileLines("logs", options.logs, 0, options),
  ];
}

function headline({ status, error, items }: RunSummary, { paint, exceeded }: SummaryOptions): string {
  if (status === "SUCCEEDED") {
    const bad = items.total - items.succeeded;
    if (bad === 0) return paint("green", "Succeeded");
    const some = `${grouped(bad)} of ${grouped(items.total)} items did not succeed`;
    return exceeded ? `${paint("red", "Failed")}: ${some}` : `${paint("yellow", "Succeeded")}, although ${some}`;
  }
  if (status === "ABORTED") return paint("yellow", "Stopped");
  const what = status === "TIMED_OUT" ? "Timed out" : "Failed";
  const why =
    error === undefined ? "" : `: ${error.name}${error.message === "" ? "" : `: ${firstLine(error.message)}`}`;
  return paint("red", what) + why;
}

function failureLines(failures: readonly FailureGroup[], { verbose, paint }: SummaryOptions): string[] {
  const lines = failures.slice(0, GROUPS).flatMap(({ name, count, example }, at) => {
    const { index, message, stack } = example;
    const text = `${grouped(count)} ${paint("red", name)}, such as item ${index}: ${firstLine(message)}`;
    const trace = verbose && stack !== undefined ? stack.split("\n").map((line) => row("", line)) : [];
    return [row(at === 0 ? "failures" : "", text), ...trace];
  });
  const more = failures.length - GROUPS;
  return more > 0 ? [...lines, row("", `and ${grouped(more)} more kinds of failure`)] : lines;
}

function paceText({ durationMs, itemsPerSecond, workers, utilisation }: RunSummary, withItems: boolean): string {
  const rate = withItems ? `, ${rateText(itemsPerSecond)} items/s` : "";
  // A state machine that invokes nothing keeps nobody busy.
  if (utilisation === 0) return durationText(durationMs) + rate;
  const busy = `${grouped(workers)} ${workers === 1 ? "worker" : "workers"} ${Math.round(utilisation * 100)} % busy`;
  return `${durationText(durationMs)}${rate}, ${busy}`;
}

function fileLines(name: string, files: readonly string[], more: number, { verbose }: SummaryOptions): string[] {
  const shown = verbose ? files : files.slice(0, FILES);
  const hidden = files.length - shown.length + more;
  const lines = shown.map((file, at) => row(at === 0 ? name : "", file));
  return hidden > 0 ? [...lines, row("", `and ${grouped(hidden)} more files`)] : lines;
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(9)} ${text}`;
}

function firstLine(text: string): string {
  return text.split("\n", 1).join();
}
