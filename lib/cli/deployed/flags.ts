import { Option } from "commander";
import { wholeNumber } from "../numbers.js";
import { usage } from "../run/flags.js";
import type { AttendFlags } from "./attendance.js";

export function connectionOptions(): Option[] {
  return [
    new Option("--profile <name>", "profile of the AWS configuration"),
    new Option("--region <region>", "AWS region (default: that of the ARN)"),
    new Option("--endpoint-url <url>", "service that stands for AWS, such as that of fanout serve"),
  ];
}

export function outputOptions(): Option[] {
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

/** Throws FANOUT_USAGE for flags that do not go together. */
export function checkAttendFlags({ endpointUrl, wait, timeout, out, quiet, verbose }: AttendFlags): void {
  if (quiet === true && verbose === true) throw usage("--quiet and --verbose exclude each other");
  if (endpointUrl !== undefined && !/^https?:\/\/./.test(endpointUrl)) {
    throw usage(`--endpoint-url must begin with http:// or https://, got: ${endpointUrl}`);
  }
  if (!wait && timeout !== undefined) throw usage("--timeout and --no-wait exclude each other");
  if (!wait && out !== undefined) throw usage("--out and --no-wait exclude each other: there is no output to write");
}
