/** Where a mistake is: a file, a place in it, a path inside a definition. */
export interface Location {
  /** Path of the file as the user gave it. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** JSON-pointer-like path inside a definition, such as `/States/Invoke/Next`. */
  readonly path?: string;
}

/** Stable codes of the errors that fanout itself raises. */
export type ErrorCode =
  | "FANOUT_USAGE" // a wrong flag, option or combination
  | "FANOUT_OPTION_INVALID" // an option of fanOut(), FanOut or runLocal() that is out of range
  | "FANOUT_FILE_NOT_FOUND"
  | "FANOUT_FILE_UNREADABLE" // there, but of another type, empty, or not readable
  | "FANOUT_ITEMS_INVALID" // an items file whose content is broken
  | "FANOUT_DEFINITION_INVALID" // a state machine definition that AWS would refuse
  | "FANOUT_TEMPLATE_INVALID" // a CloudFormation or SAM template that cannot be resolved
  | "FANOUT_STATE_MACHINE_AMBIGUOUS" // several state machines and no name given
  | "FANOUT_TASK_NOT_FOUND" // no such handler export
  | "FANOUT_TASK_BROKEN" // the task's module does not build or throws on import
  | "FANOUT_SYNTH_FAILED" // the CDK app did not synthesise
  | "FANOUT_MOCK_INVALID" // a file of mocked responses with a mistake in it
  | "FANOUT_RESULTS_INVALID" // results of a run that are not there, not whole, or cannot be put into order
  | "FANOUT_DATA_UNUSABLE" // the folder of a run that is in use, damaged, or does not fit what it should go on with
  | "FANOUT_NOT_REDRIVABLE" // a local run that cannot be redriven: it succeeded, or has not ended
  | "FANOUT_OUTPUT_UNWRITABLE" // a results file that cannot be written
  | "FANOUT_PACKAGE_MISSING" // an optional package that a command needs is not installed
  | "FANOUT_AWS"; // AWS refused a request, or cannot be reached

/**
 * The one base of every error that fanout raises on purpose. `message` is one line: what, where, why and what to do.
 * Errors inside a running state machine are not thrown: they are outcomes of the execution.
 */
export class FanoutError extends Error {
  readonly code: ErrorCode;
  readonly location: Location;

  constructor(code: ErrorCode, message: string, options: { location?: Location; cause?: unknown } = {}) {
    const at = formatLocation(options.location);
    super(
      at === "" ? message : `${at}: ${message}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = "FanoutError";
    this.code = code;
    this.location = options.location ?? {};
  }
}

/** `file:line:column path`, leaving out what is not known. */
export function formatLocation(location: Location = {}): string {
  const place = [location.file, location.line, location.column].filter((part) => part !== undefined).join(":");
  return [place, location.path].filter((part) => part !== undefined && part !== "").join(" ");
}
