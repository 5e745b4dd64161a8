/** Exit codes of the command line. */
export const EXIT = {
  /** All well, or within tolerance. */
  ok: 0,
  /** Could not run: usage, definition, files, items that cannot be read. */
  couldNotRun: 1,
  /** Ran and failed. */
  failed: 2,
  /** Watched for as long as was asked, without seeing the end. */
  timedOut: 124,
  /** Ended by Ctrl-C. */
  interrupted: 130,
  /** Ended by SIGTERM. */
  terminated: 143,
} as const;
