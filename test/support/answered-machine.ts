import { createHash } from "node:crypto";
import fc from "fast-check";
import type { Json, JsonObject } from "../../lib/json.js";
import type { Answer, ScriptedCall } from "./scripted-invoker.js";

const LAMBDA = "arn:aws:lambda:eu-west-1:123456789012:function:f";

/** Failures are all alike, so that an outcome does not depend on which of two came first. */
const FAILURE = { error: "Flaky", cause: "refused by the script" };

let serial = 0;

type Make = (next: JsonObject) => [string, JsonObject][];

const name = (type: string) => `${type}-${serial++}`;

const one =
  (type: string, fields: JsonObject): Make =>
  (next) => [[name(type), { Type: type, ...fields, ...next }]];

const caught: JsonObject = { ResultPath: "$.caught" };

const { block } = fc.letrec<{ block: JsonObject; body: Make }>((tie) => ({
  block: fc.array(tie("body"), { minLength: 1, maxLength: 4 }).map(asBlock),
  body: fc.oneof(
    { maxDepth: 2, depthIdentifier: "states" },
    fc.constant(one("Pass", {})),
    fc.integer({ min: 0, max: 9 }).map((seconds) => one("Wait", { Seconds: seconds })),
    fc.constant<Make>(remembers),
    fc
      .record({ attempts: fc.nat({ max: 2 }), catches: fc.boolean() })
      .map(({ attempts, catches }) => task(attempts, catches)),
    fc.constant<Make>(choice),
    fc.constant<Make>(() => [[name("Fail"), { Type: "Fail", Error: FAILURE.error, Cause: FAILURE.cause }]]),
    fc
      .record({ Branches: fc.array(tie("block"), { minLength: 1, maxLength: 3 }), catches: fc.boolean() })
      .map(({ Branches, catches }) => composite("Parallel", { Branches, ResultPath: "$.parts" }, catches)),
    fc
      .record({
        block: tie("block"),
        MaxConcurrency: fc.nat({ max: 3 }),
        items: fc.nat({ max: 4 }),
        catches: fc.boolean(),
      })
      .map(({ block, MaxConcurrency, items, catches }) =>
        composite(
          "Map",
          {
            ItemsPath: `$$.Execution.Input.lists[${items}]`,
            ItemSelector: { "i.$": "$$.Map.Item.Index", "at.$": "$" },
            ItemProcessor: block,
            MaxConcurrency,
            ResultPath: "$.parts",
          },
          catches,
        ),
      ),
  ) as fc.Arbitrary<Make>,
}));

/**
 * Small state machines whose tasks are told apart by what they are given: a task is called at most once with the same
 * event. `answer` is what their function gives.
 */
export const answeredMachine: fc.Arbitrary<JsonObject> = block;

export const INPUT: Json = { lists: [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4, 5]] };

/** Depends on the event alone, which has the number of the attempt in it. */
export function answer({ event }: Pick<ScriptedCall, "event">): Answer {
  const chance = createHash("md5").update(JSON.stringify(event)).digest();
  const after = (chance[0] ?? 0) * 10;
  if ((chance[1] ?? 0) < 110) return { after, refuses: FAILURE.error };
  return { after, returns: { n: (chance[2] ?? 0) % 4 } };
}

function task(attempts: number, catches: boolean): Make {
  return (next) => {
    const at = name("Task");
    const retry = { ErrorEquals: [FAILURE.error], IntervalSeconds: 2, MaxAttempts: attempts };
    const after = name("Pass");
    return [
      [
        at,
        {
          Type: "Task",
          Resource: LAMBDA,
          Parameters: { at, "in.$": "$", "attempt.$": "$$.State.RetryCount" },
          ResultPath: "$.result",
          Retry: [retry],
          ...(catches ? { Catch: [{ ErrorEquals: ["States.ALL"], Next: after, ...caught }] } : {}),
          Next: after,
        },
      ],
      [after, { Type: "Pass", ...next }],
    ];
  };
}

function composite(type: string, fields: JsonObject, catches: boolean): Make {
  return (next) => {
    const after = name("Pass");
    const handlers: JsonObject = catches ? { Catch: [{ ErrorEquals: ["States.ALL"], Next: after, ...caught }] } : {};
    return [
      [name(type), { Type: type, ...fields, ...handlers, Next: after }],
      [after, { Type: "Pass", ...next }],
    ];
  };
}

function choice(next: JsonObject): [string, JsonObject][] {
  const [yes, no] = [name("Pass"), name("Pass")];
  const rule = { Variable: "$.result.n", IsPresent: true, Next: yes };
  return [
    [name("Choice"), { Type: "Choice", Choices: [rule], Default: no }],
    [yes, { Type: "Pass", Result: "yes", ResultPath: "$.chosen", ...next }],
    [no, { Type: "Pass", Result: "no", ResultPath: "$.chosen", ...next }],
  ];
}

/** Sets a variable, waits, and reads it. */
function remembers(next: JsonObject): [string, JsonObject][] {
  const [set, wait, read, variable] = [name("Pass"), name("Wait"), name("Pass"), `v${serial++}`];
  return [
    [set, { Type: "Pass", Assign: { [variable]: { "kept.$": "$" } }, Next: wait }],
    [wait, { Type: "Wait", Seconds: 1, Next: read }],
    [read, { Type: "Pass", Parameters: { "read.$": `$${variable}`, "in.$": "$" }, ...next }],
  ];
}

function asBlock(makes: readonly Make[]): JsonObject {
  const end = name("End");
  const states: [string, JsonObject][] = [[end, { Type: "Succeed" }]];
  let first = end;
  for (const make of [...makes].reverse()) {
    const made = make({ Next: first });
    states.unshift(...made);
    first = made[0]?.[0] ?? end;
  }
  return { StartAt: first, States: Object.fromEntries(states) };
}
