import { Command, Option } from "commander";
import { addBucket } from "../bucket-flag.js";
import { wholeNumber } from "../numbers.js";
import type { ServeFlags } from "./serve.js";

const EXAMPLES = `
Examples:
  $ fanout serve                                   an endpoint with nothing in it, on any free port
  $ fanout serve cdk.out --port 4566               state machines, functions and buckets of a CDK app
  $ fanout serve order.asl.json --data .fanout/aws what is there at the end is there again at the next start
  $ fanout serve --port 8083 --mock MockConfigFile.json  in the place of Step Functions Local, with its mocks
  $ fanout serve cdk.out > aws.env                 then, elsewhere: source aws.env; aws stepfunctions list-state-machines

The lines that AWS clients need go to stdout. StartSyncExecution and TestState go to the host sync-HOST from most clients:
give localEndpoint() of the package fanout to JavaScript's, and api.localhost as the host to the AWS CLI.

Exit codes: 0 ended by Ctrl-C or SIGTERM, 1 could not start, or could not write what --data keeps.`;

/** `fanout serve`. `exit` is given its exit code. */
export function serveCommand(exit: (code: number) => void): Command {
  return new Command("serve")
    .summary("be Step Functions, Lambda and S3 for AWS clients on this machine")
    .description(
      "Answers AWS clients as Step Functions, Lambda and S3 do, on one port of this machine, until Ctrl-C. With a " +
        "target its state machines, functions and buckets are there at start.",
    )
    .argument("[target]", "folder of a CDK assembly (cdk.out), template or definition, JSON or YAML")
    .addOption(new Option("--port <n>", "port; 0 takes any free one (default: 0)").argParser(wholeNumber(0, 65_535)))
    .addOption(new Option("--host <address>", "address to listen to (default: 127.0.0.1)"))
    .addOption(new Option("--data <dir>", "folder that keeps everything until the next start"))
    .addOption(
      new Option("--s3 <bucket=dir>", "folder that is a bucket (repeatable; default: .fanout/s3/BUCKET)").argParser(
        addBucket,
      ),
    )
    .addOption(
      new Option("--workers <n>", "calls of functions at once (default: 16)").argParser(wholeNumber(1, 10_000)),
    )
    .addOption(
      new Option(
        "--mock <file>",
        "mocked responses of tasks, for executions of STATE-MACHINE-ARN#TEST-CASE (format of Step Functions Local)",
      ),
    )
    .addOption(new Option("--virtual-time", "let waits, retry delays and timeouts pass at once when all is still"))
    .addOption(new Option("--region <region>", "AWS region to pretend (default: AWS_REGION, or us-east-1)"))
    .addOption(new Option("-q, --quiet", "print errors and the lines for AWS clients only"))
    .addOption(new Option("-v, --verbose", "print a line for every request"))
    .addHelpText("after", EXAMPLES)
    .action(async (target: string | undefined, flags: ServeFlags) => {
      const { serve } = await import("./serve.js");
      exit(await serve(target, flags));
    });
}
