import { expect, test } from "vitest";
import type { FileFindings } from "../../../lib/cli/validate/check.js";
import { sarifLog } from "../../../lib/cli/validate/sarif.js";

const files: readonly FileFindings[] = [
  { file: "./good file.json", diagnostics: [] },
  {
    file: "stacks/ä.yaml",
    diagnostics: [
      {
        severity: "ERROR",
        code: "MISSING_TRANSITION_TARGET",
        message: "Missing 'Next' target: B",
        location: "/States/A/Next",
        stateMachine: "Order",
        line: 4,
        column: 36,
      },
      { severity: "WARNING", code: "NO_DOLLAR", message: "no dollar", location: "/States/A", line: 3, column: 1 },
      { severity: "ERROR", code: "FANOUT_FILE_UNREADABLE", message: "is a directory", location: "" },
      { severity: "WARNING", code: "NO_DOLLAR", message: "again", location: "/States/B", line: 7, column: 2 },
    ],
  },
  { file: "/elsewhere/x.json", diagnostics: [] },
];

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly locations: readonly { physicalLocation: { artifactLocation: { uri: string; index: number } } }[];
}

interface Log {
  readonly runs: readonly [
    {
      readonly tool: { driver: { rules: readonly { id: string }[] } };
      readonly artifacts: readonly { location: { uri: string } }[];
      readonly results: readonly Result[];
    },
  ];
}

const log = sarifLog(files, "1.2.3") as Log;
const [run] = log.runs;

test("the log names its version, its schema and its tool", () => {
  expect(log).toMatchObject({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "fanout", version: "1.2.3" } }, columnKind: "utf16CodeUnits" }],
  });
});

test("every code is one rule, and every result points to its rule and its file", () => {
  const { rules } = run.tool.driver;
  expect(rules).toEqual([
    { id: "FANOUT_FILE_UNREADABLE", shortDescription: { text: "File unreadable" } },
    { id: "MISSING_TRANSITION_TARGET", shortDescription: { text: "Missing transition target" } },
    { id: "NO_DOLLAR", shortDescription: { text: "No dollar" } },
  ]);
  for (const { ruleId, ruleIndex, locations } of run.results) {
    expect(rules[ruleIndex]?.id).toBe(ruleId);
    expect(locations).toHaveLength(1);
    const { uri, index } = locations[0]?.physicalLocation.artifactLocation ?? { uri: "", index: -1 };
    expect(run.artifacts[index]?.location.uri).toBe(uri);
  }
});

test("a result has level, message, region and the path in the definition", () => {
  expect(run.results[0]).toEqual({
    ruleId: "MISSING_TRANSITION_TARGET",
    ruleIndex: 1,
    level: "error",
    message: { text: "Missing 'Next' target: B" },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: "stacks/%C3%A4.yaml", index: 1 },
          region: { startLine: 4, startColumn: 36 },
        },
        logicalLocations: [{ fullyQualifiedName: "Order /States/A/Next" }],
      },
    ],
  });
  expect(run.results.map((result) => (result as Result & { level: string }).level)).toEqual([
    "error",
    "warning",
    "error",
    "warning",
  ]);
});

test("what concerns a whole file has no region and no path", () => {
  expect(run.results[2]?.locations).toEqual([
    { physicalLocation: { artifactLocation: { uri: "stacks/%C3%A4.yaml", index: 1 } } },
  ]);
});

test("names of files are URIs", () => {
  expect(run.artifacts.map(({ location }) => location.uri)).toEqual([
    "good%20file.json",
    "stacks/%C3%A4.yaml",
    "file:///elsewhere/x.json",
  ]);
});

test("no findings are a log all the same", () => {
  expect(sarifLog([], "1.2.3")).toMatchObject({
    runs: [{ tool: { driver: { rules: [] } }, artifacts: [], results: [] }],
  });
});
