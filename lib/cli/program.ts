import { Command, Option } from "commander";
import { addBucket } from "./bucket-flag.js";
import { invokeCommand } from "./invoke/command.js";
import { mockOption } from "./mock-flag.js";
import { percentage, wholeNumber } from "./numbers.js";
import { redriveCommand } from "./redrive/command.js";
import { resultsCommand } from "./results/command.js";
import { resumeCommand } from "./resume/command.js";
import type { RunFlags } from "./run/flags.js";
import { serveCommand } from "./serve/command.js";
import { validateCommand } from "./validate/command.js";
import { packageVersion } from "./version.js";

const EXAMPLES = `
Examples:
  $ fanout run --task functions/resize.ts --items photos.jsonl    a task over the lines of a file
  $ fanout run --task functions/resize.ts --items 'photos/*.jpg'  a task over files
  $ fanout run --task functions/add.ts --items '[1, 2, 3]'        a task over a few values
  $ cat ids.jsonl | fanout run --task functions/fetch.ts --items - --out results.jsonl
  $ fanout run                                                    the CDK app in this folder
  $ fanout run cdk.out --state-machine Thumbnails --input '{"year": 2026}' --s3 photos=./photos
  $ fanout run machine.asl.json --input @input.json --json

Exit codes: 0 all well or within tolerance, 1 could not run, 2 ran and failed, 130 interrupted (143 by SIGTERM).`;

/** The command line. `exit` is given the exit code of the command that ran. */
export function createProgram(exit: (code: number) => void): Command {
  const program = new Command("fanout")
    .description("Serverless fan-out over AWS Step Functions Distributed Map and Lambda, run on this machine.")
    .helpCommand(false)
    .version(packageVersion())
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${oneLine(text)} [FANOUT_USAGE]\n`) });
  const commands = [
    runCommand,
    resumeCommand,
    validateCommand,
    serveCommand,
    invokeCommand,
    redriveCommand,
    resultsCommand,
  ].map((make) => make(exit));
  for (const command of commands) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}

/** Commander puts a suggestion on a line of its own. */
function oneLine(text: string): string {
  return text
    .trim()
    .replace(/^error: /, "fanout: ")
    .replace(/\s*\n\s*/g, " ");
}

function runCommand(exit: (code: number) => void): Command {
  const command = new Command("run")
    .summary("run a state machine, or a task over items, on this machine")
    .description(
      "Runs a state machine of a CDK app, a template or a definition on this machine, or, with --task and --items, " +
        "a task over items with no template at all. Results go to stdout, everything else to stderr.",
    )
    .argument("[target]", "folder of a CDK assembly (cdk.out), template or definition, JSON or YAML")
    .addHelpText("after", EXAMPLES);
  for (const option of [...targetOptions(), ...runOptions(), ...outputOptions()]) command.addOption(option);
  return command.action(async (target: string | undefined, flags: RunFlags) => {
    const { run } = await import("./run/run.js");
    exit(await run(target, flags));
  });
}

function targetOptions(): Option[] {
  return [
    new Option("-a, --app <app>", "command of the CDK app, or its assembly (default: app in cdk.json)"),
    new Option("--state-machine <name>", "state machine to run, where there are several"),
    new Option("-i, --input <json>", "input of the state machine: JSON, @FILE, or - for stdin (default: {})"),
    new Option("--task <file>", "module of a task, TypeScript or JavaScript, to run without a template"),
    new Option("--handler <name>", "name of the task's export (default: handler)"),
    new Option(
      "--items <items>",
      "items of the task: a .json, .jsonl, .ndjson, .csv, .tsv or .parquet file, a glob (each file is an item in the " +
        "shape of an S3 listing: Etag, Key, LastModified, Size, StorageClass), s3://BUCKET/KEY or s3://BUCKET/PREFIX/, " +
        "a JSON array, or - for JSON lines on stdin",
    ),
    new Option("--max-items <n>", "read at most so many items; with --task").argParser(wholeNumber(1, 100_000_000)),
    new Option("--batch <n>", "items per invocation; with --task").argParser(wholeNumber(1)),
    new Option("--batch-bytes <n>", "bytes per invocation; with --task").argParser(wholeNumber(1, 262_144)),
    new Option("--item-retry <n>", "tries again the failed items of a batch so often; with --batch").argParser(
      wholeNumber(0, 99_999_999),
    ),
  ];
}

function runOptions(): Option[] {
  return [
    new Option(
      "--s3 <bucket=dir>",
      "folder, or bucket of S3 itself (s3://BUCKET), that is a bucket (repeatable; default: .fanout/s3/BUCKET)",
    ).argParser(addBucket),
    new Option("--workers <n>", "threads, or calls at once with --backend event-loop (default: one a core)").argParser(
      wholeNumber(1, 10_000),
    ),
    new Option("--backend <kind>", "what runs the handlers (default: threads)").choices(["threads", "event-loop"]),
    new Option("--max-concurrency <n>", "at most so many children at once, 0 for 10,000").argParser(wholeNumber(0)),
    new Option("--tolerated-failure-count <n>", "fail when more items fail").argParser(wholeNumber(0)),
    new Option("--tolerated-failure-percentage <n>", "fail when a larger part of the items fails").argParser(
      percentage,
    ),
    new Option(
      "--mock <file#testcase>",
      "let mocked responses stand in for tasks: a test case of a file in the format of Step Functions Local",
    ).argParser(mockOption),
    new Option("--virtual-time", "let waits and retry delays pass at once"),
    new Option("--seed <seed>", "the same jitter, UUIDs and random numbers at every run"),
    new Option("--region <region>", "AWS region to pretend (default: AWS_REGION, or us-east-1)"),
  ];
}

function outputOptions(): Option[] {
  return [
    new Option("--data <dir>", "keep a journal there, with which fanout resume goes on after a crash or Ctrl-C"),
    new Option("-o, --out <file>", "write the results of the items as JSON lines in item order"),
    new Option("--json", "print one JSON document: status, output or error, summary, results (without --out)"),
    new Option("--progress <kind>", "how progress is shown").choices(["auto", "bar", "plain", "none"]).default("auto"),
    new Option("-q, --quiet", "print errors and results only"),
    new Option("-v, --verbose", "print stacks, logs and every failure"),
  ];
}
