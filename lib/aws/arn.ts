import { FanoutError } from "../errors.js";

export interface StateMachineArn {
  readonly region: string;
  /** Name of the state machine, without version or alias. */
  readonly name: string;
  /** ARN of an execution of the state machine, by the execution's name. */
  executionArn(name: string): string;
}

/** Takes the ARN of a state machine, of a version or of an alias apart. Throws FANOUT_USAGE for anything else. */
export function parseStateMachineArn(arn: string): StateMachineArn {
  const [, partition, region, account, kind, name] =
    /^arn:([\w-]+):states:([\w-]+):(\d{12}):([A-Za-z]+):([^:]+)/.exec(arn) ?? [];
  if (region === undefined || name === undefined) {
    throw usage(`${arn} is no ARN of a state machine: arn:aws:states:REGION:ACCOUNT:stateMachine:NAME`);
  }
  if (kind !== "stateMachine") throw usage(`${arn} is the ARN of another thing (${kind}) than a state machine`);
  return {
    region,
    name,
    executionArn: (execution) => `arn:${partition}:states:${region}:${account}:execution:${name}:${execution}`,
  };
}

function usage(message: string): FanoutError {
  return new FanoutError("FANOUT_USAGE", message);
}
