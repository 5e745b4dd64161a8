import type { AttendFlags } from "../deployed/attendance.js";
import { checkAttendFlags } from "../deployed/flags.js";
import { errorText } from "../error-text.js";
import { EXIT } from "../exit-code.js";
import { usage } from "../run/flags.js";
import { goOn } from "../run/run.js";

/** Flags that have a meaning for a deployed execution alone. */
const DEPLOYED_ONLY = {
  profile: "--profile",
  region: "--region",
  endpointUrl: "--endpoint-url",
  timeout: "--timeout",
  out: "--out",
} as const;

/**
 * Carries out `fanout redrive --data DIR`. Never rejects: what went wrong is said on stderr. Gives the exit code.
 *
 * @param data Folder of the run.
 */
export async function redriveLocal(data: string, arn: string | undefined, flags: AttendFlags): Promise<number> {
  const { json, progress, quiet, verbose } = flags;
  try {
    checkFlags(arn, flags);
  } catch (error) {
    process.stderr.write(`${errorText(error, verbose === true)}\n`);
    return EXIT.couldNotRun;
  }
  const given = Object.fromEntries(Object.entries({ json, quiet, verbose }).filter(([, value]) => value !== undefined));
  return await goOn("redrive", { data, progress, ...given });
}

function checkFlags(arn: string | undefined, flags: AttendFlags): void {
  checkAttendFlags(flags);
  if (arn !== undefined) throw usage(`give ${arn} or --data, not both`);
  for (const [name, flag] of Object.entries(DEPLOYED_ONLY)) {
    if (flags[name as keyof typeof DEPLOYED_ONLY] === undefined) continue;
    const why =
      name === "out" ? "the results are where fanout run was told to write them" : "that run is on this machine";
    throw usage(`${flag} does not go with --data: ${why}`);
  }
  if (!flags.wait) throw usage("--no-wait does not go with --data: that run is on this machine");
}
