import type { HistoryEvent } from "../../../run/ports.js";
import { invalidArn } from "../api-error.js";
import { type Context, seconds } from "../context.js";
import type { Histories } from "../histories.js";
import { type PageRequest, page } from "../page.js";

interface HistoryRequest extends PageRequest {
  readonly executionArn: string;
  readonly reverseOrder?: boolean;
  readonly includeExecutionData?: boolean;
}

export function historyOperations({ executions }: Context, histories: Histories) {
  return {
    GetExecutionHistory(request: HistoryRequest) {
      const { executionArn: arn, reverseOrder = false, includeExecutionData = true } = request;
      const { identity } = executions.find(arn);
      if (identity.type === "EXPRESS") throw invalidArn("Resource type not valid in this context: express");
      const events = histories.history(arn);
      const ordered = reverseOrder ? [...events].reverse() : events;
      const { items, ...next } = page(ordered, ({ id }) => String(id), `history ${arn} ${reverseOrder}`, request);
      return { events: items.map((event) => shown(event, includeExecutionData)), ...next };
    },
  };
}

function shown({ timestamp, type, id, previousEventId, details }: HistoryEvent, withData: boolean): object {
  return {
    timestamp: seconds(timestamp),
    type,
    id,
    previousEventId,
    ...(details === undefined ? {} : { [details[0]]: withData ? details[1] : withoutData(details[1]) }),
  };
}

function withoutData(details: object): object {
  const { input, inputDetails, output, outputDetails, ...rest } = details as Readonly<Record<string, unknown>>;
  return rest;
}
