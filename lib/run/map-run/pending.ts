import type { Gathered } from "./gatherer.js";

/** The record of a child that was never started, which has ended before it began. */
export function pendingRecord(
  inputText: string,
  index: number,
  firstItem: number,
  itemCount: number,
  executionType: "STANDARD" | "EXPRESS",
): Gathered {
  const never = { name: "", executionArn: "", stateMachineArn: "", startDate: 0, stopDate: 0 };
  return { hasEnded: true, status: "PENDING", index, firstItem, itemCount, inputText, executionType, ...never };
}
