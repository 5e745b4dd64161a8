import { expect, test } from "vitest";
import type { ExecutionSnapshot } from "../../../lib/aws/snapshot.js";
import { outcomeDocument, outcomeText } from "../../../lib/cli/deployed/outcome.js";
import { progressOf } from "../../../lib/cli/deployed/progress.js";
import { JsonText } from "../../../lib/json.js";

const none = { total: 0, pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
const mapRun = (items: Partial<typeof none>) => ({
  mapRunArn: "arn:run",
  status: "RUNNING" as const,
  items: { ...none, ...items },
});
const snapshot = (given: Partial<ExecutionSnapshot>): ExecutionSnapshot => ({
  executionArn: "arn:one",
  status: "SUCCEEDED",
  startDate: 1000,
  stopDate: 2500,
  mapRuns: [],
  ...given,
});
const text = (given: Partial<ExecutionSnapshot>, verbose = false, out?: string) =>
  outcomeText(snapshot(given), { verbose, out, paint: (colour, words) => `<${colour}>${words}` });

test.each([
  [{}, "<green>Succeeded"],
  [{ status: "FAILED", error: "Broke", cause: "no money\nat all" }, "<red>Failed: Broke: no money"],
  [{ status: "FAILED", error: "Broke" }, "<red>Failed: Broke"],
  [{ status: "FAILED" }, "<red>Failed"],
  [{ status: "TIMED_OUT", error: "States.Timeout" }, "<red>Timed out: States.Timeout"],
  [{ status: "ABORTED", cause: "by hand" }, "<yellow>Stopped: by hand"],
] as const)("%j begins with %s", (given, line) => {
  expect(text(given)).toEqual([line, "  duration  1.50 s"]);
});

test("a whole cause is for those who ask", () => {
  expect(text({ status: "FAILED", error: "Broke", cause: "no money\nat all" }, true)[0]).toBe(
    "<red>Failed: Broke: no money\nat all",
  );
});

test("items of map runs are counted, and the file that was written is named", () => {
  const items = { total: 1200, succeeded: 1100, failed: 60, timedOut: 20, aborted: 10, running: 7, pending: 3 };
  expect(text({ mapRuns: [mapRun(items), mapRun({})], output: new JsonText("1") }, false, "out.json")).toEqual([
    "<green>Succeeded",
    "  items     1,200: 1,100 succeeded, 60 failed, 20 timed out, 10 stopped, 10 not ended",
    "  items     0",
    "  duration  1.50 s",
    "  written   out.json",
  ]);
});

test("the document has the output's text as it came", () => {
  const document = outcomeDocument(snapshot({ output: new JsonText('{"n": 1.0}') }), true);
  expect(document).toContain('"output":{"n": 1.0},');
  expect(JSON.parse(document)).toEqual({
    status: "SUCCEEDED",
    output: { n: 1 },
    executionArn: "arn:one",
    startDate: "1970-01-01T00:00:01.000Z",
    stopDate: "1970-01-01T00:00:02.500Z",
    durationMs: 1500,
    mapRuns: [],
  });
});

test("the document of a failure has error and cause, and none has an output that went to a file", () => {
  expect(
    JSON.parse(outcomeDocument(snapshot({ status: "FAILED", error: "Broke", cause: "no money" }), true)),
  ).toMatchObject({ status: "FAILED", error: { name: "Broke", message: "no money" } });
  expect(JSON.parse(outcomeDocument(snapshot({ output: new JsonText("1") }), false))).not.toHaveProperty("output");
});

test("there is progress as soon as there is a map run, and it is that of all of them", () => {
  expect(progressOf(snapshot({}), 5000)).toBeUndefined();
  const mapRuns = [
    mapRun({ total: 10, succeeded: 4, failed: 1, running: 2 }),
    mapRun({ total: 5, timedOut: 1, aborted: 1 }),
  ];
  expect(progressOf(snapshot({ mapRuns }), 5000)).toEqual({
    done: 7,
    failed: 2,
    running: 2,
    total: undefined,
    expected: 15,
    elapsedMs: 4000,
  });
});
