import { expect, test } from "vitest";
import { node } from "./node.js";

test("retry-items tries again only what failed", async () => {
  const { code, stdout, stderr } = await node("examples/retry-items.mjs");
  expect(stderr).toBe("");
  expect(stdout.trimEnd().split("\n")).toEqual([
    "59 letters sent, 9 at the second try",
    "letter 13 FAILED: RangeError: there is no address for reader 13",
    "letter 13 was tried 3 times, its batch-mate 14 2 times, its batch-mate 15 1 times",
  ]);
  expect(code).toBe(0);
});
