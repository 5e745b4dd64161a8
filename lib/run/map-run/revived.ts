import type { Family } from "./family.js";
import type { Gathered } from "./gatherer.js";
import { KeptChild } from "./kept-child.js";
import { pendingRecord } from "./pending.js";
import type { SpilledRecord } from "./spilled-runs.js";

/** The record of a child, made of what was kept of it outside memory. */
export function revived(family: Family, record: SpilledRecord): Gathered {
  const { status, index, firstItem, itemCount: count, inputText: text, kept = false } = record;
  if (status === "PENDING") return pendingRecord(text, index, firstItem, count, family.executionType);
  const { output, error, cause, startDate, stopDate, endedIn, redriveCount = 0, redriveDate } = record;
  const how = { status, output, error, cause, startDate, stopDate, endedIn, redriveCount, redriveDate };
  return new KeptChild(family, index, firstItem, { text, count }, { ...how, thisAttempt: !kept });
}
