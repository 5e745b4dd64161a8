import { Command, Option } from "commander";
import { connectionOptions, outputOptions } from "../deployed/flags.js";
import type { InvokeFlags } from "./flags.js";

const EXAMPLES = `
Examples:
  $ fanout invoke arn:aws:states:eu-west-1:111122223333:stateMachine:order --input '{"id": 7}'
  $ fanout invoke --stack Thumbnails --input @input.json --out result.json
  $ fanout invoke --stack Shop --state-machine Order --no-wait

It needs the package @aws-sdk/client-sfn, and takes credentials, profile, region and endpoint from where every AWS tool
does (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL ...). --stack finds the state machine by the tags that CloudFormation
gives it: that takes the rights states:ListStateMachines and states:ListTagsForResource.

Exit codes: 0 succeeded, 1 could not run, 2 ran and failed, 124 --timeout passed, 130 interrupted (143 by SIGTERM). After
124, 130 and 143 the execution goes on, and the command that stops it is printed.`;

/** `fanout invoke`. `exit` is given its exit code. */
export function invokeCommand(exit: (code: number) => void): Command {
  const command = new Command("invoke")
    .summary("start a deployed state machine and wait for its end")
    .description(
      "Starts a state machine that is deployed to AWS, or to an endpoint that stands for it, and waits for its end. " +
        "Its output goes to stdout, everything else to stderr.",
    )
    .argument("[arn]", "ARN of the state machine, or of a version or alias of it")
    .addHelpText("after", EXAMPLES);
  for (const option of [...targetOptions(), ...connectionOptions(), ...outputOptions()]) command.addOption(option);
  return command.action(async (arn: string | undefined, flags: InvokeFlags) => {
    const { invoke } = await import("./invoke.js");
    exit(await invoke(arn, flags));
  });
}

function targetOptions(): Option[] {
  return [
    new Option("--stack <name>", "CloudFormation stack that has the state machine"),
    new Option("--state-machine <name>", "name or logical id of the state machine, where the stack has several"),
    new Option("-i, --input <json>", "input: JSON, @FILE, or - for stdin (default: {})"),
    new Option("--name <name>", "name of the execution (default: a new UUID)"),
  ];
}
