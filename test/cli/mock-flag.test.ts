import { expect, test } from "vitest";
import { mockOption } from "../../lib/cli/mock-flag.js";

test("the test case is what stands behind the last #", () => {
  expect(mockOption("mocks.json#Happy")).toEqual({ file: "mocks.json", testCase: "Happy" });
  expect(mockOption("a#b/mocks.json#Happy path")).toEqual({ file: "a#b/mocks.json", testCase: "Happy path" });
});

test.each(["mocks.json", "mocks.json#", "#Happy", ""])("'%s' is neither", (text) => {
  expect(() => mockOption(text)).toThrow("It must be FILE#TESTCASE.");
});
