import { expect, test } from "vitest";
import { node } from "./node.js";

const run = (input: object) =>
  node(
    "dist/lib/cli/bin.js",
    "run",
    "examples/order/template.yaml",
    "--virtual-time",
    "--json",
    "--input",
    JSON.stringify(input),
  );

test("order asks for the payment again after hours and waits for days, at once under virtual time", async () => {
  const { code, stdout } = await run({ order: 42, paysAtTry: 4 });
  // 1 + 2 + 4 hours of retry delays and 14 days.
  expect(JSON.parse(stdout)).toMatchObject({ status: "SUCCEEDED", output: { order: 42, paidAtTry: 4, hours: 343 } });
  expect(code).toBe(0);
});

test("order is cancelled, with exit code 2, when nobody pays", async () => {
  const { code, stdout } = await run({ order: 43, paysAtTry: 99 });
  expect(JSON.parse(stdout)).toMatchObject({ status: "FAILED", error: { name: "OrderCancelled" } });
  expect(code).toBe(2);
});
