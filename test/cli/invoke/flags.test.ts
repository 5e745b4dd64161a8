import { expect, test } from "vitest";
import { checkFlags, type InvokeFlags } from "../../../lib/cli/invoke/flags.js";

const ARN = "arn:aws:states:eu-west-1:111122223333:stateMachine:order";
const defaults = { wait: true, progress: "auto" } as const;

test.each<[string | undefined, Partial<InvokeFlags>]>([
  [ARN, {}],
  [`${ARN}:PROD`, { name: "order-7_é.x", endpointUrl: "http://localhost:1" }],
  [undefined, { stack: "Shop", stateMachine: "Order" }],
  [ARN, { wait: false, json: true }],
  [ARN, { timeout: 5, out: "o.json" }],
])("%s and %j go together", (arn, flags) => {
  expect(() => checkFlags(arn, { ...defaults, ...flags })).not.toThrow();
});

test.each<[string | undefined, Partial<InvokeFlags>, string]>([
  [undefined, {}, "give the ARN of a state machine, or --stack NAME"],
  [ARN, { stack: "Shop" }, "give an ARN or --stack, not both"],
  ["order", {}, "order is no ARN"],
  [ARN, { stateMachine: "Order" }, "--state-machine goes with --stack"],
  [ARN, { name: "a b" }, "--name takes 1 to 80 characters"],
  [ARN, { name: "" }, "--name takes 1 to 80 characters"],
  [ARN, { name: "x".repeat(81) }, "--name takes 1 to 80 characters"],
  [ARN, { endpointUrl: "localhost:4566" }, "--endpoint-url must begin with http:// or https://, got: localhost:4566"],
  [ARN, { wait: false, timeout: 5 }, "--timeout and --no-wait exclude each other"],
  [ARN, { wait: false, out: "o.json" }, "--out and --no-wait exclude each other"],
  [ARN, { quiet: true, verbose: true }, "--quiet and --verbose exclude each other"],
])("%s and %j are refused", (arn, flags, message) => {
  expect(() => checkFlags(arn, { ...defaults, ...flags })).toThrow(
    expect.objectContaining({ code: "FANOUT_USAGE", message: expect.stringContaining(message) }),
  );
});
