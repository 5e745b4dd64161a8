import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type FanOutOptions,
  type FanOutRefs,
  fanOut,
  type ItemsFromFile,
  type ItemsFromInput,
  type ItemsFromListing,
  type RecordFormat,
} from "../../../lib/definition/fan-out.js";
import { validate } from "../../../lib/definition/validate.js";
import type { Json, JsonObject } from "../../../lib/json.js";

/*
 * Any options that the types allow and the door lets in make a machine that is well formed: every way leads to a state
 * of the same block, every state is reached, names are unique, expressions are whole.
 */

const fromInput = fc.constantFrom({ path: "$.name" }, { path: "$$.Execution.Name" });
const name = fc.oneof(fc.stringMatching(/^[a-z0-9]{3,20}$/), fromInput);
const format: fc.Arbitrary<RecordFormat> = fc.oneof(
  fc.record<RecordFormat>(
    { format: fc.constant("JSON"), pointer: fc.constantFrom("", "/a/b~1c") },
    { requiredKeys: ["format"] },
  ),
  fc.record<RecordFormat>({ format: fc.constant("JSONL") }),
  fc.record<RecordFormat>({ format: fc.constant("PARQUET") }),
  fc.record<RecordFormat>(
    {
      format: fc.constant("CSV"),
      headers: fc.constantFrom<"first-row" | readonly string[]>("first-row", ["a", "b"]),
      delimiter: fc.constantFrom("COMMA", "TAB"),
    },
    { requiredKeys: ["format"] },
  ),
);
const fromState: fc.Arbitrary<ItemsFromInput> = fc.record(
  { from: fc.constant("input" as const), path: fc.constantFrom("$", "$.items") },
  { requiredKeys: ["from"] },
);
const fromFile: fc.Arbitrary<ItemsFromFile> = fc
  .tuple(name, name, format)
  .map(([bucket, key, record]) => ({ from: "s3" as const, bucket, key, ...record }));
const fromListing: fc.Arbitrary<ItemsFromListing> = fc.record(
  { from: fc.constant("s3-listing" as const), bucket: name, prefix: name, load: format },
  { requiredKeys: ["from", "bucket"] },
);
const fromInventory = fc.record({ from: fc.constant("s3-inventory" as const), bucket: name, key: name });
const fromAthena: fc.Arbitrary<FanOutOptions["items"]> = fc
  .tuple(name, name, fc.constantFrom("JSONL" as const, "CSV" as const, "PARQUET" as const))
  .map(([bucket, key, format]) => {
    const place = { from: "athena-manifest" as const, bucket, key };
    return format === "CSV" ? { ...place, format, headers: ["a", "b"] } : { ...place, format };
  });
const items: fc.Arbitrary<FanOutOptions["items"]> = fc.oneof(
  fromState,
  fromFile,
  fromListing,
  fromInventory,
  fromAthena,
);
const template = fc.constantFrom<JsonObject>({}, { "a.$": "$$.Map.Item.Value", b: { "c.$": "States.UUID()" } });
const seconds = fc.integer({ min: 1, max: 300 });
const delays = {
  attempts: fc.integer({ min: 0, max: 9 }),
  intervalSeconds: seconds,
  backoffRate: fc.double({ min: 1, max: 10, noNaN: true }),
  maxDelaySeconds: fc.integer({ min: 300, max: 31_622_400 }),
};
const batching = fc.oneof(
  fc.constant({}),
  fc.record(
    {
      batch: fc.constantFrom({ items: 1 }, { bytes: 262_144 }, { items: 1_000, bytes: 1_000 }),
      batchInput: template,
      itemRetry: fc.record(delays, { requiredKeys: [] }),
    },
    { requiredKeys: ["batch"] },
  ),
);
const options: fc.Arbitrary<FanOutOptions> = fc
  .tuple(
    items,
    batching,
    fc.record(
      {
        itemSelector: template,
        maxConcurrency: fc.nat(),
        toleratedFailureCount: fc.nat(),
        toleratedFailurePercentage: fc.double({ min: 0, max: 100, noNaN: true }),
        childType: fc.constantFrom("EXPRESS" as const, "STANDARD" as const),
        retry: fc.record(
          { ...delays, errors: fc.constantFrom([], ["States.TaskFailed", "Mine"]) },
          { requiredKeys: [] },
        ),
        taskTimeoutSeconds: seconds,
        results: fc.oneof(
          fc.constant("inline" as const),
          fc.record(
            {
              bucket: fc.constant("results"),
              prefix: fc.constantFrom("a", "a/b"),
              transformation: fc.constantFrom("NONE" as const, "COMPACT" as const, "FLATTEN" as const),
              format: fc.constantFrom("JSON" as const, "JSONL" as const),
            },
            { requiredKeys: [] },
          ),
        ),
        label: fc.stringMatching(/^[A-Za-z0-9_.@=+!'()-]{1,40}$/),
        comment: fc.constant("Comment"),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([from, batch, rest]) => ({ items: from, ...batch, ...rest }));
const refs: fc.Arbitrary<FanOutRefs> = fc.record(
  {
    task: fc.constant("task"),
    gather: fc.constant("gather"),
    resultsBucket: fc.constant("b"),
    partition: fc.constant("aws-cn"),
  },
  { requiredKeys: ["task", "resultsBucket"] },
);

describe("any valid options", () => {
  it("make a well-formed machine", () => {
    fc.assert(
      fc.property(options, refs, (given, names) => {
        const machine = fanOut(given, names);
        const seen = new Set<string>();
        checkBlock(machine, seen);
        expect(validate(machine)).toEqual([]);
        expect(Buffer.byteLength(JSON.stringify(machine))).toBeLessThan(1_000_000);
        expect(fanOut(given, names)).toEqual(machine);
      }),
      { numRuns: 300 },
    );
  });
});

/** Checks a block of states and those inside it; `seen` holds the names met so far. */
function checkBlock(block: JsonObject, seen: Set<string>): void {
  const { StartAt, States } = block as { StartAt: string; States: Readonly<Record<string, JsonObject>> };
  const reached = new Set<string>();
  const visit = (name: string) => {
    if (reached.has(name)) return;
    reached.add(name);
    const state = States[name];
    if (state === undefined) throw new Error(`no state ${name}`);
    for (const next of waysOut(state)) visit(next);
  };
  visit(StartAt);
  expect([...reached].sort()).toEqual(Object.keys(States).sort());
  for (const [name, state] of Object.entries(States)) {
    expect(seen).not.toContain(name);
    expect(name.length).toBeLessThanOrEqual(80);
    seen.add(name);
    checkValues(state);
    if (state.Type === "Map") checkBlock(state.ItemProcessor as JsonObject, seen);
  }
}

function waysOut(state: JsonObject): string[] {
  const rules = [state, ...((state.Choices ?? []) as JsonObject[]), ...((state.Catch ?? []) as JsonObject[])];
  const ways = rules.flatMap(({ Next }) => (Next === undefined ? [] : [Next as string]));
  if (state.Default !== undefined) ways.push(state.Default as string);
  if (ways.length === 0) expect(state.Type === "Succeed" || state.End === true).toBe(true);
  else expect(state).not.toHaveProperty("End");
  return ways;
}

/** Nothing is undefined or not a number, and what begins as an expression ends as one. */
function checkValues(value: Json | undefined): void {
  if (typeof value === "string") expect(value.startsWith("{%")).toBe(value.endsWith("%}"));
  else if (typeof value === "number") expect(Number.isFinite(value)).toBe(true);
  else if (typeof value === "object" && value !== null) for (const member of Object.values(value)) checkValues(member);
  else expect(value).toBeDefined();
}
