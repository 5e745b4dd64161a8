import { describe, expect, it } from "vitest";
import { locate } from "../../../lib/definition/validate.js";

const json = `{
  "StartAt": "A",
  "States": {
    "A/B [x]": { "Type": "Choice", "Choices": [
      { "Next": "C" },
      { "Next": "D" }
    ] }
  }
}`;
const yaml = `StartAt: A
States:
  A:
    Type: Choice
    Choices:
      - Next: C
      - Next: D
`;

describe("locate", () => {
  it.each([
    ["/StartAt", 2, 14],
    ["/States", 3, 3],
    ["/States/A/B [x]", 4, 5],
    ["/States/A/B [x]/Type", 4, 26],
    ["/States/A/B [x]/Choices[1]/Next", 6, 17],
    ["/States/A/B [x]/Choices/1/Next", 6, 17],
    ["", 1, 1],
  ])("finds %s in JSON", (location, line, column) => {
    expect(locate(json, location)).toEqual({ line, column });
  });

  it.each([
    ["/States/A", 3, 3],
    ["/States/A/Type", 4, 11],
    ["/States/A/Choices[1]", 7, 9],
    ["/States/A/Choices[1]/Next", 7, 15],
  ])("finds %s in YAML", (location, line, column) => {
    expect(locate(yaml, location)).toEqual({ line, column });
  });

  it("gives the nearest place around what is not there, unless it must be exact", () => {
    expect(locate(yaml, "/States/A/Choices[5]/Next")).toEqual({ line: 5, column: 5 });
    expect(locate(yaml, "/States/A/Next")).toEqual({ line: 3, column: 3 });
    expect(locate(yaml, "/States/A/Next", true)).toBeUndefined();
  });

  it("takes the last of two equal keys", () => {
    expect(locate("a: 1\na: 2\n", "/a")).toEqual({ line: 2, column: 4 });
  });

  it("does not crash on a text that is no document", () => {
    expect(() => locate("[".repeat(50_000), "/a")).not.toThrow();
    expect(locate("a: [1", "/a")).toEqual({ line: 1, column: 1 });
    expect(locate("", "/a")).toBeUndefined();
  });
});
