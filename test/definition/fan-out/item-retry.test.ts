import fc from "fast-check";
import jsonata from "jsonata";
import { describe, expect, it } from "vitest";
import { type FanOutOptions, fanOutStates } from "../../../lib/definition/fan-out.js";
import type { Json, JsonObject } from "../../../lib/json.js";

type State = JsonObject & { readonly Type: string };

/** What an invocation does: answers with a payload or fails as a whole. */
type Handler = (payload: {
  readonly BatchInput?: Json;
  readonly Items: readonly Json[];
}) => { payload: Json } | "fails";

interface Child {
  readonly output: Json;
  readonly waits: readonly number[];
}

/**
 * The child workflow, run by the rules of the language for the few fields it uses, with each expression evaluated by
 * the jsonata package. A value that does not survive JSON is an error, as an undefined result is on AWS.
 */
async function runChild(
  options: FanOutOptions,
  input: { BatchInput?: Json; Items: readonly Json[] },
  handler: Handler,
): Promise<Child | "fails"> {
  const map = fanOutStates(options, { task: "task" }).states.FanOut as { ItemProcessor: JsonObject };
  const { StartAt, States } = map.ItemProcessor as { StartAt: string; States: Readonly<Record<string, State>> };
  const waits: number[] = [];
  let vars: JsonObject = {};
  let data: Json = input as JsonObject;
  let name = StartAt;
  for (;;) {
    const state = States[name];
    if (state === undefined) throw new Error(`no state ${name}`);
    const scope: object = { input: data, context: { Execution: { Input: input } } };
    const evaluate = (value: Json | undefined, extra: object = {}): Promise<Json> =>
      evaluateAll(value ?? null, { ...vars, states: { ...scope, ...extra } });
    const assign = async (value: Json | undefined, extra?: object) => {
      vars = { ...vars, ...((await evaluate(value ?? {}, extra)) as JsonObject) };
    };
    switch (state.Type) {
      case "Succeed":
        return { output: data, waits };
      case "Wait":
        waits.push((await evaluate(state.Seconds)) as number);
        name = state.Next as string;
        break;
      case "Choice": {
        const [rule] = state.Choices as readonly [JsonObject];
        const condition = await evaluate(rule.Condition);
        expect(typeof condition).toBe("boolean");
        if (condition === true) await assign(rule.Assign);
        name = (condition === true ? rule.Next : state.Default) as string;
        break;
      }
      case "Task": {
        const jsonPath = state.QueryLanguage === undefined;
        const event = jsonPath ? data : ((await evaluate(state.Arguments)) as JsonObject).Payload;
        const answer = handler(event as { Items: readonly Json[] });
        if (answer !== "fails" && jsonPath) data = answer.payload;
        else if (answer !== "fails") {
          const result = { result: { Payload: answer.payload, StatusCode: 200 } };
          const output = await evaluate(state.Output, result);
          await assign(state.Assign, result);
          data = output;
        } else {
          const [catcher] = (state.Catch ?? []) as readonly JsonObject[];
          if (catcher === undefined) return "fails";
          const output = await evaluate(catcher.Output);
          await assign(catcher.Assign);
          data = output;
        }
        if (state.End === true) return { output: data, waits };
        name = state.Next as string;
        break;
      }
      default:
        throw new Error(`no such type here: ${state.Type}`);
    }
  }
}

async function evaluateAll(value: Json, bindings: object): Promise<Json> {
  if (typeof value === "string" && value.startsWith("{%") && value.endsWith("%}")) {
    const result: unknown = await jsonata(value.slice(2, -2)).evaluate(undefined, { ...bindings });
    if (result === undefined) throw new Error(`${value} returned nothing`);
    return JSON.parse(JSON.stringify(result)) as Json;
  }
  if (Array.isArray(value)) return Promise.all(value.map((element: Json) => evaluateAll(element, bindings)));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as JsonObject);
  const done = entries.map(async ([key, member]) => [key, await evaluateAll(member, bindings)] as const);
  return Object.fromEntries(await Promise.all(done));
}

/** How one item fares, invocation by invocation; the last entry repeats. */
type Fate = "succeeded" | "failed" | "unprocessed";

/** Outcomes carry the invocation they come from, so that a merge that mixes them up shows. */
function outcome(fate: Fate, item: Json, invocation: number): JsonObject {
  if (fate === "succeeded") return { status: fate, output: [item, invocation] };
  if (fate === "unprocessed") return { status: fate };
  return { status: fate, error: { name: "Error", message: `invocation ${invocation}`, stack: "" } };
}

const options = (attempts: number, batchInput?: JsonObject): FanOutOptions => ({
  items: { from: "input" },
  batch: { items: 50 },
  batchInput,
  itemRetry: { attempts, intervalSeconds: 3, backoffRate: 2, maxDelaySeconds: 10 },
});

const fates = fc.array(fc.constantFrom<Fate>("succeeded", "failed", "unprocessed"), { minLength: 1, maxLength: 5 });
const item = fc.oneof(
  // As JSON has it: -0 is 0 there.
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as Json),
  fc.constantFrom<Json>([], [[]], [1], [1, 2], [[1], 2], null, "", {}, { status: "succeeded" }),
);
const batchOf = fc.array(fc.tuple(item, fates), { minLength: 1, maxLength: 8 });

describe("the retries of single items", () => {
  it("merge the outcomes of all invocations in the order of the items, for any items and outcomes", async () => {
    await fc.assert(
      fc.asyncProperty(batchOf, fc.integer({ min: 1, max: 4 }), fc.boolean(), async (batch, attempts, shared) => {
        const items = batch.map(([value]) => value);
        const fateOf = (index: number, invocation: number): Fate => {
          const own = batch[index]?.[1] ?? [];
          return own[Math.min(invocation, own.length - 1)] ?? "succeeded";
        };

        // The reference: the same in plain code.
        const expected = items.map((value, index) => outcome(fateOf(index, 0), value, 0));
        const payloads: Json[][] = [items];
        for (let invocation = 1; invocation <= attempts; invocation++) {
          const open = expected.flatMap(({ status }, index) => (status === "succeeded" ? [] : [index]));
          if (open.length === 0) break;
          payloads.push(open.map((index) => items[index] as Json));
          for (const index of open)
            expected[index] = outcome(fateOf(index, invocation), items[index] as Json, invocation);
        }

        const seen: Json[][] = [];
        let open = items.map((_, index) => index);
        const handler: Handler = ({ BatchInput, Items }) => {
          expect(BatchInput).toEqual(shared ? { run: [1] } : undefined);
          const invocation = seen.push([...Items]) - 1;
          const payload = open.map((index) => outcome(fateOf(index, invocation), items[index] as Json, invocation));
          open = open.filter((index) => fateOf(index, invocation) !== "succeeded");
          return { payload };
        };
        const batchInput = shared ? { run: [1] } : undefined;
        const input = { ...(batchInput === undefined ? {} : { BatchInput: batchInput }), Items: items };
        const child = await runChild(options(attempts, batchInput), input, handler);

        expect(seen).toEqual(payloads);
        expect(child).toMatchObject({ output: expected });
      }),
      { numRuns: 150 },
    );
  });

  it("keep what is done when a later invocation fails as a whole, which uses up an attempt", async () => {
    let invocations = 0;
    const handler: Handler = ({ Items }) => {
      invocations += 1;
      if (invocations > 1) return "fails";
      return { payload: Items.map((value) => outcome(value === "bad" ? "failed" : "succeeded", value, 0)) };
    };
    const child = await runChild(options(3), { Items: ["good", "bad"] }, handler);
    expect(invocations).toBe(4);
    expect(child).toMatchObject({ output: [{ status: "succeeded" }, { status: "failed" }] });
  });

  it("do not hide that the first invocation failed", async () => {
    expect(await runChild(options(3), { Items: [1] }, () => "fails")).toBe("fails");
  });

  it("keep the old outcome where a later invocation gives none", async () => {
    for (const later of [null, "nonsense", {}, [], [{ status: "odd" }], [1, 2, 3]] as Json[]) {
      let invocations = 0;
      const first = [outcome("failed", 1, 0), outcome("succeeded", 2, 0)];
      const child = await runChild(options(2), { Items: [1, 2] }, () => ({
        payload: invocations++ === 0 ? first : later,
      }));
      expect(child).toMatchObject({ output: first });
      expect(invocations).toBe(3);
    }
  });

  it("wait whole seconds between 0 and the full wait, which grows up to its limit", async () => {
    const child = await runChild(options(4), { Items: [1] }, () => ({ payload: [outcome("unprocessed", 1, 0)] }));
    if (child === "fails") throw new Error("unexpected");
    expect(child.waits).toHaveLength(4);
    for (const [index, longest] of [3, 6, 10, 10].entries()) {
      const seconds = child.waits[index];
      expect(Number.isInteger(seconds)).toBe(true);
      expect(seconds).toBeGreaterThanOrEqual(0);
      expect(seconds).toBeLessThanOrEqual(longest);
    }
  });

  it("pass on unchanged what a function gives that was not made with task()", async () => {
    const failed = { status: "failed", error: {} };
    const outputs: Json[] = [
      null,
      "failed",
      0,
      {},
      { status: "failed" },
      [],
      [1, 2],
      [failed],
      [failed, failed, failed],
      [failed, { status: "else" }],
      [failed, { status: ["failed", "failed"] }],
      [failed, null],
      ["failed", "unprocessed"],
    ];
    for (const payload of outputs) {
      let invocations = 0;
      const child = await runChild(options(2), { Items: [1, 2] }, () => {
        invocations += 1;
        return { payload };
      });
      expect(child).toEqual({ output: payload, waits: [] });
      expect(invocations).toBe(1);
    }
  });
});
