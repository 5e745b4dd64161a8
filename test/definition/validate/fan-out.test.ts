import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FanOutOptions, fanOut } from "../../../lib/definition/fan-out.js";
import { validate } from "../../../lib/definition/validate.js";
import { FanoutError } from "../../../lib/errors.js";

const format = fc.oneof(
  fc.constant({ format: "JSONL" as const }),
  fc.record(
    { format: fc.constant("JSON" as const), pointer: fc.constantFrom("/a", "/a/b") },
    { requiredKeys: ["format"] },
  ),
  fc.record(
    {
      format: fc.constant("CSV" as const),
      headers: fc.constantFrom("first-row" as const, ["a", "b"]),
      delimiter: fc.constantFrom("TAB" as const),
    },
    { requiredKeys: ["format"] },
  ),
);
const place = fc.constantFrom("b", { path: "$.b" });
const items = fc.oneof(
  fc.record({ from: fc.constant("input" as const), path: fc.constant("$.items") }, { requiredKeys: ["from"] }),
  fc.tuple(place, place, format).map(([bucket, key, rest]) => ({ from: "s3" as const, bucket, key, ...rest })),
  fc.record(
    { from: fc.constant("s3-listing" as const), bucket: place, prefix: place, load: format },
    { requiredKeys: ["from", "bucket"] },
  ),
);
const retry = fc.record(
  {
    attempts: fc.nat(9),
    intervalSeconds: fc.integer({ min: 1, max: 9 }),
    backoffRate: fc.constantFrom(1, 1.5),
    errors: fc.constant(["Mine"]),
  },
  { requiredKeys: [] },
);
const options = fc.record(
  {
    items,
    maxItems: fc.integer({ min: 1, max: 9 }),
    itemSelector: fc.constant({ "v.$": "$$.Map.Item.Value" }),
    batch: fc.record({ items: fc.constant(5), bytes: fc.constant(1000) }, { requiredKeys: [] }),
    batchInput: fc.constant({ "all.$": "$" }),
    maxConcurrency: fc.nat(9),
    toleratedFailureCount: fc.nat(9),
    toleratedFailurePercentage: fc.constantFrom(0, 0.5, 100),
    childType: fc.constantFrom("EXPRESS" as const, "STANDARD" as const),
    retry,
    taskTimeoutSeconds: fc.integer({ min: 1, max: 300 }),
    itemRetry: fc.record({ attempts: fc.nat(3) }, { requiredKeys: [] }),
    label: fc.constant("each"),
    comment: fc.string(),
  },
  { requiredKeys: ["items"] },
);

describe("the machine that fanOut builds", () => {
  it("is one that AWS takes, whatever the options", () => {
    let built = 0;
    fc.assert(
      fc.property(options, fc.boolean(), (chosen, gathers) => {
        const machine = build(chosen, gathers);
        if (machine === undefined) return;
        built++;
        expect(validate(machine)).toEqual([]);
      }),
      { numRuns: 400 },
    );
    expect(built).toBeGreaterThan(50);
  });
});

/** Undefined for options that fanOut itself refuses. */
function build(chosen: FanOutOptions, gathers: boolean) {
  const task = "arn:aws:lambda:eu-west-1:111122223333:function:task";
  try {
    return fanOut(chosen, gathers ? { task, gather: task } : { task });
  } catch (error) {
    expect(error).toBeInstanceOf(FanoutError);
    return undefined;
  }
}
