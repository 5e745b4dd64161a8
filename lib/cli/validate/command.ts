import { Command, Option } from "commander";
import type { ValidateFlags } from "./validate.js";

const EXAMPLES = `
Examples:
  $ fanout validate order.asl.json             a definition, JSON or YAML
  $ fanout validate template.yaml cdk.out      all state machines of a template and of a CDK app
  $ fanout validate --type EXPRESS - < m.json  a definition on stdin
  $ fanout validate --sarif cdk.out > fanout.sarif

Exit codes: 0 no errors, 1 errors, or a file that cannot be read.`;

/** `fanout validate`. `exit` is given its exit code. */
export function validateCommand(exit: (code: number) => void): Command {
  return new Command("validate")
    .summary("check state machines as AWS does when it creates them")
    .description(
      "Checks state machine definitions as AWS does when it creates them, paths, intrinsic functions and JSONata " +
        "included. Findings go to stdout, with file, line and column; the count goes to stderr.",
    )
    .argument("<file...>", "definitions or templates, JSON or YAML, folders of CDK assemblies, or - for stdin")
    .addOption(new Option("--severity <severity>", "show no less than this").choices(["error", "warning"]))
    .addOption(new Option("--type <type>", "type of plain definitions").choices(["STANDARD", "EXPRESS"]))
    .addOption(new Option("--format <format>", "how findings are printed").choices(["text", "json", "sarif"]))
    .addOption(new Option("--json", "print one JSON document: files, errors, warnings; as --format json"))
    .addOption(new Option("--sarif", "print a SARIF 2.1.0 log, for code scanning; as --format sarif"))
    .addOption(new Option("-q, --quiet", "print findings only"))
    .addHelpText("after", EXAMPLES)
    .action(async (targets: readonly string[], flags: ValidateFlags) => {
      const { validate } = await import("./validate.js");
      exit(await validate(targets, flags));
    });
}
