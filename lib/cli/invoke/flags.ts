import { parseStateMachineArn } from "../../aws/arn.js";
import { usage } from "../run/flags.js";

/** The flags of `fanout invoke`, their values checked one by one. */
export interface InvokeFlags {
  readonly stack?: string;
  readonly stateMachine?: string;
  readonly input?: string;
  readonly name?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
  /** Seconds. */
  readonly timeout?: number;
  /** False with `--no-wait`. */
  readonly wait: boolean;
  readonly out?: string;
  readonly json?: boolean;
  readonly progress: "auto" | "bar" | "plain" | "none";
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** Throws FANOUT_USAGE for flags that do not go together. */
export function checkFlags(arn: string | undefined, flags: InvokeFlags): void {
  const { stack, stateMachine, name, endpointUrl, wait, timeout, out, quiet, verbose } = flags;
  if (quiet === true && verbose === true) throw usage("--quiet and --verbose exclude each other");
  if (arn === undefined && stack === undefined) throw usage("give the ARN of a state machine, or --stack NAME");
  if (arn !== undefined && stack !== undefined) throw usage("give an ARN or --stack, not both");
  if (arn !== undefined) parseStateMachineArn(arn);
  if (stateMachine !== undefined && stack === undefined) throw usage("--state-machine goes with --stack");
  if (name !== undefined && !/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]{1,80}$/u.test(name)) {
    throw usage('--name takes 1 to 80 characters, no blanks and none of <>{}[]?*"#%\\^|~`$&,;:/');
  }
  if (endpointUrl !== undefined && !/^https?:\/\/./.test(endpointUrl)) {
    throw usage(`--endpoint-url must begin with http:// or https://, got: ${endpointUrl}`);
  }
  if (!wait && timeout !== undefined) throw usage("--timeout and --no-wait exclude each other");
  if (!wait && out !== undefined) throw usage("--out and --no-wait exclude each other: there is no output to write");
}
