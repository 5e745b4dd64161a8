import { expect, test } from "vitest";
import { node } from "./node.js";

test("stop-early finds the Mersenne primes in order and stops a run whose items never end", async () => {
  const { code, stdout, stderr } = await node("examples/stop-early.mjs");
  expect(stderr).toBe("");
  const [found = "", tested = ""] = stdout.split("\n");
  expect(found).toMatch(/ p = 2, 3, 5, 7, 13, 17, 19, 31, 61, 89, 107, 127, 521, 607, 1279, 2203(, 2281)?(, 3217)?$/);
  expect(tested).toMatch(/^\d{3,} candidates tested, the run is ABORTED$/);
  expect(code).toBe(0);
});
