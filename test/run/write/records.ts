import type { ChildRecord } from "../../../lib/run/items.js";

/** A succeeded STANDARD child, changed as asked. */
export function childRecord(changes: Partial<ChildRecord> = {}): ChildRecord {
  return {
    status: "SUCCEEDED",
    index: 0,
    firstItem: 0,
    itemCount: 1,
    inputText: '{"a":1}',
    output: '{"b":"x"}',
    name: "c1",
    executionArn: "arn:aws:states:us-east-1:123456789012:execution:SM/Label:c1",
    stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:SM/Label",
    executionType: "STANDARD",
    startDate: Date.UTC(2026, 1, 3, 4, 5, 6, 70),
    stopDate: Date.UTC(2026, 1, 3, 4, 5, 7, 8) + 0.75,
    ...changes,
  };
}
