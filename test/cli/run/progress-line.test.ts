import fc from "fast-check";
import { expect, test } from "vitest";
import { progressLine } from "../../../lib/cli/run/progress-line.js";
import type { Paint } from "../../../lib/cli/run/terminal.js";
import type { Progress } from "../../../lib/local/session-options.js";

const plain: Paint = (_colour, text) => text;
const marked: Paint = (colour, text) => `<${colour}>${text}</>`;
const at = (progress: Partial<Progress>): Progress => ({
  done: 0,
  failed: 0,
  running: 0,
  total: undefined,
  expected: undefined,
  elapsedMs: 0,
  ...progress,
});

test("with a known total: bar, percentage, counts, rate, what runs, and the time that is left", () => {
  const progress = at({ done: 4512, running: 2, total: 10_000, elapsedMs: 4000 });
  expect(progressLine(progress, 1128, 100, plain)).toBe(
    "[============>               ]   45 %  4,512/10,000  1,128/s  2 running  ETA 0:05",
  );
});

test("with a guessed total the total is marked as such", () => {
  expect(progressLine(at({ done: 10, expected: 1000 }), 1, 100, plain)).toContain("10/~1,000");
});

test("a guess below what is done already is raised", () => {
  expect(progressLine(at({ done: 10, expected: 8 }), 1, 100, plain)).toContain("10/~10");
});

test("without a total: how many are done and for how long it has run", () => {
  expect(progressLine(at({ done: 7, running: 1, elapsedMs: 61_000 }), 0.5, 100, plain)).toBe(
    "7 done  0.50/s  1 running  1:01",
  );
});

test("failures are shown, in red", () => {
  const line = progressLine(at({ done: 7, failed: 3, total: 10 }), 1, 100, marked);
  expect(line).toContain("<red>3 failed</>");
  expect(progressLine(at({ done: 7, total: 10 }), 1, 100, marked)).not.toContain("failed");
});

test("only what is finished is 100 %", () => {
  expect(progressLine(at({ done: 999_999, total: 1_000_000 }), 1, 100, plain)).toContain(" 99 %");
  expect(progressLine(at({ done: 1_000_000, total: 1_000_000 }), 1, 100, plain)).toMatch(/^\[=+\] {2}100 %/);
});

test("on a narrow terminal the bar goes first, then the end", () => {
  const progress = at({ done: 4512, running: 2, total: 10_000 });
  expect(progressLine(progress, 1128, 60, plain)).toBe(" 45 %  4,512/10,000  1,128/s  2 running  ETA 0:05");
  expect(progressLine(progress, 1128, 20, plain)).toBe(" 45 %  4,512/10,000 ");
});

test("it is never wider than the terminal and always one line", () => {
  const count = fc.integer({ min: 0, max: 1e8 });
  const optional = fc.option(count, { nil: undefined });
  const progress = fc.record({
    done: count,
    failed: count,
    running: count,
    total: optional,
    expected: optional,
    elapsedMs: count,
  });
  fc.assert(
    fc.property(
      progress,
      fc.double({ min: 0, max: 1e7, noNaN: true }),
      fc.integer({ min: 0, max: 200 }),
      (where, rate, width) => {
        const line = progressLine(where, rate, width, plain);
        expect(line.length).toBeLessThanOrEqual(width);
        expect(line).not.toMatch(/[\n\r]|NaN|Infinity|undefined/);
      },
    ),
  );
});
