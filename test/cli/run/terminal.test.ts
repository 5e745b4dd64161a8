import { expect, test } from "vitest";
import { painter, progressKind } from "../../../lib/cli/run/terminal.js";

const terminal = { isTTY: true };
const pipe = {};

test.each([
  [terminal, {}, "bar"],
  [terminal, { CI: "false" }, "bar"],
  [terminal, { CI: "true" }, "plain"],
  [terminal, { TERM: "dumb" }, "plain"],
  [terminal, { NO_COLOR: "1" }, "bar"],
  [pipe, {}, "plain"],
  [pipe, { FORCE_COLOR: "1" }, "plain"],
] as const)("auto on %j with %j is %s", (stream, env, kind) => {
  expect(progressKind("auto", stream, env)).toBe(kind);
});

test("what is asked for is what there is", () => {
  expect(progressKind("bar", pipe, { CI: "1" })).toBe("bar");
  expect(progressKind("none", terminal, {})).toBe("none");
});

test.each([
  [terminal, {}, true],
  [pipe, {}, false],
  [terminal, { NO_COLOR: "1" }, false],
  [terminal, { NO_COLOR: "" }, true],
  [terminal, { TERM: "dumb" }, false],
  [pipe, { FORCE_COLOR: "1" }, true],
  [terminal, { FORCE_COLOR: "0" }, false],
  [terminal, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
] as const)("colours on %j with %j: %s", (stream, env, expected) => {
  expect(painter(stream, env)("red", "x")).toBe(expected ? "\u001b[31mx\u001b[0m" : "x");
});
