import type { ChildRecord } from "../items.js";

/**
 * A child execution as the ResultWriter's Transformation NONE writes it: JSON text with keys in alphabetical order, input
 * and output as strings that hold JSON, and dates in ISO 8601 with milliseconds.
 */
export function formatRecord(record: ChildRecord): string {
  if (record.status === "PENDING") {
    return `{"Input":${JSON.stringify(record.inputText)},"InputDetails":{"Included":true},"Status":"PENDING"}`;
  }
  const { cause, error, output } = record;
  return [
    cause === undefined ? "{" : `{"Cause":${JSON.stringify(cause)},`,
    error === undefined ? "" : `"Error":${JSON.stringify(error)},`,
    `"ExecutionArn":${JSON.stringify(record.executionArn)},`,
    `"Input":${JSON.stringify(record.inputText)},"InputDetails":{"Included":true},`,
    `"Name":${JSON.stringify(record.name)},`,
    output === undefined ? "" : `"Output":${JSON.stringify(output)},`,
    `"OutputDetails":{"Included":true},"RedriveCount":0,${redriveOf(record)}`,
    `"StartDate":"${formatDate(record.startDate)}","StateMachineArn":${JSON.stringify(record.stateMachineArn)},`,
    `"Status":"${record.status}","StopDate":"${formatDate(record.stopDate)}"}`,
  ].join("");
}

/** Members about redrive, which EXPRESS children do not have. */
function redriveOf({ executionType, status }: ChildRecord): string {
  if (executionType === "EXPRESS") return "";
  if (status !== "SUCCEEDED") return '"RedriveStatus":"REDRIVABLE_BY_MAP_RUN",';
  const reason = "Execution is SUCCEEDED and cannot be redriven";
  return `"RedriveStatus":"NOT_REDRIVABLE","RedriveStatusReason":"${reason}",`;
}

function formatDate(time: number): string {
  return new Date(time).toISOString();
}
