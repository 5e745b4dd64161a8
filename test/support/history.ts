import type { HistoryEvent } from "../../lib/run/ports.js";

/** An event as GetExecutionHistory answers it, its time in epoch seconds. */
export interface AwsEvent {
  readonly timestamp: number;
  readonly type: string;
  readonly id: number;
  readonly previousEventId: number;
  readonly [details: string]: unknown;
}

/** A history in the shape of GetExecutionHistory. */
export function awsHistory(events: Iterable<HistoryEvent>): AwsEvent[] {
  return [...events].map(({ id, previousEventId, timestamp, type, details }) => ({
    timestamp: timestamp / 1000,
    type,
    id,
    previousEventId,
    ...(details === undefined ? {} : { [details[0]]: details[1] }),
  }));
}
