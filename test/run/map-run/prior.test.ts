import fc from "fast-check";
import { expect, test } from "vitest";
import { virtualClock } from "../../../lib/adapters/clock/virtual.js";
import { memoryJournal } from "../../../lib/adapters/journal/memory.js";
import { seededRandom } from "../../../lib/adapters/random.js";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import { type Json, type JsonObject, JsonText } from "../../../lib/json.js";
import { compile } from "../../../lib/machine/index.js";
import { Engine } from "../../../lib/run/engine.js";
import type { ChildRecord } from "../../../lib/run/items.js";
import type { MapRun } from "../../../lib/run/map-run/map-run.js";
import type { EndedChild, PriorChild, PriorRun } from "../../../lib/run/map-run/prior.js";
import type { HistoryEvent } from "../../../lib/run/ports.js";
import { type RestoreMode, restore } from "../../../lib/run/restore.js";
import { type Script, ScriptedInvoker } from "../../support/scripted-invoker.js";
import { chain } from "../../support/simulate.js";

const TASK = { Type: "Task", Resource: "arn:aws:lambda:eu-west-1:123456789012:function:f" };
const ARN = "arn:aws:states:eu-west-1:123456789012:execution:simulated:e";

interface Life {
  readonly mode?: RestoreMode;
  readonly left?: World;
  readonly functions: Script;
  readonly type: "STANDARD" | "EXPRESS";
  readonly items: readonly Json[];
  /** The life ends when so many children have ended. */
  readonly cutAfter?: number;
  readonly map?: JsonObject;
}

/** What a process leaves behind: histories, and how children ended. */
interface World {
  readonly events: Map<string, HistoryEvent[]>;
  readonly ended: Map<number, ChildRecord>;
  readonly outcome: unknown;
  readonly calls: readonly Json[];
  readonly mapRun: MapRun | undefined;
  readonly ordered: readonly ChildRecord[];
}

/** One life of an execution with a map run, from its start or from what another life left. */
async function live({ mode = "resume", left, functions, type, items, cutAfter, map = {} }: Life): Promise<World> {
  const clock = virtualClock({ start: left === undefined ? 0 : 1_000_000 });
  const invoker = new ScriptedInvoker(clock, functions);
  const journal = memoryJournal();
  const events = new Map([...(left?.events ?? [])].map(([arn, of]) => [arn, [...of]]));
  const ended = new Map<number, ChildRecord>(left?.ended);
  const ordered: ChildRecord[] = [];
  let mapRun: MapRun | undefined;
  let killed: () => void = () => {};
  const kill = new Promise<void>((resolve) => {
    killed = resolve;
  });
  let dead = false;
  const engine: Engine = new Engine(
    {
      clock,
      invoker,
      store: memoryStore({}, () => 0),
      journal: {
        ...journal,
        record: ({ arn }, event) => {
          if (!dead) events.set(arn, [...(events.get(arn) ?? []), event]);
        },
      },
      random: seededRandom(1),
    },
    {
      childHistories: true,
      prior: () => left && priorOf(left, mode, type),
      observer: {
        started: (started) => {
          mapRun = started;
        },
        ended: (_, record) => {
          if (dead || record.kept === true) return;
          ended.set(record.index, record);
          if (ended.size !== cutAfter) return;
          dead = true;
          setImmediate(() => {
            engine.close();
            killed();
          });
        },
        ordered: (_, record) => {
          ordered.push(record);
        },
      },
    },
  );
  const machine = compile(
    chain({
      Many: {
        Type: "Map",
        ItemProcessor: {
          ...chain({ Work: TASK, Then: { ...TASK, Parameters: { "second.$": "$" } } }),
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: type },
        },
        ...map,
      },
    }),
  );
  const request = {
    arn: ARN,
    name: "e",
    input: JsonText.of(items),
    roleArn: "",
    stateMachineArn: "arn:aws:states:eu-west-1:123456789012:stateMachine:simulated",
    stateMachineName: "simulated",
    type: "STANDARD",
    region: "eu-west-1",
    redriveCount: mode === "redrive" ? 1 : 0,
  } as const;
  const started =
    left === undefined
      ? engine.start(machine, request)
      : engine.goOn(machine, request, restore(machine.program, left.events.get(ARN) ?? [], mode));
  const outcome = await Promise.race([started.ended, kill]);
  await mapRun?.settled.catch(() => {});
  const plain = outcome?.status === "SUCCEEDED" ? { status: outcome.status, output: outcome.output.value } : outcome;
  return { events, ended, outcome: plain, calls: invoker.calls.map(({ event }) => event), mapRun, ordered };
}

function priorOf(left: World, mode: RestoreMode, type: string): PriorRun {
  const failed = [...left.ended.values()].filter(({ status }) => status !== "SUCCEEDED");
  let loaded = 0;
  return {
    startDate: 0,
    redriveCount: mode === "redrive" ? 1 : 0,
    pendingRedrive: mode === "redrive" ? { items: failed.length, executions: failed.length } : undefined,
    children: {
      async load(from, to) {
        expect(from).toBe(loaded);
        loaded = to;
        await new Promise((resolve) => setImmediate(resolve));
      },
      take(index): PriorChild | undefined {
        expect(index).toBeLessThan(loaded);
        const record = left.ended.get(index);
        if (record !== undefined && (mode === "resume" || record.status === "SUCCEEDED")) {
          return { kind: "ended", child: record as EndedChild };
        }
        const arn = record?.executionArn ?? "";
        const events = type === "EXPRESS" ? [] : (left.events.get(arn) ?? []);
        return record && { kind: "unfinished", events, child: record as EndedChild };
      },
    },
  };
}

const echo: Script = ({ event }) => ({ after: 10, returns: event });
const N = 12;
const items = Array.from({ length: N }, (_, index) => index);

test.each(["STANDARD", "EXPRESS"] as const)("what had ended of %s children stays, the others run", async (type) => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: N - 1 }), fc.nat({ max: 5 }), async (cutAfter, MaxConcurrency) => {
      const map = { MaxConcurrency };
      const whole = await live({ functions: echo, type, items, map });
      const cut = await live({ functions: echo, type, items, cutAfter, map });
      const done = new Set(cut.ended.keys());
      const rest = await live({ functions: echo, type, items, left: cut, map });
      expect(rest.outcome).toEqual(whole.outcome);
      expect(rest.calls.filter((call) => done.has(call as number))).toEqual([]);
      expect(rest.mapRun?.arn).toBe(cut.mapRun?.arn);
      expect(rest.mapRun?.items).toMatchObject({ total: N, succeeded: N, resultsWritten: N, running: 0 });
      expect(rest.ordered.map(({ index }) => index)).toEqual(items);
      expect(rest.ordered.map(({ kept }) => kept === true)).toEqual(items.map((index) => done.has(index)));
    }),
    { numRuns: 25 },
  );
});

const bad: Script = ({ event }) =>
  JSON.stringify(event) === '{"second":4}' ? { refuses: "Broken" } : { after: 10, returns: event };

test("a redrive goes on with a STANDARD child where it failed, under the same ARN and the same map run", async () => {
  const map = { MaxConcurrency: 3 };
  const first = await live({ functions: bad, type: "STANDARD", items, map });
  expect(first.outcome).toMatchObject({ status: "FAILED" });
  const again = await live({ functions: echo, type: "STANDARD", items, left: first, mode: "redrive", map });
  expect(again.outcome).toMatchObject({ status: "SUCCEEDED" });
  const succeeded = new Set([...first.ended.values()].flatMap((r) => (r.status === "SUCCEEDED" ? [r.index] : [])));
  expect(again.calls).not.toContainEqual(4);
  expect(again.calls).toContainEqual({ second: 4 });
  for (const index of succeeded) expect(again.calls).not.toContainEqual({ second: index });
  expect(again.mapRun?.arn).toBe(first.mapRun?.arn);
  expect(again.mapRun).toMatchObject({ redriveCount: 1, status: "SUCCEEDED" });
  expect(again.mapRun?.executions).toMatchObject({ total: N, succeeded: N, pendingRedrive: 0 });
  const parent = again.events.get(ARN) ?? [];
  const [started, redriven, exited] = ["MapStateStarted", "MapRunRedriven", "MapStateExited"].map((type) =>
    parent.find((event) => event.type === type),
  );
  expect(redriven?.previousEventId).toBe(started?.id);
  expect(exited?.previousEventId).toBe(redriven?.id);
  expect(redriven?.details).toEqual(["mapRunRedrivenEventDetails", { mapRunArn: first.mapRun?.arn, redriveCount: 1 }]);
  const child = again.events.get(first.ended.get(4)?.executionArn ?? "") ?? [];
  expect(child.map(({ type }) => type)).toContain("ExecutionRedriven");
  expect(child.at(-1)?.type).toBe("ExecutionSucceeded");
});

test("a redrive begins an EXPRESS child anew, under the same ARN and with a new start time", async () => {
  const first = await live({ functions: bad, type: "EXPRESS", items });
  const again = await live({ functions: echo, type: "EXPRESS", items, left: first, mode: "redrive" });
  expect(again.calls).toContainEqual(4);
  const [before, after] = [first.ended.get(4), again.ended.get(4)];
  expect(after?.executionArn).toBe(before?.executionArn);
  expect(after?.startDate).toBeGreaterThan(before?.startDate ?? 0);
  expect(after).toMatchObject({ status: "SUCCEEDED", redriveCount: 1 });
});

test("what a redrive that fails again does not come to stays as it ended", async () => {
  const two: Script = ({ event }) =>
    [2, 9].includes(event as number) ? { refuses: "Broken" } : { after: event === 2 ? 0 : 1, returns: event };
  const map = { ToleratedFailureCount: 1 };
  const first = await live({ functions: two, type: "EXPRESS", items, map });
  expect(first.mapRun?.executions).toMatchObject({ failed: 2, succeeded: N - 2 });
  const again = await live({ functions: two, type: "EXPRESS", items, left: first, mode: "redrive", map });
  expect(again.outcome).toMatchObject({ status: "FAILED" });
  expect(again.mapRun?.executions).toMatchObject({ total: N, failed: 2, succeeded: N - 2, pendingRedrive: 0 });
});
