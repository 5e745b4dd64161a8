import type { JsonObject } from "../json.js";
import type { ExecutionInfo, Frame, MapItem } from "./frame.js";

/** Epoch ms as the context object and result files print it. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/**
 * The context object (`$$`, `$states.context`) of a frame, keys in the order AWS serialises them. `item` stands in for
 * the frame's own map item while a Map evaluates its ItemSelector. What stays as it is for the whole execution is made
 * when it is read: the name of a child, which few expressions want, takes longer to work out than a state to run.
 */
export function contextOf(frame: Frame, item: MapItem | null = frame.mapItem): JsonObject {
  const { execution, state } = frame;
  if (execution.contextObject !== undefined) return execution.contextObject;
  const context: Record<string, JsonObject> = {
    get Execution() {
      return executionOf(execution);
    },
    get StateMachine() {
      return { Id: execution.stateMachineArn, Name: execution.stateMachineName };
    },
    State: {
      Name: state.name,
      EnteredTime: isoTime(frame.enteredAt),
      ...(state.canRetry ? { RetryCount: frame.retryCount } : {}),
    },
  };
  if (state.hasToken && frame.taskToken !== undefined) context["Task"] = { Token: frame.taskToken };
  if (item !== null) {
    context["Map"] = {
      Item: {
        Index: item.index,
        Value: item.value,
        ...(item.key === undefined ? {} : { Key: item.key }),
        ...(item.source === undefined ? {} : { Source: item.source }),
      },
    };
  }
  return context;
}

function executionOf({ arn, input, startTime, name, roleArn, redriveCount, redriveTime }: ExecutionInfo): JsonObject {
  return {
    Id: arn,
    Input: input.value,
    StartTime: isoTime(startTime),
    Name: name,
    RoleArn: roleArn,
    ...(redriveCount === undefined ? {} : { RedriveCount: redriveCount }),
    ...(redriveTime === undefined ? {} : { RedriveTime: isoTime(redriveTime) }),
  };
}
