import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json, JsonObject } from "../../../lib/json.js";
import { ChildExecution } from "../../../lib/run/map-run/child.js";
import { DirectChild } from "../../../lib/run/map-run/direct-child.js";
import type { Answer, ScriptedCall } from "../../support/scripted-invoker.js";
import { chain, Simulation, type SimulationOptions } from "../../support/simulate.js";

const CALL = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: "f", "Payload.$": "$" },
  OutputPath: "$.Payload",
};

const JSONATA = {
  Type: "Task",
  QueryLanguage: "JSONata",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: "f", Payload: "{% $states.input %}" },
  Output: "{% $states.result.Payload %}",
};

/** Function errors and results, by another integration. */
const BY_ARN = { Type: "Task", Resource: "arn:aws:lambda:eu-west-1:123456789012:function:f" };

const DIRECT = chain({ Call: CALL });
/** The same, in more states than one: its children are executions from the start. */
const WHOLE = chain({ Call: CALL, Pass: { Type: "Pass" } });

const mapOf = (processor: JsonObject, type: string, fields: JsonObject = {}) =>
  chain({
    Map: {
      Type: "Map",
      ItemProcessor: { ...processor, ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: type } },
      ...fields,
    },
  });

const withTask = (processor: JsonObject, fields: JsonObject) => {
  const states = processor["States"] as Record<string, JsonObject>;
  return { ...processor, States: { ...states, Call: { ...states["Call"], ...fields } } };
};

const LARGE = "x".repeat(262_144);

const answer: fc.Arbitrary<Answer> = fc
  .record({ after: fc.nat({ max: 400_000 }) })
  .chain(({ after }) =>
    fc.constantFrom<Answer>(
      { after, returns: { ok: 1 } },
      { after, returns: null },
      { after, returns: LARGE },
      { after, throws: "Bad", message: "no" },
      { after, throws: "Flaky" },
      { after, refuses: "Lambda.TooManyRequestsException" },
    ),
  );

/** Answers by the events, which are numbers; never two at the same time, whose order nobody promises. */
const inTurn =
  (answers: readonly Answer[]) =>
  ({ event, number }: ScriptedCall): Answer => {
    const answer = answers[event as number] as Answer;
    return { ...answer, after: (answer.after ?? 0) + (event as number) / 128 + number / 65_536 };
  };

/** What anybody can see of a run, but for the names that chance gives. */
async function seen(definition: JsonObject, items: Json, options: SimulationOptions) {
  const simulation = new Simulation(options);
  const { status, output, error, cause, ms } = await simulation.run(definition, items);
  const children = simulation.ended.map(({ index, status, output, error, cause, startDate, stopDate, inputText }) => {
    return { index, status, output, error, cause, startDate, stopDate, inputText };
  });
  const [mapRun] = simulation.mapRuns;
  const counts = { items: mapRun?.items, executions: mapRun?.executions };
  return { status, output, error, cause, ms, children, counts, calls: simulation.invoker.calls.length };
}

test("a child that is one call ends as the execution that it stands for, whatever the function does", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(answer, { minLength: 1, maxLength: 20 }),
      fc.constantFrom("STANDARD", "EXPRESS"),
      fc.constantFrom<JsonObject>(
        {},
        { Retry: [{ ErrorEquals: ["Flaky", "Lambda.TooManyRequestsException"], MaxAttempts: 1 }] },
        { TimeoutSeconds: 200 },
        { TimeoutSeconds: 100, Retry: [{ ErrorEquals: ["States.Timeout"], MaxAttempts: 1 }] },
        { Catch: [{ ErrorEquals: ["Bad"], Next: "Caught" }] },
      ),
      fc.constantFrom<JsonObject>({}, { ToleratedFailureCount: 2 }, { ToleratedFailurePercentage: 100 }),
      fc.integer({ min: 1, max: 7 }),
      async (answers, type, fields, tolerated, places) => {
        const caught = { Caught: { Type: "Pass", Result: "caught", End: true } };
        const machine = (processor: JsonObject) => {
          const task = withTask(processor, fields);
          const states = { ...(task["States"] as JsonObject), ...("Catch" in fields ? caught : {}) };
          return mapOf({ ...task, States: states }, type, tolerated);
        };
        const functions = inTurn(answers);
        const items = answers.map((_, index) => index);
        const direct = await seen(machine(DIRECT), items, { functions, places });
        expect(direct).toEqual(await seen(machine(WHOLE), items, { functions, places }));
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

test("its history is that of the execution that it stands for", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(answer, { minLength: 1, maxLength: 10 }),
      fc.constantFrom<JsonObject>(
        CALL,
        JSONATA,
        { ...CALL, TimeoutSeconds: 150, Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 1 }] },
        BY_ARN,
        { ...BY_ARN, Retry: [{ ErrorEquals: ["Flaky"], MaxAttempts: 1 }] },
        { ...BY_ARN, TimeoutSeconds: 150, Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 1 }] },
      ),
      fc.integer({ min: 1, max: 7 }),
      fc.option(fc.nat({ max: 500_000 })),
      async (answers, task, places, look) => {
        const functions = inTurn(answers);
        const machine = mapOf(chain({ Call: task }), "STANDARD", { ToleratedFailurePercentage: 100 });
        const histories = async (bursts: boolean) => {
          const simulation = new Simulation({ functions, places, bursts, childHistories: true, seed: 1 });
          if (look !== null) {
            simulation.clock.schedule(look, () => void [...(simulation.mapRuns[0]?.runningChildren() ?? [])]);
          }
          await simulation.run(
            machine,
            answers.map((_, index) => index),
          );
          return simulation.ended.map(({ executionArn }) => simulation.history(executionArn));
        };
        expect(await histories(true)).toEqual(await histories(false));
      },
    ),
    { numRuns: 100 },
  );
}, 60_000);

test("its history shows an item as that execution does, however the item is written", async () => {
  const lines = fc.oneof(
    fc.constantFrom("1.0", "-0", ' { "a" : [ 1 ] } ', '"\\u00fc"', '{"b":1,"1":2}', '{"a":1,"a":2}', "[1e3]"),
    fc.json({ stringUnit: "binary" }),
  );
  // What is no JSON never reaches a function that is called by a state with parameters.
  const broken = fc.option(fc.constant("{"), { nil: undefined });
  const cases = fc.oneof(
    fc.record({ task: fc.constant(CALL), items: fc.array(lines, { minLength: 1, maxLength: 9 }), last: broken }),
    fc.record({ task: fc.constant(BY_ARN), items: fc.array(lines, { minLength: 1 }), last: fc.constant(undefined) }),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ({ task, items, last }) => {
      const reader = {
        ItemReader: {
          Resource: "arn:aws:states:::s3:getObject",
          ReaderConfig: { InputType: "JSONL" },
          Parameters: { Bucket: "b", Key: "items.jsonl" },
        },
      };
      const histories = async (bursts: boolean) => {
        let calls = 0;
        const functions = ({ event }: ScriptedCall) => ({ returns: event, after: 10 + calls++ });
        const simulation = new Simulation({ functions, bursts, childHistories: true });
        await simulation.put("b", "items.jsonl", [...items, ...(last === undefined ? [] : [last])].join("\n"));
        const { status, error, cause } = await simulation.run(mapOf(chain({ Call: task }), "STANDARD", reader));
        const children = simulation.ended.map(({ executionArn, output }) => [output, simulation.history(executionArn)]);
        return { status, error, cause, children };
      };
      expect(await histories(true)).toEqual(await histories(false));
    }),
    { numRuns: 200 },
  );
});

test.each([
  ["a path cannot read from null", CALL, "FAILED"],
  ["an expression can", JSONATA, "SUCCEEDED"],
])("%s, whether histories are kept or not", async (_, call, status) => {
  for (const options of [{}, { childHistories: true }, { childHistories: true, bursts: true }]) {
    for (const processor of [chain({ Call: call }), chain({ Call: call, Pass: { Type: "Pass" } })]) {
      const simulation = new Simulation(options);
      await simulation.run(mapOf(processor, "STANDARD", { ToleratedFailureCount: 1 }), [null, 0]);
      expect(simulation.ended.map((child) => child.status).sort()).toEqual([status, "SUCCEEDED"].sort());
    }
  }
});

test("it is an execution once somebody looks at it, and goes on as one", async () => {
  const simulation = new Simulation({ functions: () => ({ returns: "done", after: 10 }) });
  const { ended } = simulation.start(mapOf(DIRECT, "STANDARD"), [1, 2]);
  simulation.clock.schedule(5, () => {
    const children = [...(simulation.mapRuns[0]?.runningChildren() ?? [])];
    expect(children.every((child) => child instanceof ChildExecution)).toBe(true);
    expect(children.map(({ root }) => root.state.name)).toEqual(["Call", "Call"]);
    expect([...(simulation.mapRuns[0]?.runningChildren() ?? [])]).toEqual(children);
  });
  expect(await ended).toMatchObject({ status: "SUCCEEDED", output: ["done", "done"] });
  expect(simulation.ended.every((child) => child instanceof ChildExecution)).toBe(true);
  expect(simulation.invoker.calls).toHaveLength(2);
});

test("a run that is stopped ends it, and what its function still says is dropped", async () => {
  const simulation = new Simulation({ functions: () => ({ returns: "late", after: 10 }) });
  const { execution, ended } = simulation.start(mapOf(DIRECT, "STANDARD"), [1]);
  simulation.clock.schedule(5, () => simulation.engine.stop(execution));
  simulation.clock.schedule(20, () => {});
  expect(await ended).toMatchObject({ status: "ABORTED" });
  expect(simulation.ended.map(({ status }) => status)).toEqual(["ABORTED"]);
});

test("where its history is kept event by event, and where a service stands in for functions, it is an execution", async () => {
  const services = {
    call() {},
    onOutcome() {},
    replaces: () => false,
    cancel() {},
    inFlight: 0,
    async close() {},
  };
  for (const [options, direct] of [
    [{}, true],
    [{ childHistories: true }, false],
    [{ childHistories: true, bursts: true }, true],
    [{ services: () => services }, false],
  ] as const) {
    const simulation = new Simulation(options);
    await simulation.run(mapOf(DIRECT, "STANDARD"), [1]);
    expect(simulation.ended[0] instanceof DirectChild).toBe(direct);
  }
  for (const call of [BY_ARN, JSONATA]) {
    const kept = new Simulation({ childHistories: true, bursts: true });
    await kept.run(mapOf(chain({ Call: call }), "STANDARD"), [1]);
    expect(kept.ended[0]).toBeInstanceOf(DirectChild);
  }
});
