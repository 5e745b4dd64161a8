import { parseStateMachineArn } from "../../aws/arn.js";
import type { AttendFlags } from "../deployed/attendance.js";
import { checkAttendFlags } from "../deployed/flags.js";
import { usage } from "../run/flags.js";

/** The flags of `fanout invoke`, their values checked one by one. */
export interface InvokeFlags extends AttendFlags {
  readonly stack?: string;
  readonly stateMachine?: string;
  readonly input?: string;
  readonly name?: string;
}

/** Throws FANOUT_USAGE for flags that do not go together. */
export function checkFlags(arn: string | undefined, flags: InvokeFlags): void {
  const { stack, stateMachine, name } = flags;
  checkAttendFlags(flags);
  if (arn === undefined && stack === undefined) throw usage("give the ARN of a state machine, or --stack NAME");
  if (arn !== undefined && stack !== undefined) throw usage("give an ARN or --stack, not both");
  if (arn !== undefined) parseStateMachineArn(arn);
  if (stateMachine !== undefined && stack === undefined) throw usage("--state-machine goes with --stack");
  if (name !== undefined && !/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]{1,80}$/u.test(name)) {
    throw usage('--name takes 1 to 80 characters, no blanks and none of <>{}[]?*"#%\\^|~`$&,;:/');
  }
}
