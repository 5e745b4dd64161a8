import { expect, test } from "vitest";
import { node } from "./node.js";

test("many-requests has at most a hundred requests open and fails only the items whose page is missing", async () => {
  const { code, stdout, stderr } = await node("examples/many-requests.mjs");
  expect(stderr).toBe("");
  const [, pages, most] = /^(\d+) pages of \d+ bytes in all, at most (\d+) requests at once$/m.exec(stdout) ?? [];
  expect(Number(pages)).toBe(450);
  expect(Number(most)).toBeGreaterThan(10);
  expect(Number(most)).toBeLessThanOrEqual(100);
  expect(stdout).toMatch(/^50 x PageMissing, such as: \/\d*7 answers 404$/m);
  expect(code).toBe(0);
});
