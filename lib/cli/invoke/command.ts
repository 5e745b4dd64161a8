import { Command, Option } from "commander";
import { wholeNumber } from "../numbers.js";
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

function connectionOptions(): Option[] {
  return [
    new Option("--profile <name>", "profile of the AWS configuration"),
    new Option("--region <region>", "AWS region (default: that of the ARN)"),
    new Option("--endpoint-url <url>", "service that stands for AWS, such as that of fanout serve"),
  ];
}

function outputOptions(): Option[] {
  return [
    new Option("--timeout <seconds>", "wait no longer than this").argParser(wholeNumber(1, 31_536_000)),
    new Option("--no-wait", "print the ARN of the execution, and do not wait for its end"),
    new Option("-o, --out <file>", "write the output to a file"),
    new Option("--json", "print one JSON document: status, output or error, executionArn, times, map runs"),
    new Option("--progress <kind>", "how progress is shown").choices(["auto", "bar", "plain", "none"]).default("auto"),
    new Option("-q, --quiet", "print errors and the output only"),
    new Option("-v, --verbose", "print stacks and whole causes"),
  ];
}
