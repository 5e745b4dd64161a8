import { Command } from "commander";
import type { AttendFlags } from "../deployed/attendance.js";
import { connectionOptions, outputOptions } from "../deployed/flags.js";

const EXAMPLES = `
Examples:
  $ fanout redrive arn:aws:states:eu-west-1:111122223333:execution:order:7c6d
  $ fanout redrive arn:aws:states:eu-west-1:111122223333:execution:order:7c6d --no-wait

What had succeeded stays: states, branches and iterations, and of a map run the items. It needs the package
@aws-sdk/client-sfn and the right states:RedriveExecution, and takes credentials, profile, region and endpoint from where
every AWS tool does (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL ...).

Exit codes: 0 succeeded, 1 could not be redriven, 2 ran and failed, 124 --timeout passed, 130 interrupted (143 by SIGTERM).
After 124, 130 and 143 the execution goes on, and the command that stops it is printed.`;

/** `fanout redrive`. `exit` is given its exit code. */
export function redriveCommand(exit: (code: number) => void): Command {
  const command = new Command("redrive")
    .summary("go on with a deployed execution that failed, and wait for its end")
    .description(
      "Redrives an execution of AWS, or of an endpoint that stands for it, that failed, was stopped or ran out of time: " +
        "it goes on with what had not succeeded. Its output goes to stdout, everything else to stderr.",
    )
    .argument("<arn>", "ARN of the execution")
    .addHelpText("after", EXAMPLES);
  for (const option of [...connectionOptions(), ...outputOptions()]) command.addOption(option);
  return command.action(async (arn: string, flags: AttendFlags) => {
    const { redrive } = await import("./redrive.js");
    exit(await redrive(arn, flags));
  });
}
