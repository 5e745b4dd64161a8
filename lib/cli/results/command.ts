import { Command, Option } from "commander";
import type { ResultsFlags } from "./flags.js";

const EXAMPLES = `
Examples:
  $ fanout results .fanout/s3/results/3f0c.../manifest.json
  $ fanout results s3://my-results/thumbnails/3f0c... --failed --with-input
  $ fanout results arn:aws:states:eu-west-1:111122223333:execution:Words:nightly --ordered --out words.parquet
  $ fanout results ./results --items pages.jsonl --out counts.csv

A result is a line: {"index", "name", "status", "input", "output" or "error"}, without what is not known. --ordered works on
records of executions (the transformation NONE) that a run on this machine has written, and where all succeeded; --items,
the items that the run was over, works on all others whose children got the items as they are.

In CSV and Parquet the members of objects are columns of their own, "output.words"; what is nested in arrays is JSON.

S3 and ARNs need the packages @aws-sdk/client-s3 and @aws-sdk/client-sfn, and take credentials, profile, region and
endpoint from where every AWS tool does.

Exit codes: 0 all was read, failures among the results included; 1 could not be read, or not be put into order; 130
interrupted (143 by SIGTERM).`;

/** `fanout results`. `exit` is given its exit code. */
export function resultsCommand(exit: (code: number) => void): Command {
  const command = new Command("results")
    .summary("read the results of a run, from files, S3 or an execution")
    .description(
      "Reads the results of a run, whatever their number: result files by their manifest.json (path or s3:// URI), the " +
        "folder or prefix that has it, or the ARN of an execution or a map run. Results go to stdout, all else to stderr.",
    )
    .argument(
      "<run>",
      "manifest.json, its folder or prefix (path or s3:// URI), or the ARN of an execution or a map run",
    )
    .addHelpText("after", EXAMPLES);
  for (const option of options()) command.addOption(option);
  return command.action(async (run: string, flags: ResultsFlags) => {
    const { results } = await import("./results.js");
    exit(await results(run, flags));
  });
}

function options(): Option[] {
  return [
    new Option("--format <format>", "how results are written (default: by the extension of --out, else jsonl)").choices(
      ["jsonl", "json", "csv", "parquet"],
    ),
    new Option("-o, --out <file>", "write the results to a file"),
    new Option("--ordered", "in item order, across the files"),
    new Option(
      "--items <items>",
      "items of the run, a file or s3:// URI: results come in their order, with their input",
    ),
    new Option("--failed", "only what did not succeed").conflicts("succeeded"),
    new Option("--succeeded", "only what succeeded"),
    new Option("--with-input", "with the item of each result"),
    new Option("--profile <name>", "profile of the AWS configuration"),
    new Option("--region <region>", "AWS region (default: that of the ARN)"),
    new Option("--endpoint-url <url>", "service that stands for AWS, such as that of fanout serve"),
    new Option("-q, --quiet", "print errors and results only"),
    new Option("-v, --verbose", "print stacks"),
  ];
}
