import { expect, test } from "vitest";
import { formatRecord } from "../../../lib/run/write/record.js";
import { childRecord } from "./records.js";

const ARN = "arn:aws:states:us-east-1:123456789012";

test("a child that succeeded", () => {
  expect(formatRecord(childRecord())).toBe(
    `{"ExecutionArn":"${ARN}:execution:SM/Label:c1","Input":"{\\"a\\":1}","InputDetails":{"Included":true},"Name":"c1",` +
      '"Output":"{\\"b\\":\\"x\\"}","OutputDetails":{"Included":true},"RedriveCount":0,"RedriveStatus":"NOT_REDRIVABLE",' +
      '"RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven","StartDate":"2026-02-03T04:05:06.070Z",' +
      `"StateMachineArn":"${ARN}:stateMachine:SM/Label","Status":"SUCCEEDED","StopDate":"2026-02-03T04:05:07.008Z"}`,
  );
});

test("a child that failed has error and cause, and no output", () => {
  const record = childRecord({ status: "FAILED", output: undefined, error: "Boom", cause: 'said "no"' });
  expect(formatRecord(record)).toBe(
    `{"Cause":"said \\"no\\"","Error":"Boom","ExecutionArn":"${ARN}:execution:SM/Label:c1","Input":"{\\"a\\":1}",` +
      '"InputDetails":{"Included":true},"Name":"c1","OutputDetails":{"Included":true},"RedriveCount":0,' +
      '"RedriveStatus":"REDRIVABLE_BY_MAP_RUN","StartDate":"2026-02-03T04:05:06.070Z",' +
      `"StateMachineArn":"${ARN}:stateMachine:SM/Label","Status":"FAILED","StopDate":"2026-02-03T04:05:07.008Z"}`,
  );
});

test("an aborted child may have a cause and no error", () => {
  const record = JSON.parse(formatRecord(childRecord({ status: "ABORTED", output: undefined, cause: "stopped" })));
  expect(record).toMatchObject({ Cause: "stopped", Status: "ABORTED", RedriveStatus: "REDRIVABLE_BY_MAP_RUN" });
  expect(record).not.toHaveProperty("Error");
});

test("an EXPRESS child has no redrive status", () => {
  for (const status of ["SUCCEEDED", "FAILED"] as const) {
    const record = JSON.parse(formatRecord(childRecord({ executionType: "EXPRESS", status })));
    expect(record).toMatchObject({ RedriveCount: 0 });
    expect(record).not.toHaveProperty("RedriveStatus");
    expect(record).not.toHaveProperty("RedriveStatusReason");
  }
});

test("a child that was not started has its input and nothing else", () => {
  expect(formatRecord(childRecord({ status: "PENDING", output: undefined }))).toBe(
    '{"Input":"{\\"a\\":1}","InputDetails":{"Included":true},"Status":"PENDING"}',
  );
});

test("keys are in alphabetical order, and dates are those of Date, whatever came before", () => {
  for (const startDate of [0, 999.999, 1000, 1_790_204_325_090, 5, 1_790_204_325_007, 1_790_204_324_999]) {
    const record = JSON.parse(formatRecord(childRecord({ startDate, error: "E", cause: "C" })));
    expect(Object.keys(record)).toEqual(Object.keys(record).sort());
    expect(record.StartDate).toBe(new Date(startDate).toISOString());
  }
});

test("a redriven child says how often and, unless it is an EXPRESS one, when", () => {
  const redriven = { redriveCount: 2, redriveDate: Date.UTC(2026, 1, 3, 4, 5, 6, 500) };
  const record = JSON.parse(formatRecord(childRecord(redriven)));
  expect(record).toMatchObject({ RedriveCount: 2, RedriveDate: "2026-02-03T04:05:06.500Z" });
  expect(Object.keys(record)).toEqual(Object.keys(record).sort());
  const express = JSON.parse(formatRecord(childRecord({ ...redriven, executionType: "EXPRESS" })));
  expect(express).toMatchObject({ RedriveCount: 2 });
  expect(express).not.toHaveProperty("RedriveDate");
});
