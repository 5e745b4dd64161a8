import { expect, test } from "vitest";
import { type SummaryOptions, summaryText } from "../../../lib/cli/run/summary-text.js";
import type { RunSummary } from "../../../lib/local/summary.js";

const summary = (changes: Partial<RunSummary>): RunSummary => ({
  status: "SUCCEEDED",
  items: { total: 10, succeeded: 10, failed: 0, timedOut: 0, aborted: 0, unprocessed: 0 },
  failures: [],
  durationMs: 1240,
  itemsPerSecond: 8.06,
  workers: 2,
  utilisation: 0.634,
  ...changes,
});

const text = (changes: Partial<RunSummary>, options: Partial<SummaryOptions> = {}) =>
  summaryText(summary(changes), {
    verbose: false,
    withItems: true,
    exceeded: false,
    files: [],
    moreFiles: 0,
    logs: [],
    paint: (colour, word) => `<${colour}>${word}</>`,
    ...options,
  });

const someFailed = { total: 10, succeeded: 8, failed: 2, timedOut: 0, aborted: 0, unprocessed: 0 };
const failure = (name: string, index = 3) => ({
  name,
  count: 1,
  example: { index, message: "no\nmore", stack: "at a\nat b" },
});

test("all well", () => {
  expect(text({}, { files: ["out.jsonl"] })).toEqual([
    "<green>Succeeded</>",
    "  items     10: 10 succeeded",
    "  duration  1.24 s, 8.1 items/s, 2 workers 63 % busy",
    "  written   out.jsonl",
  ]);
});

test("failures are grouped, each with an example on one line", () => {
  expect(text({ items: someFailed, failures: [failure("RangeError"), failure("TypeError", 5)] })).toEqual([
    "<yellow>Succeeded</>, although 2 of 10 items did not succeed",
    "  items     10: 8 succeeded, 2 failed",
    "  failures  1 <red>RangeError</>, such as item 3: no",
    "            1 <red>TypeError</>, such as item 5: no",
    "  duration  1.24 s, 8.1 items/s, 2 workers 63 % busy",
  ]);
});

test("verbose shows the stacks of the examples", () => {
  const lines = text({ items: someFailed, failures: [failure("RangeError")] }, { verbose: true });
  expect(lines.slice(3, 5)).toEqual(["            at a", "            at b"]);
});

test("a run that failed says why, and what to do about it", () => {
  const lines = text({ status: "FAILED", error: { name: "States.Timeout", message: "" } }, { hint: "wait" });
  expect(lines.slice(0, 2)).toEqual(["<red>Failed</>: States.Timeout", "  hint      wait"]);
});

test("failures inside batches beyond tolerance make it a failure", () => {
  expect(text({ items: someFailed }, { exceeded: true })[0]).toBe("<red>Failed</>: 2 of 10 items did not succeed");
});

test("every way to end has its word", () => {
  const items = { total: 15, succeeded: 1, failed: 2, timedOut: 3, aborted: 4, unprocessed: 5 };
  expect(text({ status: "ABORTED", items }).slice(0, 2)).toEqual([
    "<yellow>Stopped</>",
    "  items     15: 1 succeeded, 2 failed, 3 timed out, 4 stopped, 5 not begun in time",
  ]);
  expect(text({ status: "TIMED_OUT" })[0]).toBe("<red>Timed out</>");
});

test("no items, no calls: a state machine without a map", () => {
  expect(text({ utilisation: 0 }, { withItems: false })).toEqual(["<green>Succeeded</>", "  duration  1.24 s"]);
});

test("what handlers wrote to their consoles is pointed to", () => {
  expect(text({}, { logs: [".fanout/logs/x-0.log"] }).at(-1)).toBe("  logs      .fanout/logs/x-0.log");
});

test("many kinds of failure and many files are cut short", () => {
  const failures = Array.from({ length: 13 }, (_, at) => failure(`Error${at}`));
  const files = Array.from({ length: 7 }, (_, at) => `file${at}`);
  const lines = text({ failures }, { files, moreFiles: 20 });
  expect(lines).toContain("            and 3 more kinds of failure");
  expect(lines.at(-1)).toBe("            and 22 more files");
  expect(text({}, { files, moreFiles: 20, verbose: true })).toContain("            file6");
});
