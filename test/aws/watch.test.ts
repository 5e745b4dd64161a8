import type { SFNClient } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import type { ExecutionSnapshot } from "../../lib/aws/snapshot.js";
import { watchExecution } from "../../lib/aws/watch.js";
import type { Clock } from "../../lib/run/ports.js";

const ARN = "arn:aws:states:eu-west-1:111122223333:execution:order:one";
const RUN = "arn:aws:states:eu-west-1:111122223333:mapRun:order/FanOut:1";
const startDate = new Date(1000);

/** Time that passes only while somebody waits. */
function jumpingClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    schedule(at, wake) {
      let cancelled = false;
      queueMicrotask(() => {
        if (cancelled) return;
        now = Math.max(now, at);
        wake();
      });
      return {
        cancel: () => {
          cancelled = true;
        },
      };
    },
    idle: () => false,
  };
}

interface Asked {
  readonly operation: string;
  readonly at: number;
}

/** A client that answers with functions of time and of how often it has been asked; errors are thrown. */
function scripted(clock: Clock, script: Record<string, (nth: number) => object>) {
  const asked: Asked[] = [];
  const send = async (command: object, { abortSignal }: { abortSignal?: AbortSignal } = {}) => {
    abortSignal?.throwIfAborted();
    const operation = command.constructor.name.replace("Command", "");
    const nth = asked.filter((one) => one.operation === operation).length;
    asked.push({ operation, at: clock.now() });
    const answer = script[operation]?.(nth);
    if (answer === undefined || answer instanceof Error) throw answer ?? named("UnknownOperationException");
    return answer;
  };
  const times = (operation: string) => asked.filter((one) => one.operation === operation).map(({ at }) => at);
  return { client: { send } as unknown as SFNClient, times };
}

const named = (name: string) => Object.assign(new Error("no"), { name });
const running = { executionArn: ARN, status: "RUNNING", startDate };
const succeeded = { ...running, status: "SUCCEEDED", stopDate: new Date(3000), output: '{"n": 1.0}' };
const middle = { next: () => 0.5, uuid: () => "" };

async function all(snapshots: AsyncIterable<ExecutionSnapshot>): Promise<ExecutionSnapshot[]> {
  const found: ExecutionSnapshot[] = [];
  for await (const snapshot of snapshots) found.push(snapshot);
  return found;
}

test("an execution is looked at less and less often until it has ended", async () => {
  const clock = jumpingClock();
  const { client, times } = scripted(clock, { DescribeExecution: (nth) => (nth < 12 ? running : succeeded) });
  const found = await all(watchExecution(client, ARN, { mapRuns: false, clock, random: middle }));

  expect(found.map(({ status }) => status)).toEqual([...Array(12).fill("RUNNING"), "SUCCEEDED"]);
  expect(found.at(-1)).toMatchObject({ executionArn: ARN, startDate: 1000, stopDate: 3000, mapRuns: [] });
  expect(found.at(-1)?.output?.text).toBe('{"n": 1.0}');
  const at = times("DescribeExecution");
  expect(at.slice(0, 4).map(Math.round)).toEqual([0, 200, 500, 950]);
  expect(Math.round((at[12] ?? 0) - (at[11] ?? 0))).toBe(5000);
});

test("PENDING_REDRIVE is not the end", async () => {
  const clock = jumpingClock();
  const pending = { ...running, status: "PENDING_REDRIVE" };
  const { client } = scripted(clock, { DescribeExecution: (nth) => (nth === 0 ? pending : succeeded) });
  const found = await all(watchExecution(client, ARN, { mapRuns: false, clock }));
  expect(found.map(({ status }) => status)).toEqual(["PENDING_REDRIVE", "SUCCEEDED"]);
});

test("an end from before the redrive is not the end", async () => {
  const clock = jumpingClock();
  const old = { ...succeeded, status: "FAILED", stopDate: new Date(2999) };
  const { client } = scripted(clock, { DescribeExecution: (nth) => (nth < 2 ? old : nth === 2 ? running : succeeded) });
  const found = await all(watchExecution(client, ARN, { mapRuns: false, clock, since: 3000 }));
  expect(found.map(({ status }) => status)).toEqual(["RUNNING", "SUCCEEDED"]);
});

test("a throttled watch waits longer and goes on", async () => {
  const clock = jumpingClock();
  const script = [running, named("ThrottlingException"), named("ThrottlingException"), running, succeeded];
  const { client, times } = scripted(clock, { DescribeExecution: (nth) => script[nth] ?? succeeded });
  await all(watchExecution(client, ARN, { mapRuns: false, clock, random: middle }));
  expect(times("DescribeExecution").map(Math.round)).toEqual([0, 200, 800, 2000, 3200]);
});

test("a network that fails for a while is waited for", async () => {
  const clock = jumpingClock();
  const broken = Object.assign(new Error("reset"), { code: "ECONNRESET" });
  const { client } = scripted(clock, { DescribeExecution: () => (clock.now() < 100_000 ? broken : succeeded) });
  expect(await all(watchExecution(client, ARN, { mapRuns: false, clock }))).toHaveLength(1);
});

test("a network that stays broken ends the watch, and failures between answers do not add up", async () => {
  const clock = jumpingClock();
  const broken = Object.assign(new Error("reset"), { code: "ECONNRESET" });
  const works = () => clock.now() < 1000 || (clock.now() > 100_000 && clock.now() < 110_000);
  const { client, times } = scripted(clock, { DescribeExecution: () => (works() ? running : broken) });
  const watch = all(watchExecution(client, ARN, { mapRuns: false, clock }));
  await expect(watch).rejects.toThrow("Step Functions cannot be reached: reset");
  expect(times("DescribeExecution").at(-1)).toBeGreaterThan(220_000);
});

test("an execution that was just started may be unknown for a moment", async () => {
  const clock = jumpingClock();
  const { client } = scripted(clock, {
    DescribeExecution: (nth) => (nth < 3 ? named("ExecutionDoesNotExist") : succeeded),
  });
  expect(await all(watchExecution(client, ARN, { mapRuns: false, clock }))).toHaveLength(1);
});

test.each([
  ["one that is never known", () => named("ExecutionDoesNotExist")],
  ["one that is gone", (nth: number) => (nth === 0 ? running : named("ExecutionDoesNotExist"))],
  ["one that may not be seen", () => named("AccessDeniedException")],
])("%s ends the watch with AWS's words", async (_what, DescribeExecution) => {
  const clock = jumpingClock();
  const { client } = scripted(clock, { DescribeExecution });
  const watch = all(watchExecution(client, ARN, { mapRuns: false, clock }));
  await expect(watch).rejects.toThrow(/^(ExecutionDoesNotExist|AccessDeniedException): no$/);
});

test("an abort ends the watch in the middle of a pause", async () => {
  const clock: Clock = { now: () => 0, schedule: () => ({ cancel: () => {} }), idle: () => false };
  const { client } = scripted(clock, { DescribeExecution: () => running });
  const controller = new AbortController();
  const watch = watchExecution(client, ARN, { clock, signal: controller.signal });
  await watch.next();
  const next = watch.next();
  controller.abort();
  await expect(next).rejects.toMatchObject({ name: "AbortError" });
});

const counts = (done: number) => ({
  mapRunArn: RUN,
  status: done === 90 ? "SUCCEEDED" : "RUNNING",
  itemCounts: { total: 90, pending: 0, running: 90 - done, succeeded: done, failed: 0, timedOut: 0, aborted: 0 },
});

test("map runs are counted, with no more than one request a second", async () => {
  const clock = jumpingClock();
  const end = 60_000;
  const { client, times } = scripted(clock, {
    DescribeExecution: () => (clock.now() < end ? running : succeeded),
    ListMapRuns: () => ({ mapRuns: clock.now() < 3000 ? [] : [{ mapRunArn: RUN, startDate }] }),
    DescribeMapRun: () => counts(Math.min(90, Math.floor(clock.now() / 600))),
  });
  const found = await all(watchExecution(client, ARN, { clock }));

  const seen = found.map(({ mapRuns }) => mapRuns[0]?.items.succeeded ?? 0);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(new Set(seen).size).toBeGreaterThan(5);
  expect(found.at(-1)?.mapRuns).toEqual([{ mapRunArn: RUN, status: "SUCCEEDED", items: counts(90).itemCounts }]);
  const requests = [...times("ListMapRuns"), ...times("DescribeMapRun")].sort((a, b) => a - b);
  const during = requests.filter((at) => at < end);
  for (const [index, at] of during.slice(1).entries()) expect(at - (during[index] ?? 0)).toBeGreaterThanOrEqual(1000);
});

test("the last counts are asked for at the end", async () => {
  const clock = jumpingClock();
  const { client } = scripted(clock, {
    DescribeExecution: () => succeeded,
    ListMapRuns: () => ({ mapRuns: [{ mapRunArn: RUN, startDate }] }),
    DescribeMapRun: () => counts(90),
  });
  const found = await all(watchExecution(client, ARN, { clock }));
  expect(found.at(-1)?.mapRuns[0]?.items.succeeded).toBe(90);
});

test("map runs that may not be seen are left alone", async () => {
  const clock = jumpingClock();
  const { client, times } = scripted(clock, {
    DescribeExecution: () => (clock.now() < 60_000 ? running : succeeded),
    ListMapRuns: () => named("AccessDeniedException"),
  });
  expect((await all(watchExecution(client, ARN, { clock }))).at(-1)?.mapRuns).toEqual([]);
  expect(times("ListMapRuns")).toHaveLength(1);
});

test("throttled map runs are looked at less often, and the execution as often as ever", async () => {
  const clock = jumpingClock();
  const { client, times } = scripted(clock, {
    DescribeExecution: () => (clock.now() < 60_000 ? running : succeeded),
    ListMapRuns: () => named("ThrottlingException"),
  });
  await all(watchExecution(client, ARN, { clock, random: middle }));
  expect(times("ListMapRuns").length).toBeLessThan(8);
  expect(times("DescribeExecution").length).toBeGreaterThan(15);
});
