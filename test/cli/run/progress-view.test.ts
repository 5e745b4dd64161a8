import { expect, test } from "vitest";
import { ProgressView } from "../../../lib/cli/run/progress-view.js";
import type { Progress } from "../../../lib/local/session-options.js";

function view(kind: "bar" | "plain" | "none", columns = 80) {
  const written: string[] = [];
  const stream = { columns, write: (text: string) => written.push(text) };
  return { written, view: new ProgressView(kind, stream, (_colour, text) => text) };
}

const at = (seconds: number, done: number, total = 100): Progress => ({
  done,
  failed: 0,
  running: 2,
  total,
  expected: undefined,
  elapsedMs: seconds * 1000,
});

test("the live line is drawn over itself and taken away at the end", () => {
  const { written, view: bar } = view("bar");
  bar.show(at(1, 10));
  bar.show(at(2, 20));
  bar.stop();
  expect(written).toHaveLength(3);
  expect(written[0]).toMatch(/^\r\u001b\[2K\[=+> *\] +10 %/);
  expect(written[1]).toMatch(/^\r\u001b\[2K\[=+> *\] +20 %/);
  expect(written[2]).toBe("\r\u001b[2K");
});

test("it leaves the last column free", () => {
  const { written, view: bar } = view("bar");
  bar.show({ ...at(1, 10), running: 10 ** 60, failed: 10 ** 60 });
  expect(written[0]?.replace("\r\u001b[2K", "").length).toBeLessThanOrEqual(79);
});

test("a terminal without a size is taken for one of 80 columns", () => {
  const { written, view: bar } = view("bar", 0);
  bar.show(at(1, 10));
  expect(written[0]).toContain("10 %");
});

test("a line of its own takes the live line away first", () => {
  const { written, view: bar } = view("bar");
  bar.show(at(1, 10));
  bar.say("a warning");
  bar.stop();
  expect(written.slice(1)).toEqual(["\r\u001b[2K", "a warning\n"]);
});

test("a milestone is ten percent further and five seconds later", () => {
  const { written, view: plain } = view("plain");
  const percents = (steps: [number, number][]) => {
    for (const [seconds, done] of steps) plain.show(at(seconds, done));
    return written.map((line) => line.split(" ", 1)[0]);
  };
  expect(
    percents([
      [1, 50],
      [4, 90],
      [5, 91],
      [6, 92],
      [20, 93],
    ]),
  ).toEqual(["91"]);
});

test("nothing is silent for longer than a minute", () => {
  const { written, view: plain } = view("plain");
  for (let second = 1; second <= 130; second++) plain.show(at(second, 1, 1000));
  expect(written).toHaveLength(2);
  expect(written[0]).toMatch(/^0 % {2}1\/1,000 {2}.*\n$/);
});

test("without a total there is a line every five seconds", () => {
  const { written, view: plain } = view("plain");
  for (let second = 1; second <= 12; second++) plain.show({ ...at(second, second), total: undefined });
  expect(written.map((line) => line.split("  ", 1)[0])).toEqual(["5 done", "10 done"]);
});

test("none starts nothing and leaves nothing to be taken away", () => {
  const { written, view: none } = view("none");
  none.start(() => at(1, 1));
  none.stop();
  expect(written).toEqual([]);
});
