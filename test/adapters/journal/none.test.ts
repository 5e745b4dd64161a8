import { expect, test } from "vitest";
import { noJournal } from "../../../lib/adapters/journal/none.js";

test("keeps nothing", async () => {
  const journal = noJournal();
  journal.record({ arn: "arn" }, { id: 1, previousEventId: 0, timestamp: 0, type: "ExecutionStarted" });
  expect([...journal.history("arn")]).toEqual([]);
  await journal.close();
});
