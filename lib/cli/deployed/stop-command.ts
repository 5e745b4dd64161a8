import type { AttendFlags } from "./attendance.js";

/** The command of the AWS CLI that stops an execution, ready to be copied into a shell. */
export function stopCommand(
  executionArn: string,
  flags: Pick<AttendFlags, "profile" | "region" | "endpointUrl">,
): string {
  const [, , , arnRegion] = executionArn.split(":");
  const words = ["aws", "stepfunctions", "stop-execution", "--execution-arn", executionArn];
  for (const [flag, value] of [
    ["--region", flags.region ?? arnRegion],
    ["--profile", flags.profile],
    ["--endpoint-url", flags.endpointUrl],
  ] as const) {
    if (value !== undefined && value !== "") words.push(flag, value);
  }
  return words.map(quoted).join(" ");
}

/** A word as a POSIX shell reads it, with quotes where it needs them. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
