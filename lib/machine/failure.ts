/**
 * A failure of the state that is being executed, as the States language knows it: an error name that Retry and
 * Catch match on, and a cause text.
 */
export class StateFailure extends Error {
  /** Error name; empty for a Fail state that gives none. */
  readonly error: string;
  /** Text for people; absent for a plain States.Timeout. */
  readonly reason: string | undefined;
  /** True for what no Retry and no Catch can take: States.Runtime, and a state's own output over the size limit. */
  readonly fatal: boolean;
  /** Another name that ErrorEquals may know it by. */
  readonly alias: string | undefined;
  constructor(error: string, reason?: string, options: { fatal?: boolean; alias?: string | undefined } = {}) {
    // Without a stack, which tells nothing of a state machine and takes longer to make than a state to run.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(reason ?? error);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = "StateFailure";
    this.error = error;
    this.reason = reason;
    this.fatal = options.fatal ?? error === "States.Runtime";
    this.alias = options.alias;
  }
}

/**
 * A mistake in a definition, found when it is compiled. The messages are those AWS gives at creation, without the
 * location, which the caller knows.
 */
export class DefinitionError extends Error {
  /** Path of the field, such as `/States/X/Parameters`, filled in by the level that knows it. */
  readonly path: string;
  constructor(message: string, path = "") {
    super(message);
    this.name = "DefinitionError";
    this.path = path;
  }
}
