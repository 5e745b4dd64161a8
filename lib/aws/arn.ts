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

/** Region of the ARN of an execution that can be redriven. Throws FANOUT_USAGE for anything else. */
export function regionOfExecution(arn: string): string {
  const [, region, kind, path] = /^arn:[\w-]+:states:([\w-]+):\d{12}:([A-Za-z]+):([^:]+:.+)/.exec(arn) ?? [];
  if (region === undefined || path === undefined) {
    throw usage(`${arn} is no ARN of an execution: arn:aws:states:REGION:ACCOUNT:execution:NAME:EXECUTION`);
  }
  if (kind === "mapRun" || path.split(":", 1)[0]?.includes("/") === true) {
    throw usage(
      `${arn} is part of a map run, which is redriven with the execution around it: give the ARN of that one`,
    );
  }
  if (kind === "express") throw usage(`${arn} is an EXPRESS execution, which cannot be redriven`);
  if (kind !== "execution") throw usage(`${arn} is the ARN of another thing (${kind}) than an execution`);
  return region;
}

function usage(message: string): FanoutError {
  return new FanoutError("FANOUT_USAGE", message);
}
