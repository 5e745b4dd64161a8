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
  const failure =
    (cause === undefined ? "" : `"Cause":${JSON.stringify(cause)},`) +
    (error === undefined ? "" : `"Error":${JSON.stringify(error)},`);
  const result = output === undefined ? "" : `"Output":${JSON.stringify(output)},`;
  return (
    `{${failure}"ExecutionArn":${JSON.stringify(record.executionArn)},` +
    `"Input":${JSON.stringify(record.inputText)},"InputDetails":{"Included":true},` +
    `"Name":${JSON.stringify(record.name)},${result}"OutputDetails":{"Included":true},"RedriveCount":${record.redriveCount ?? 0},${redriveOf(record)}` +
    `"StartDate":"${formatDate(record.startDate)}","StateMachineArn":${JSON.stringify(record.stateMachineArn)},` +
    `"Status":"${record.status}","StopDate":"${formatDate(record.stopDate)}"}`
  );
}

/** Members about redrive other than the count, which EXPRESS children do not have. */
function redriveOf({ executionType, status, redriveDate }: ChildRecord): string {
  if (executionType === "EXPRESS") return "";
  const date = redriveDate === undefined ? "" : `"RedriveDate":"${formatDate(redriveDate)}",`;
  if (status !== "SUCCEEDED") return `${date}"RedriveStatus":"REDRIVABLE_BY_MAP_RUN",`;
  const reason = "Execution is SUCCEEDED and cannot be redriven";
  return `${date}"RedriveStatus":"NOT_REDRIVABLE","RedriveStatusReason":"${reason}",`;
}

/** Epoch ms in ISO 8601. Neighbours share their second, which is formatted once: a Date each would cost half a record. */
const formatDate = (() => {
  let second = Number.NaN;
  let upToSecond = "";
  return (time: number): string => {
    const now = Math.floor(time / 1000);
    if (now !== second) {
      second = now;
      upToSecond = new Date(now * 1000).toISOString().slice(0, -4);
    }
    return `${upToSecond}${String(Math.floor(time) - now * 1000).padStart(3, "0")}Z`;
  };
})();
