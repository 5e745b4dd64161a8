import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { functionTable } from "../../../lib/adapters/invoke/functions.js";
import { mutableFunctionTable } from "../../../lib/adapters/invoke/mutable-functions.js";
import { threadInvoker } from "../../../lib/adapters/invoke/threads.js";
import type { InvocationOutcome } from "../../../lib/run/ports.js";
import {
  callAll,
  callOne,
  describeInvoker,
  documentOf,
  fixture,
  invokerMaker,
  returned,
} from "../../contracts/invoker.js";

describeInvoker("the thread invoker", (options) => threadInvoker({ ...options, workers: 2 }));

const one = invokerMaker((options) => threadInvoker({ ...options, workers: 1 }));
const two = invokerMaker((options) => threadInvoker({ ...options, workers: 2 }));

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fanout-threads-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function payloads(outcomes: readonly InvocationOutcome[]): unknown[] {
  return outcomes.map((outcome) => (outcome.kind === "returned" ? JSON.parse(outcome.payload) : outcome));
}

it.each([0, -1, 1.5, Number.NaN])("refuses %d workers", (workers) => {
  const functions = functionTable([]);
  expect(() => threadInvoker({ functions, region: "eu-west-1", account: "123456789012", workers })).toThrow(
    `workers must be an integer of at least 1, got: ${workers}`,
  );
});

describe("an environment", () => {
  it("keeps its module state from call to call and runs one call at a time", async () => {
    const calls = Array.from({ length: 6 }, () => ({ functionName: "counts", payload: '{"ms":2}' }));
    const states = payloads(await callAll(one([fixture("counts")]), calls));
    expect(states).toEqual([1, 2, 3, 4, 5, 6].map((each) => ({ calls: each, running: 1 })));
  });

  it("belongs to one function: two functions of one module share nothing", async () => {
    const [first, second] = ["first", "second"].map((name) => fixture("counts", { name })) as [never, never];
    const invoker = one([first, second]);
    const calls = ["first", "second", "first", "second"].map((functionName) => ({ functionName, payload: "{}" }));
    expect(payloads(await callAll(invoker, calls))).toEqual([1, 1, 2, 2].map((each) => ({ calls: each, running: 1 })));
  });

  it("is replaced after process.exit, with fresh module state, and the calls behind run elsewhere", async () => {
    const invoker = one([fixture("exits")]);
    const events = Array.from({ length: 200 }, (_, index) => (index === 120 ? { code: 1 } : {}));
    const calls = events.map((event) => ({ functionName: "exits", payload: JSON.stringify(event) }));
    const outcomes = await callAll(invoker, calls);
    expect(outcomes.filter((outcome) => outcome.kind === "threw")).toHaveLength(1);
    expect(outcomes[120]).toMatchObject({ errorType: "Runtime.ExitError" });
    expect(outcomes.filter((outcome) => outcome.kind === "returned")).toHaveLength(199);
  });

  it("is replaced again and again when every call ends its thread, and there is room again each time", async () => {
    const calls = Array.from({ length: 6 }, () => ({ functionName: "exits", payload: '{"code":2}' }));
    const outcomes = await callAll(one([fixture("exits")]), calls);
    expect(outcomes.map((outcome) => documentOf(outcome)["errorType"])).toEqual(calls.map(() => "Runtime.ExitError"));
  });

  it.each([
    ["exception", "RangeError", "out of the blue"],
    ["rejection", "Runtime.UnhandledPromiseRejection", "RangeError: nobody listens"],
  ])("ends with an uncaught %s, and the running call with it", async (how, errorType, errorMessage) => {
    const invoker = one([fixture("crashes"), fixture("echo")]);
    const document = documentOf(await callOne(invoker, "crashes", { how }));
    expect(document).toMatchObject({ errorType, errorMessage });
    expect(await callOne(invoker, "echo", 1)).toEqual(returned(1));
  });

  it("ends when it needs more memory than the function has", async () => {
    const invoker = one([fixture("allocates", { memoryMB: 32 }), fixture("echo")]);
    expect(documentOf(await callOne(invoker, "allocates", {}))["errorType"]).toBe("Runtime.OutOfMemory");
    expect(await callOne(invoker, "echo", 1)).toEqual(returned(1));
  });

  it("has variables of its own and leaves those of this process alone", async () => {
    const definitions = ["a", "b"].map((value) => {
      return fixture("showsVariables", { name: value, environment: { FANOUT_TEST_ONLY: value } });
    });
    const calls = ["a", "b"].map((functionName) => ({ functionName, payload: '["FANOUT_TEST_ONLY"]' }));
    expect(payloads(await callAll(one(definitions), calls))).toEqual([["a"], ["b"]]);
    expect(process.env["FANOUT_TEST_ONLY"]).toBeUndefined();
  });

  it("writes a log file per worker", async () => {
    const invoker = one([fixture("prints")], { logDirectory: join(directory, "logs") });
    await callOne(invoker, "prints", { text: "hello" });
    const lines = readFileSync(join(directory, "logs", "prints-0.log"), "utf8").split("\n");
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z\t[0-9a-f-]{36}\tINFO\tsaid hello$/);
    expect(lines[1]).toMatch(/\tERROR\thello$/);
  });

  it("is loaded once for a probe and the first call", async () => {
    const invoker = one([fixture("counts")]);
    await invoker.probe("counts");
    expect(await callOne(invoker, "counts", {})).toEqual(returned({ calls: 1, running: 1 }));
  });
});

it("a function that is replaced again and again while it is called loses no call and leaves no thread", async () => {
  const version = (value: number) => fixture("showsVariables", { name: "f", environment: { VALUE: String(value) } });
  let current = version(0);
  const functions = mutableFunctionTable([current]);
  const invoker = two([], { functions });
  const calls: Promise<void>[] = [];
  const forgotten: Promise<void>[] = [];
  for (let value = 0; value < 12; value++) {
    for (let each = 0; each < 20; each++) {
      const called = new Promise<InvocationOutcome>((onOutcome) => {
        invoker.invoke({ functionName: "f", payload: '["VALUE"]', onOutcome });
      });
      calls.push(called.then((outcome) => expect(outcome).toEqual(returned([String(value)]))).then(() => {}));
    }
    if (value % 3 === 0) await Promise.all(calls);
    const before = current;
    current = version(value + 1);
    functions.set(current);
    forgotten.push(invoker.forget(before));
  }
  await Promise.all([...calls, ...forgotten]);
  expect(invoker.inFlight).toBe(0);
  expect(calls).toHaveLength(240);
});

it("forgetting ends when the invoker does", async () => {
  const definition = fixture("waits");
  const invoker = two([definition]);
  invoker.invoke({ functionName: "waits", payload: '{"ms":60000}' });
  const forgotten = invoker.forget(definition);
  await invoker.close();
  await forgotten;
  await invoker.forget(definition);
});

describe("slots", () => {
  it("let a function that is called once in while another one is called all the time", async () => {
    const invoker = one([fixture("echo"), fixture("returnsValue")]);
    const calls = Array.from({ length: 5000 }, () => ({ functionName: "echo", payload: "1" }));
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      invoker.onOutcome = ({ functionName }) => {
        order.push(functionName);
        if (invoker.inFlight === 0) resolve();
      };
      for (const call of calls) invoker.invoke(call);
      invoker.invoke({ functionName: "returnsValue", payload: "1" });
    });
    expect(order).toHaveLength(5001);
    expect(order.indexOf("returnsValue")).toBeLessThan(5000);
  });

  it("keep the threads of the functions that were used last", async () => {
    const names = Array.from({ length: 10 }, (_, index) => `f${index}`);
    const invoker = one(names.map((name) => fixture("counts", { name })));
    for (const name of names) expect(await callOne(invoker, name, {})).toEqual(returned({ calls: 1, running: 1 }));
    expect(await callOne(invoker, "f9", {})).toEqual(returned({ calls: 2, running: 1 }));
    expect(await callOne(invoker, "f0", {})).toEqual(returned({ calls: 1, running: 1 }));
  });
});

it("a call that waits does not keep back the outcomes of those before it", async () => {
  const invoker = one([fixture("waitsFor")]);
  await callAll(
    invoker,
    Array.from({ length: 2000 }, () => ({ functionName: "waitsFor", payload: "{}" })),
  );
  const file = join(directory, "first-is-out");
  const calls = Array.from({ length: 100 }, (_, id) => {
    return { functionName: "waitsFor", payload: JSON.stringify(id === 50 ? { file } : {}) };
  });
  const all = callAll(invoker, calls);
  const { onOutcome } = invoker;
  invoker.onOutcome = (call, outcome) => {
    // The call that waits goes on only when an outcome from before it has come out.
    writeFileSync(file, "");
    onOutcome(call, outcome);
  };
  expect(payloads(await all)).toEqual(calls.map(() => "done"));
});

it("every call runs once and is answered once, however its neighbours end", async () => {
  const how = fc.oneof(
    { weight: 60, arbitrary: fc.constant("return") },
    { weight: 5, arbitrary: fc.constantFrom("throw", "wait") },
    { weight: 1, arbitrary: fc.constantFrom("exit", "crash") },
  );
  const ends = {
    return: "returned",
    wait: "returned",
    throw: "RangeError",
    crash: "RangeError",
    exit: "Runtime.ExitError",
  };
  const invoker = two([fixture("endsAs")]);
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(how, { minLength: 1, maxLength: 300, size: "max" }), async (script) => {
      const log = join(directory, `${round++}.log`);
      const calls = script.map((each, id) => {
        return { functionName: "endsAs", payload: JSON.stringify({ log, id, how: each }) };
      });
      const outcomes = await callAll(invoker, calls);
      const kinds = outcomes.map((outcome) => (outcome.kind === "threw" ? outcome.errorType : outcome.kind));
      expect(kinds).toEqual(script.map((each) => ends[each as keyof typeof ends]));
      const ran = readFileSync(log, "utf8").trim().split("\n").map(Number);
      expect(ran.sort((a, b) => a - b)).toEqual(script.map((_, id) => id));
      expect(invoker.inFlight).toBe(0);
    }),
    { numRuns: 15 },
  );
});

describe("a process that runs handlers", () => {
  const script = (handler: string, more = "") => `
    import { functionTable } from "./dist/lib/adapters/invoke/functions.js";
    import { threadInvoker } from "./dist/lib/adapters/invoke/threads.js";
    const functions = functionTable([${JSON.stringify(fixture(handler, { timeoutSeconds: 600 }))}]);
    const invoker = threadInvoker({ functions, workers: 2, region: "eu-west-1", account: "123456789012" });
    await new Promise((resolve) => {
      invoker.onOutcome = resolve;
      invoker.invoke({ functionName: "${handler}", payload: "{}", timeoutMs: 600000 });
    });
    ${more}`;
  const run = (source: string) => spawnSync(process.execPath, ["--input-type=module", "-e", source]);

  it("sees nothing of what they print", () => {
    const { stdout, stderr, status } = run(script("writesToStreams", "await invoker.close();"));
    expect([String(stdout), String(stderr), status]).toEqual(["", "", 0]);
  });

  it("ends by itself when nothing is running, closed or not", () => {
    expect(run(script("returnsNothing")).status).toBe(0);
    expect(run(script("returnsNothing", "await invoker.close(); process.exitCode = 3;")).status).toBe(3);
  });
});

describe("a call that blocks its thread", () => {
  it("is ended by the time-out of the function; what was finished before it is neither lost nor run twice", async () => {
    const log = join(directory, "calls.log");
    const invoker = one([fixture("countsUntil", { timeoutSeconds: 1 })]);
    const calls = Array.from({ length: 600 }, (_, id) => ({
      functionName: "countsUntil",
      payload: JSON.stringify({ log, id, block: id === 437 }),
    }));
    const outcomes = await callAll(invoker, calls);
    expect(outcomes[437]).toMatchObject({ errorType: "Sandbox.Timedout" });
    outcomes.splice(437, 1);
    expect(payloads(outcomes)).toEqual(calls.map((_, id) => ({ id })).toSpliced(437, 1));
    const ran = readFileSync(log, "utf8").trim().split("\n").map(Number);
    expect(ran.sort((a, b) => a - b)).toEqual(calls.map((_, id) => id));
  });

  it("is answered at its own time-out while the thread goes on", async () => {
    const invoker = one([fixture("blocks", { timeoutSeconds: 2 })]);
    expect(await callOne(invoker, "blocks", { block: true }, { timeoutMs: 50 })).toEqual({ kind: "timedOut" });
    // The thread is still blocked: this call waits until the function's own time-out has replaced it.
    expect(await callOne(invoker, "blocks", { block: false })).toEqual(returned({ blocked: false }));
  });

  it("does not hold up the calls that were sent with it when another worker is idle", async () => {
    const invoker = two([fixture("blocks", { timeoutSeconds: 3 })]);
    const warm = Array.from({ length: 2000 }, () => ({ functionName: "blocks", payload: '{"block":false}' }));
    await callAll(invoker, warm);
    const order: number[] = [];
    const calls = Array.from({ length: 200 }, (_, id) => ({
      functionName: "blocks",
      payload: JSON.stringify({ block: id === 0 }),
    }));
    const all = callAll(invoker, calls);
    const { onOutcome } = invoker;
    invoker.onOutcome = (call, outcome) => {
      order.push(calls.indexOf(call as (typeof calls)[number]));
      onOutcome(call, outcome);
    };
    const outcomes = await all;
    expect(outcomes[0]).toMatchObject({ errorType: "Sandbox.Timedout" });
    expect(order.indexOf(0)).toBe(199);
  });
});
