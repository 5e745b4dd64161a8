import { Command, Option } from "commander";

/** What can be told anew to a run that is gone on with. */
export interface ResumeFlags {
  readonly data: string;
  readonly json?: boolean;
  readonly progress: "auto" | "bar" | "plain" | "none";
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** `fanout resume`. */
export function resumeCommand(exit: (code: number) => void): Command {
  return new Command("resume")
    .summary("go on with a run whose process has ended")
    .description(
      "Goes on with a run that was started with --data and whose process was killed or stopped. Items that had ended are " +
        "not run again; the results are whole, as if nothing had happened.",
    )
    .addOption(new Option("--data <dir>", "folder that the run was given").makeOptionMandatory())
    .addOption(new Option("--json", "print one JSON document, as fanout run does"))
    .addOption(
      new Option("--progress <kind>", "how progress is shown")
        .choices(["auto", "bar", "plain", "none"])
        .default("auto"),
    )
    .addOption(new Option("-q, --quiet", "print errors and results only"))
    .addOption(new Option("-v, --verbose", "print stacks, logs and every failure"))
    .action(async (flags: ResumeFlags) => {
      const { goOn } = await import("../run/run.js");
      exit(await goOn("resume", flags));
    });
}
