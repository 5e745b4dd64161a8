import type { AttendFlags } from "./attendance.js";
import { stopCommand } from "./stop-command.js";

/** An execution that has been asked for. */
export interface Attended {
  readonly executionArn: string;
  readonly express: boolean;
  /** What AWS was asked to do and has not said yet that it has done; undefined: the execution is known to run. */
  readonly asked?: "start" | "redrive";
}

/** What becomes of an execution that is waited for no longer, and how to stop it. */
export function goesOn(
  { executionArn, express, asked }: Attended,
  flags: Pick<AttendFlags, "profile" | "region" | "endpointUrl">,
): string {
  if (express) return "An EXPRESS execution cannot be stopped: it ends by itself, after 5 minutes at the latest.";
  const what = asked === undefined ? "goes on" : `may have been ${{ start: "started", redrive: "redriven" }[asked]}`;
  return `The execution ${what}. To stop it:\n  ${stopCommand(executionArn, flags)}`;
}
