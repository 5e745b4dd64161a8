import { expect, test } from "vitest";
import { realClock } from "../../lib/adapters/clock/real.js";
import { memoryJournal } from "../../lib/adapters/journal/memory.js";
import { seededRandom } from "../../lib/adapters/random.js";
import { memoryStore } from "../../lib/adapters/store/memory.js";
import { JsonText } from "../../lib/json.js";
import { compile } from "../../lib/machine/index.js";
import { Engine } from "../../lib/run/engine.js";
import { ScriptedInvoker } from "../support/scripted-invoker.js";
import { chain, Simulation, types } from "../support/simulate.js";

const WAIT = chain({ Wait: { Type: "Wait", Seconds: 3600 } });

test("an execution that is stopped is aborted at once, with the reason it was given", async () => {
  const simulation = new Simulation();
  const { execution, ended } = simulation.start(
    chain({ Call: { Type: "Task", Resource: "arn:aws:lambda:r:1:function:f" } }),
  );
  simulation.engine.stop(execution, "Own", "because");
  expect(await ended).toEqual({ status: "ABORTED", error: "Own", cause: "because" });
  expect(simulation.history(execution.arn).at(-1)).toMatchObject({
    type: "ExecutionAborted",
    executionAbortedEventDetails: { error: "Own", cause: "because" },
  });
});

test("a second stop changes nothing", async () => {
  const simulation = new Simulation();
  const { execution, ended } = simulation.start(WAIT);
  simulation.engine.stop(execution, "First");
  simulation.engine.stop(execution, "Second");
  expect(await ended).toMatchObject({ error: "First" });
  expect(types(simulation.history(execution.arn)).filter((type) => type === "ExecutionAborted").length).toBe(1);
});

test("a stopped execution leaves no timer that would hold the clock", async () => {
  const simulation = new Simulation();
  const { execution, ended } = simulation.start(WAIT);
  simulation.clock.schedule(1000, () => simulation.engine.stop(execution));
  expect(await ended).toMatchObject({ status: "ABORTED" });
  await simulation.run(chain({ Wait: { Type: "Wait", Seconds: 1 } }));
  expect(simulation.clock.now()).toBe(2000);
  expect(execution.stopTime).toBe(1000);
});

test("an execution may be stopped while it waits for JSONata", async () => {
  const simulation = new Simulation();
  const machine = chain({ Sum: { Type: "Pass", Output: "{% $sum([1..1000]) %}" } }, { QueryLanguage: "JSONata" });
  const { execution, ended } = simulation.start(machine);
  simulation.engine.drain();
  simulation.engine.stop(execution);
  expect(await ended).toMatchObject({ status: "ABORTED" });
  // Its evaluation ends later, to no effect, and the engine goes on to serve others.
  expect(await simulation.run(machine)).toMatchObject({ output: 500_500 });
  expect(types(simulation.history(execution.arn))).toEqual([
    "ExecutionStarted",
    "PassStateEntered",
    "ExecutionAborted",
  ]);
});

test("virtual time stands still while JSONata is evaluated", async () => {
  const simulation = new Simulation();
  const slow = { Type: "Pass", Output: "{% $sum([1..10000]) %}" };
  const machine = chain(
    {
      Fork: {
        Type: "Parallel",
        Branches: [chain({ Wait: { Type: "Wait", Seconds: 1 } }), chain({ A: slow, B: slow, C: slow })],
      },
    },
    { QueryLanguage: "JSONata" },
  );
  const { events } = await simulation.run(machine);
  const evaluated = events.filter(({ type }) => type === "PassStateExited").map(({ timestamp }) => timestamp);
  expect(evaluated).toEqual([0, 0, 0]);
});

test("an execution that turns in a circle leaves room for timers and other executions", async () => {
  const clock = realClock();
  const invoker = new ScriptedInvoker(clock, ({ event }) => ({ returns: event }));
  const ports = { clock, invoker, store: memoryStore(), journal: memoryJournal(), random: seededRandom(1) };
  const engine = new Engine(ports);
  const start = (name: string, machine: Parameters<typeof compile>[0], type: "STANDARD" | "EXPRESS") =>
    engine.start(compile(machine), {
      arn: name,
      name,
      input: new JsonText("{}"),
      roleArn: "",
      stateMachineArn: "",
      stateMachineName: "",
      type,
      region: "",
    });
  const circle = start("circle", chain({ A: { Type: "Pass", Next: "A" } }), "STANDARD");
  // Without a history nothing but time ends an EXPRESS circle, so a STANDARD one is made to last by being started anew.
  const other = start("other", chain({ Wait: { Type: "Wait", Seconds: 0 }, B: { Type: "Pass" } }), "EXPRESS");
  expect((await other.ended).status).toBe("SUCCEEDED");
  expect((await circle.ended).status).toBe("FAILED");
});

test("a mistake of the engine's own fails the execution with the stack, and others go on", async () => {
  const simulation = new Simulation({
    functions: ({ event }) => {
      if (event === "break") throw new RangeError("a bug in an adapter");
      return { returns: event };
    },
  });
  const machine = chain({ Call: { Type: "Task", Resource: "arn:aws:lambda:r:1:function:f" } });
  const broken = await simulation.run(machine, "break");
  expect(broken).toMatchObject({ status: "FAILED", error: "States.Runtime" });
  expect(broken.cause).toMatch(/^Internal error: RangeError: a bug in an adapter\n {4}at /);
  expect(await simulation.run(machine, "ok")).toMatchObject({ output: "ok" });
});

test("input that is no JSON fails the execution that reads it", async () => {
  const simulation = new Simulation();
  const ended = await simulation.run(chain({ A: { Type: "Pass", InputPath: "$.a" } }), new JsonText("{"));
  expect(ended).toMatchObject({ status: "FAILED", error: "States.Runtime" });
});

test("a closed engine holds no clock and gives no outcome", async () => {
  const simulation = new Simulation();
  let ends = 0;
  const map = {
    Type: "Map",
    ItemProcessor: { ...WAIT, ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" } },
  };
  for (const machine of [{ ...WAIT, TimeoutSeconds: 7200 }, chain({ Map: map })]) {
    void simulation.start(machine, [1, 2]).ended.then(() => ends++);
  }
  await new Promise<void>((resolve) => {
    simulation.clock.schedule(1000, () => {
      simulation.engine.close();
      resolve();
    });
  });
  expect(simulation.clock.idle()).toBe(false);
  await new Promise((resolve) => setImmediate(resolve));
  expect(ends).toBe(0);
});

test("many executions share one engine and one time", async () => {
  const simulation = new Simulation();
  const runs = Array.from({ length: 50 }, (_, n) => simulation.run(chain({ Wait: { Type: "Wait", Seconds: n } }), n));
  const ended = await Promise.all(runs);
  expect(ended.map(({ output, ms }) => [output, ms])).toEqual(Array.from({ length: 50 }, (_, n) => [n, n * 1000]));
});
