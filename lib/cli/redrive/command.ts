import { Command, Option } from "commander";
import type { AttendFlags } from "../deployed/attendance.js";
import { connectionOptions, outputOptions } from "../deployed/flags.js";

const EXAMPLES = `
Examples:
  $ fanout redrive --data counting
  $ fanout redrive arn:aws:states:eu-west-1:111122223333:execution:order:7c6d
  $ fanout redrive arn:aws:states:eu-west-1:111122223333:execution:order:7c6d --no-wait

What had succeeded stays: states, branches and iterations, and of a map run the items.

--data DIR is the folder that fanout run --data was given. The code of the tasks may have changed since; the state machine
and the items may not. The results of the whole run are where the run had them (--out), and a redrive whose process was
killed is gone on with by fanout resume --data DIR. Exit codes as of fanout run.

An execution of AWS needs the package @aws-sdk/client-sfn and the right states:RedriveExecution, and takes credentials,
profile, region and endpoint from where every AWS tool does (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL ...).

Exit codes: 0 succeeded, 1 could not be redriven, 2 ran and failed, 124 --timeout passed, 130 interrupted (143 by SIGTERM).
After 124, 130 and 143 an execution of AWS goes on, and the command that stops it is printed.`;

/** What is to be redriven is an execution of AWS, or with `data` a local run. */
interface RedriveFlags extends AttendFlags {
  readonly data?: string;
}

/** `fanout redrive`. `exit` is given its exit code. */
export function redriveCommand(exit: (code: number) => void): Command {
  const command = new Command("redrive")
    .summary("run again what did not succeed of a local run, or of a deployed execution")
    .description(
      "Redrives a local run that was started with --data, or an execution of AWS or of an endpoint that stands for it, " +
        "which failed, was stopped or ran out of time: it goes on with what had not succeeded. The output goes to stdout, " +
        "everything else to stderr.",
    )
    .argument("[arn]", "ARN of the execution, unless --data is given")
    .addOption(new Option("--data <dir>", "folder of a local run, instead of an ARN"))
    .addHelpText("after", EXAMPLES);
  for (const option of [...connectionOptions(), ...outputOptions()]) command.addOption(option);
  return command.action(async (arn: string | undefined, { data, ...flags }: RedriveFlags) => {
    if (data !== undefined) {
      const { redriveLocal } = await import("./local.js");
      return exit(await redriveLocal(data, arn, flags));
    }
    const { redrive } = await import("./redrive.js");
    exit(await redrive(arn, flags));
  });
}
