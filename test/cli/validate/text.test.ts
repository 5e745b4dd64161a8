import { expect, test } from "vitest";
import type { FileDiagnostic } from "../../../lib/cli/validate/check.js";
import { countsText, findingLines } from "../../../lib/cli/validate/text.js";

const finding: FileDiagnostic = { severity: "ERROR", code: "CODE", message: "what", location: "" };
const line = (given: Partial<FileDiagnostic>) =>
  findingLines([{ file: "f.json", diagnostics: [{ ...finding, ...given }] }], (colour, text) => `<${colour}>${text}`);

test.each([
  [{}, "f.json: <red>error CODE: what"],
  [{ line: 4, column: 36, location: "/States/A/Next" }, "f.json:4:36: <red>error CODE: what (/States/A/Next)"],
  [{ severity: "WARNING", line: 4, column: 1 }, "f.json:4:1: <yellow>warning CODE: what"],
  [{ stateMachine: "Order", location: "/States" }, "f.json: <red>error CODE: what (Order /States)"],
  [{ stateMachine: "Order" }, "f.json: <red>error CODE: what (Order)"],
  [{ message: "what\n  and why" }, "f.json: <red>error CODE: what and why"],
] as const)("%j is one line", (given, text) => {
  expect(line(given)).toEqual([text]);
});

test.each([
  [1, 0, 0, "1 state machine: no findings"],
  [0, 1, 0, "0 state machines: 1 error"],
  [2, 0, 1, "2 state machines: 1 warning"],
  [2, 3, 2, "2 state machines: 3 errors, 2 warnings"],
])("%i state machines with %i errors and %i warnings are counted", (machines, errors, warnings, text) => {
  expect(countsText(machines, { errors, warnings })).toBe(text);
});
