import { expect, test } from "vitest";
import { ApiExecution, type ExecutionEnd, type ExecutionIdentity } from "../../../lib/serve/stepfunctions/execution.js";
import { Histories } from "../../../lib/serve/stepfunctions/histories.js";
import { Redrives } from "../../../lib/serve/stepfunctions/redrives.js";

const DAY = 86_400_000;
const FAILED: ExecutionEnd = { status: "FAILED", stopDate: 0 };
const ARN = "arn:aws:states:eu-west-1:000000000000:execution:m:e";

function world(now = 0) {
  const histories = new Histories();
  const at = { now };
  return { histories, at, redrives: new Redrives(histories, () => at.now) };
}

function execution(
  end: ExecutionEnd,
  more: { startDate?: number; child?: object; type?: string; count?: number } = {},
) {
  const { startDate = 0, type = "STANDARD", child, count } = more;
  const identity = { arn: ARN, startDate, type, child } as unknown as ExecutionIdentity;
  return new ApiExecution(identity, end, count === undefined ? undefined : { count, date: 5000 });
}

test("an execution can be redriven for 14 days after its end, and not once it is a year old", () => {
  const { redrives, at } = world(14 * DAY);
  expect(redrives.refusal(execution(FAILED))).toBeUndefined();
  at.now += 1;
  expect(redrives.refusal(execution(FAILED))).toMatch(/14 days/);
  at.now = 366 * DAY;
  expect(redrives.refusal(execution({ status: "FAILED", stopDate: 360 * DAY }))).toMatch(/one year/);
});

test("it can be redriven 1,000 times", () => {
  const { redrives } = world();
  expect(redrives.refusal(execution(FAILED, { count: 999 }))).toBeUndefined();
  expect(redrives.refusal(execution(FAILED, { count: 1000 }))).toMatch(/maximum number of redrives/);
});

test("its history needs room for what follows", () => {
  const { redrives, histories } = world();
  const event = (id: number) => ({ id, previousEventId: 0, timestamp: 0, type: "PassStateEntered" });
  for (let id = 1; id <= 24_998; id++) histories.record({ arn: ARN }, event(id));
  expect(redrives.refusal(execution(FAILED))).toBeUndefined();
  histories.record({ arn: ARN }, event(24_999));
  expect(redrives.refusal(execution(FAILED))).toBe("Execution has exceeded the maximum history event limit");
  expect(redrives.describe(execution(FAILED))).toMatchObject({ redriveStatus: "NOT_REDRIVABLE" });
});

test("a child waits for its map run, and so it is said", () => {
  const { redrives } = world();
  const child = execution({ status: "ABORTED", stopDate: 0 }, { child: {} });
  expect(redrives.describe(child)).toEqual({ redriveCount: 0, redriveStatus: "REDRIVABLE_BY_MAP_RUN" });
  child.pendingRedrive = true;
  expect(child.status).toBe("PENDING_REDRIVE");
  expect(redrives.describe(child)).toMatchObject({
    redriveStatus: "NOT_REDRIVABLE",
    redriveStatusReason: "Execution is PENDING_REDRIVE and cannot be redriven",
  });
});

test("EXPRESS executions say nothing of redrives, redriven ones when it was", () => {
  const { redrives } = world();
  expect(redrives.describe(execution(FAILED, { type: "EXPRESS" }))).toEqual({});
  expect(redrives.describe(execution(FAILED, { count: 2 }))).toMatchObject({ redriveCount: 2, redriveDate: 5 });
});

test("the last 10 requests of 15 minutes are remembered", () => {
  const { redrives, at } = world();
  for (let number = 0; number < 11; number++) redrives.remember(ARN, `t${number}`, number);
  expect(redrives.answered(ARN, "t0")).toBeUndefined();
  expect(redrives.answered(ARN, "t1")).toBe(1);
  expect(redrives.answered(ARN, undefined)).toBeUndefined();
  expect(redrives.answered("other", "t1")).toBeUndefined();
  at.now = 15 * 60_000 + 1;
  expect(redrives.answered(ARN, "t1")).toBeUndefined();
  expect(redrives.answered(ARN, "t5")).toBe(5);
});
