import fc from "fast-check";
import type { Json, JsonObject } from "../../lib/json.js";

const retry = [{ ErrorEquals: ["Flaky"], IntervalSeconds: 2, MaxAttempts: 2, JitterStrategy: "FULL" }];

const map = {
  Type: fc.constant("Map"),
  ItemSelector: fc.constant({ "n.$": "$$.Map.Item.Value" }),
  ItemsPath: fc.constant("$$.Execution.Input.list"),
};

const { block } = fc.letrec<{ block: JsonObject; body: JsonObject }>((tie) => ({
  /** A chain of 1 to 4 states; a Choice in it may jump to any later one. */
  block: fc.array(tie("body"), { minLength: 1, maxLength: 4 }).map(asBlock),
  body: fc.oneof(
    { maxDepth: 3, depthIdentifier: "states" },
    fc.record({ Type: fc.constant("Pass"), Parameters: fc.constant({ "n.$": "States.MathRandom(0, 4)" }) }),
    fc.record({ Type: fc.constant("Wait"), Seconds: fc.nat({ max: 20 }) }),
    fc.constant({ Type: "Choice" }),
    fc.record({
      Type: fc.constant("Task"),
      Resource: fc.constantFrom("arn:aws:lambda:eu-west-1:123456789012:function:f"),
      Retry: fc.constant(retry as Json),
      TimeoutSeconds: fc.integer({ min: 1, max: 9 }),
    }),
    fc.constant({ Type: "Fail", Error: "Chosen" }),
    fc.record({ Type: fc.constant("Parallel"), Branches: fc.array(tie("block"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ ...map, MaxConcurrency: fc.nat({ max: 3 }), ItemProcessor: tie("block") }),
    fc.record({
      ...map,
      MaxConcurrency: fc.nat({ max: 3 }),
      ToleratedFailurePercentage: fc.constantFrom(0, 50, 100),
      ItemProcessor: fc.tuple(tie("block"), fc.constantFrom("STANDARD", "EXPRESS")).map(([block, ExecutionType]) => ({
        ...block,
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType },
      })),
    }),
  ) as fc.Arbitrary<JsonObject>,
}));

/** Small state machines of Pass, Wait, Choice, Task, Fail, Parallel and Map states of both modes, nested at random. */
export const randomMachine: fc.Arbitrary<JsonObject> = block;

let serial = 0;

function asBlock(bodies: readonly JsonObject[]): JsonObject {
  const names = bodies.map(({ Type }) => `${Type}-${serial++}`);
  const last = `End-${serial++}`;
  const states: [string, Json][] = bodies.map((body, index) => {
    const next = names[index + 1] ?? last;
    const { Type: type } = body;
    if (type === "Fail") return [names[index] as string, body];
    if (type === "Choice") {
      const rule = { Variable: "$.n", IsPresent: true, Next: last };
      return [names[index] as string, { ...body, Choices: [rule], Default: next }];
    }
    const caught = type === "Pass" || type === "Wait" ? {} : { Catch: [{ ErrorEquals: ["States.ALL"], Next: last }] };
    return [names[index] as string, { ...body, ...caught, Next: next }];
  });
  return { StartAt: names[0] as string, States: Object.fromEntries([...states, [last, { Type: "Succeed" }]]) };
}
