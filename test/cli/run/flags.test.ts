import { expect, test } from "vitest";
import { checkFlags, type RunFlags } from "../../../lib/cli/run/flags.js";
import { FanoutError } from "../../../lib/errors.js";

const check = (target: string | undefined, flags: Partial<RunFlags>) =>
  checkFlags(target, { progress: "auto", ...flags });

test.each<[string | undefined, Partial<RunFlags>]>([
  [undefined, {}],
  ["cdk.out", { stateMachine: "A", input: "{}", s3: { a: "b" }, toleratedFailureCount: 1 }],
  [undefined, { app: "node app.js" }],
  [undefined, { task: "x.ts", items: "-", batch: 2, itemRetry: 1 }],
  [undefined, { task: "x.ts", items: "-", batchBytes: 2, itemRetry: 1, out: "o.jsonl" }],
])("%j with %j goes", (target, flags) => {
  expect(() => check(target, flags)).not.toThrow();
});

test.each<[string | undefined, Partial<RunFlags>, RegExp]>([
  [undefined, { task: "x.ts" }, /--task needs --items/],
  [undefined, { items: "a.json" }, /--items needs --task/],
  ["cdk.out", { handler: "go" }, /--handler needs --task/],
  ["cdk.out", { batch: 2 }, /--batch goes with --task only: .*definition/],
  ["cdk.out", { maxItems: 2 }, /--max-items goes with --task only/],
  ["cdk.out", { task: "x.ts", items: "-" }, /leave out cdk\.out, or --task/],
  ["cdk.out", { app: "cdk.out" }, /a target or --app/],
  [undefined, { task: "x.ts", items: "-", input: "{}" }, /--input does not go with --task/],
  [undefined, { task: "x.ts", items: "-", s3: {} }, /--s3 does not go with --task/],
  [undefined, { task: "x.ts", items: "-", itemRetry: 2 }, /--item-retry needs --batch/],
  [undefined, { task: "x.ts", items: "d.jsonl", out: "./d.jsonl" }, /would write over the items/],
  [undefined, { quiet: true, verbose: true }, /exclude each other/],
])("%j with %j is refused: %s", (target, flags, message) => {
  expect(() => check(target, flags)).toThrow(FanoutError);
  expect(() => check(target, flags)).toThrow(message);
});
