import fc from "fast-check";
import { expect, test } from "vitest";
import { virtualClock } from "../../lib/adapters/clock/virtual.js";
import { memoryJournal } from "../../lib/adapters/journal/memory.js";
import { seededRandom } from "../../lib/adapters/random.js";
import { memoryStore } from "../../lib/adapters/store/memory.js";
import { type Json, type JsonObject, JsonText } from "../../lib/json.js";
import { compile } from "../../lib/machine/index.js";
import { Engine } from "../../lib/run/engine.js";
import type { ExecutionOutcome } from "../../lib/run/execution.js";
import type { HistoryEvent } from "../../lib/run/ports.js";
import { type RestoreMode, restore } from "../../lib/run/restore.js";
import { answer, answeredMachine, INPUT } from "../support/answered-machine.js";
import { type Script, ScriptedInvoker } from "../support/scripted-invoker.js";
import { chain } from "../support/simulate.js";

const ARN = "arn:aws:states:eu-west-1:123456789012:execution:simulated:e";

interface Run {
  readonly outcome: unknown;
  readonly events: readonly HistoryEvent[];
  readonly calls: readonly Json[];
  readonly stopTime: number;
}

/** Runs an execution to its end, from the start or from what is left of it. */
async function run(
  definition: JsonObject,
  { functions = answer, input = INPUT, before = [], mode = "resume", start }: Options = {},
): Promise<Run> {
  const clock = virtualClock({ start: start ?? before.at(-1)?.timestamp ?? 0 });
  const invoker = new ScriptedInvoker(clock, functions);
  const journal = memoryJournal();
  for (const event of before) journal.record({ arn: ARN }, event);
  const engine = new Engine({ clock, invoker, store: memoryStore({}, () => 0), journal, random: seededRandom(1) });
  const machine = compile(definition);
  const restored = restore(machine.program, before, mode);
  const request = {
    arn: ARN,
    name: "e",
    input: JsonText.of(input),
    roleArn: "",
    stateMachineArn: "arn:aws:states:eu-west-1:123456789012:stateMachine:simulated",
    stateMachineName: "simulated",
    type: "STANDARD",
    region: "eu-west-1",
    redriveCount: mode === "redrive" ? restored.redriveCount + 1 : restored.redriveCount,
  } as const;
  const { execution, ended } =
    before.length === 0 ? engine.start(machine, request) : engine.goOn(machine, request, restored);
  const outcome = await ended;
  const events = [...journal.history(ARN)];
  return {
    outcome: plain(outcome),
    events,
    calls: invoker.calls.map(({ event }) => event),
    stopTime: execution.stopTime,
  };
}

interface Options {
  readonly functions?: Script;
  readonly input?: Json;
  readonly before?: readonly HistoryEvent[];
  readonly mode?: RestoreMode;
  readonly start?: number;
}

function plain(outcome: ExecutionOutcome): unknown {
  return outcome.status === "SUCCEEDED" ? { status: outcome.status, output: outcome.output.value } : outcome;
}

/** Events that the recorded successes of tasks answer. */
function answered(events: readonly HistoryEvent[]): readonly string[] {
  const byId = new Map(events.map((event) => [event.id, event]));
  return events
    .filter(({ type }) => type === "LambdaFunctionSucceeded")
    .map((event) => {
      const scheduled = byId.get(byId.get(event.previousEventId)?.previousEventId ?? 0);
      const { input = "" } = (scheduled?.details?.[1] ?? {}) as { input?: string };
      return JSON.stringify(JSON.parse(input));
    });
}

const TASK = { Type: "Task", Resource: "arn:aws:lambda:eu-west-1:123456789012:function:f" };
const types = (events: readonly HistoryEvent[]) => events.map(({ type }) => type);

test("an execution that was cut at any event comes to the same end, and no recorded success is asked for again", async () => {
  await fc.assert(
    fc.asyncProperty(answeredMachine, fc.nat(), async (definition, at) => {
      const whole = await run(definition);
      const closed = whole.events.length - 1;
      const before = whole.events.slice(0, 1 + (at % closed));
      const rest = await run(definition, { before });
      expect(rest.outcome).toEqual(whole.outcome);
      expect(rest.events.slice(0, before.length)).toEqual(before);
      expect(rest.events.map(({ id }) => id)).toEqual(rest.events.map((_, index) => index + 1));
      const done = new Set(answered(before));
      expect(rest.calls.filter((call) => done.has(JSON.stringify(call)))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test("a redrive asks for no recorded success again, and succeeds when nothing fails any more", async () => {
  await fc.assert(
    fc.asyncProperty(answeredMachine, async (definition) => {
      const first = await run(definition);
      fc.pre((first.outcome as { error?: string }).error === "Flaky" && !JSON.stringify(definition).includes('"Fail"'));
      const healed: Script = (call) => {
        const told = answer(call);
        return "refuses" in told ? { returns: { n: 0 } } : told;
      };
      const second = await run(definition, { functions: healed, before: first.events, mode: "redrive" });
      // Inputs of nested states are nested: where nothing fails they may grow past the limit.
      fc.pre((second.outcome as { error?: string }).error !== "States.DataLimitExceeded");
      expect(second.outcome).toMatchObject({ status: "SUCCEEDED" });
      expect(second.events.slice(0, first.events.length)).toEqual(first.events);
      const done = new Set(answered(first.events));
      expect(second.calls.filter((call) => done.has(JSON.stringify(call)))).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

const failing: Script = () => ({ refuses: "Broken" });

test("a Task that failed is scheduled again, with its retries counted anew", async () => {
  const retry = [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 5, MaxAttempts: 1 }];
  const definition = chain({ Before: { Type: "Pass" }, Work: { ...TASK, Retry: retry }, After: { Type: "Pass" } });
  const first = await run(definition, { functions: failing });
  expect(first.calls).toHaveLength(2);
  const again = await run(definition, { functions: failing, before: first.events, mode: "redrive" });
  expect(again.calls).toHaveLength(2);
  const healed = await run(definition, { functions: () => ({ returns: 7 }), before: again.events, mode: "redrive" });
  expect(healed.outcome).toEqual({ status: "SUCCEEDED", output: 7 });
  const added = healed.events.slice(again.events.length);
  expect(types(added)).toEqual([
    "ExecutionRedriven",
    "LambdaFunctionScheduled",
    "LambdaFunctionStarted",
    "LambdaFunctionSucceeded",
    "TaskStateExited",
    "PassStateEntered",
    "PassStateExited",
    "ExecutionSucceeded",
  ]);
  expect(added[0]?.details).toEqual(["executionRedrivenEventDetails", { redriveCount: 2 }]);
  const entered = first.events.find(({ type }) => type === "TaskStateEntered")?.id;
  expect(added[1]?.previousEventId).toBe(entered);
});

test("of an inline Map and a Parallel only what had not ended well begins again", async () => {
  const branches = [1, 2].map((n) => chain({ [`B${n}`]: { ...TASK, Parameters: { branch: n } } }));
  const map = { Type: "Map", Items: [], ItemsPath: "$.list", ItemProcessor: chain({ Item: TASK }), MaxConcurrency: 1 };
  for (const [state, calls] of [
    [{ Type: "Parallel", Branches: branches }, [{ branch: 2 }]],
    [map, [2, 3]],
  ] as const) {
    const bad: Script = ({ event }) =>
      event === 2 || (event as JsonObject)["branch"] === 2 ? { after: 50, refuses: "Broken" } : { returns: event };
    const definition = chain({ Many: state });
    const input = { list: [1, 2, 3] };
    const first = await run(definition, { input, functions: bad });
    expect(first.outcome).toMatchObject({ status: "FAILED" });
    const good: Script = ({ event }) => ({ returns: event });
    const again = await run(definition, { input, functions: good, before: first.events, mode: "redrive" });
    expect(again.calls).toEqual(calls);
    expect(again.outcome).toMatchObject({ status: "SUCCEEDED" });
    expect(types(again.events).filter((type) => /^(Map|Parallel)StateStarted$/.test(type))).toHaveLength(1);
  }
});

test("MapStateSucceeded and MapStateExited of a redriven inline Map follow the last MapIterationSucceeded", async () => {
  const definition = chain({ Many: { Type: "Map", ItemsPath: "$", ItemProcessor: chain({ Item: TASK }) } });
  const first = await run(definition, {
    input: [1, 2],
    functions: ({ event }) => (event === 2 ? { after: 1, refuses: "X" } : { returns: 1 }),
  });
  const { events } = await run(definition, {
    input: [1, 2],
    functions: () => ({ returns: 1 }),
    before: first.events,
    mode: "redrive",
  });
  const last = events.findLast(({ type }) => type === "MapIterationSucceeded")?.id;
  for (const type of ["MapStateSucceeded", "MapStateExited"]) {
    expect(events.findLast((event) => event.type === type)?.previousEventId).toBe(last);
  }
});

test("a Parallel whose result was too large runs all of its branches again", async () => {
  const large = { returns: "x".repeat(200_000) };
  const branches = [1, 2].map((n) => chain({ [`B${n}`]: TASK }));
  const definition = chain({ Both: { Type: "Parallel", Branches: branches } });
  const first = await run(definition, { functions: () => large });
  expect(first.outcome).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
  const again = await run(definition, { functions: () => ({ returns: 1 }), before: first.events, mode: "redrive" });
  expect(again.calls).toHaveLength(2);
  expect(again.outcome).toEqual({ status: "SUCCEEDED", output: [1, 1] });
});

test("the context object tells the count and the time of the redrive", async () => {
  const definition = chain({ Work: { ...TASK, Parameters: { "execution.$": "$$.Execution" } } });
  const first = await run(definition, { functions: failing });
  const at = 60_000;
  const again = await run(definition, { before: first.events, mode: "redrive", start: at });
  expect((again.calls[0] as { execution: Json }).execution).toMatchObject({
    RedriveCount: 1,
    RedriveTime: "1970-01-01T00:01:00.000Z",
    StartTime: "1970-01-01T00:00:00.000Z",
  });
  expect(first.calls[0]).not.toHaveProperty("execution.RedriveTime");
});

test("a Wait sleeps until its time when it is resumed, and anew when it is redriven", async () => {
  const definition = chain({ Pause: { Type: "Wait", Seconds: 100 } });
  const before = (await run(definition)).events.slice(0, 2);
  expect((await run(definition, { before, start: 30_000 })).stopTime).toBe(100_000);
  expect((await run(definition, { before, start: 300_000 })).stopTime).toBe(300_000);
  expect((await run(definition, { before, start: 30_000, mode: "redrive" })).stopTime).toBe(130_000);
});

test("a retry's delay that had begun ends at its time", async () => {
  const retry = [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 60, MaxAttempts: 1 }];
  const definition = chain({ Work: { ...TASK, Retry: retry } });
  const whole = await run(definition, { functions: failing });
  const failed = whole.events.findIndex(({ type }) => type === "LambdaFunctionFailed");
  const before = whole.events.slice(0, failed + 1);
  expect((await run(definition, { functions: failing, before, start: 20_000 })).stopTime).toBe(60_000);
});

test("retries of a Parallel are counted on", async () => {
  const retry = [{ ErrorEquals: ["Broken"], IntervalSeconds: 1, MaxAttempts: 2 }];
  const branches = [chain({ A: TASK }), chain({ B: { Type: "Wait", Seconds: 50 } })];
  const definition = chain({ Both: { Type: "Parallel", Branches: branches, Retry: retry } });
  const whole = await run(definition, { functions: failing });
  expect(whole.calls).toHaveLength(3);
  for (let cut = 1; cut < whole.events.length; cut++) {
    const before = whole.events.slice(0, cut);
    const rest = await run(definition, { functions: failing, before });
    const scheduled = types(before).filter((type) => type === "LambdaFunctionScheduled").length;
    const failed = types(before).filter((type) => type === "LambdaFunctionFailed").length;
    expect(rest.outcome).toEqual(whole.outcome);
    expect(rest.calls).toHaveLength(3 - failed);
    expect(scheduled - failed).toBeLessThanOrEqual(1);
  }
});

test("tasks that a failed branch aborted are not aborted twice, wherever the history was cut", async () => {
  const branches = [chain({ A: TASK }), chain({ B: { ...TASK, InputPath: "$.bad" } }), chain({ C: TASK })];
  const retry = [{ ErrorEquals: ["Bad"], MaxAttempts: 1 }];
  const definition = chain({ Both: { Type: "Parallel", Branches: branches, Retry: retry } });
  const functions: Script = ({ event }) => (event === 1 ? { throws: "Bad", after: 5 } : { returns: 0, after: 50 });
  const options = { functions, input: { bad: 1 } };
  const whole = await run(definition, options);
  expect(types(whole.events).filter((type) => type === "TaskStateAborted")).toHaveLength(6);
  for (let length = 1; length < whole.events.length; length++) {
    const { events } = await run(definition, { ...options, before: whole.events.slice(0, length) });
    expect(types(events)).toEqual(types(whole.events));
  }
});

test("an output that chance made stays as it was recorded", async () => {
  const definition = chain({
    Draw: { Type: "Pass", Parameters: { "id.$": "States.UUID()" } },
    Done: { Type: "Pass" },
  });
  const whole = await run(definition);
  const before = whole.events.slice(0, 3);
  const { output } = (before[2]?.details?.[1] ?? {}) as { output?: string };
  expect((await run(definition, { before })).outcome).toEqual({
    status: "SUCCEEDED",
    output: JSON.parse(output ?? ""),
  });
});

test("a history that is of another definition is refused", () => {
  const { program } = compile(chain({ A: { Type: "Pass" } }));
  const event = { id: 1, previousEventId: 0, timestamp: 0, type: "PassStateEntered" };
  const details = ["stateEnteredEventDetails", { name: "B", input: "{}" }] as const;
  expect(() => restore(program, [{ ...event, details }], "resume")).toThrow("'B'");
});
